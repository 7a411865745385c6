"""What the bots service can do, and the crews that it runs."""
