"""How the artifacts service's database came to its shape."""
