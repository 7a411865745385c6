"""Where sessions live: the only modules of this service that speak SQL."""

from session.store.database import SessionTransaction, Store

__all__ = ["SessionTransaction", "Store"]
