"""How the gateway service's database came to its shape."""
