"""What the pages in a session and its owner say to each other."""
