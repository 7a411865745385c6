"""What is talked about: where topics begin, what they are called, and what an agenda says."""
