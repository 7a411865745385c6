"""How the session service's database came to its shape."""
