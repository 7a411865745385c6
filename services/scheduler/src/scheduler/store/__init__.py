"""Where meetings and occurrences live: the only modules of this service that speak SQL."""

from scheduler.store.database import MeetingTransaction, Store
from scheduler.store.meetings import MeetingFilter

__all__ = ["MeetingFilter", "MeetingTransaction", "Store"]
