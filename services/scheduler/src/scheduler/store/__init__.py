"""Where meetings and occurrences live: the only modules of this service that speak SQL."""

from scheduler.store.database import MeetingTransaction, Store

__all__ = ["MeetingTransaction", "Store"]
