"""How people are told: by email, by push, by webhook, each in their own language."""
