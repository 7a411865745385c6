"""Use cases: what can be asked of meetings, what time makes of them, what sessions do to them."""
