"""What comes of one HTTP request to somebody else's server. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = timedelta(hours=10)
GONE = 410
LONGEST_DETAIL_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one request. *status* is 0 when no answer came; *detail* then says why."""

    status: int
    detail: str
    duration_milliseconds: int
    # Seconds, as the receiver asked for.
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


@dataclass(frozen=True, slots=True)
class Page:
    """What a server gave. *status* is 0 when no whole answer came; *detail* then says why."""

    status: int
    body: bytes = b""
    etag: str = ""
    detail: str = ""


def retry_after_seconds(header: str, now: datetime) -> float | None:
    """What a ``Retry-After`` header asks for, in seconds; None when it is not understood."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), LONGEST_RETRY_AFTER.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
