"""How the bots service's database came to its shape."""
