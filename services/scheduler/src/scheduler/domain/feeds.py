"""Feeds: the calendar of all that one person is invited to, at a secret address. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from common.errors import NotFound

FeedId = NewType("FeedId", str)


class CalendarFeedNotFound(NotFound):
    def __init__(self, feed_id: str) -> None:
        super().__init__(
            f"no calendar feed {feed_id}; create one for the person's email",
            calendar_feed_id=feed_id,
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """What *email*, in lower case, is invited to. An address is good while its version is this."""

    id: FeedId
    email: str
    create_time: datetime
    update_time: datetime
    version: int = 0
    revoked: bool = False

    def rotated(self, now: datetime) -> "Feed":
        return replace(self, version=self.version + 1, update_time=now)

    def taken_back(self, now: datetime) -> "Feed":
        return replace(self.rotated(now), revoked=True)

    def reads(self, version: int) -> bool:
        """Whether an address of this *version* is good."""
        return not self.revoked and self.version == version
