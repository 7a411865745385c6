"""A claimed delivery with all that sending it takes."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.endpoints import Endpoint


@dataclass(frozen=True, slots=True)
class Dispatch:
    """This replica may send it as long as *lease* is on it. *now* is the workspace's time."""

    delivery_id: str
    lease: str
    endpoint: Endpoint
    event_id: str
    body: str
    traceparent: str
    test: bool
    now: datetime
