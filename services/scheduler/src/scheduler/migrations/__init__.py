"""How the scheduler's database came to its shape."""
