"""How much one caller may ask: token buckets, bounded in number, each refilled evenly."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from gateway.edge.problems import Refused

MAX_BUCKETS = 10_000


class RateLimit(NamedTuple):
    """*burst* requests at once, then *per_second* of them."""

    per_second: float = 100.0
    burst: int = 200

    @property
    def window_seconds(self) -> int:
        return max(1, math.ceil(self.burst / self.per_second))


class _Bucket:
    __slots__ = ("level", "seen_at")

    def __init__(self, level: float, seen_at: float) -> None:
        self.level = level
        self.seen_at = seen_at


class Limiter:
    """Counts per caller. Each replica of the edge counts for itself."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._policy = f'"default";q={limit.burst};w={limit.window_seconds}'
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: str) -> dict[str, str]:
        """Count one request of *caller*; answers the headers that tell what is left.

        Raises `Refused` (429) with the same headers and Retry-After when nothing is.
        """
        bucket = self._filled(caller)
        if bucket.level < 1:
            wait = math.ceil((1 - bucket.level) / self._limit.per_second)
            raise Refused(
                429,
                "RATE_LIMITED",
                f"More than {self._limit.burst} requests at once; wait {wait} s.",
                headers=self._headers(bucket) | {"retry-after": str(wait)},
            )
        bucket.level -= 1
        return self._headers(bucket)

    def _filled(self, caller: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._limit.burst, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(caller)
        gained = (now - bucket.seen_at) * self._limit.per_second
        bucket.level = min(self._limit.burst, bucket.level + gained)
        bucket.seen_at = now
        return bucket

    def _headers(self, bucket: _Bucket) -> dict[str, str]:
        full_in = math.ceil((self._limit.burst - bucket.level) / self._limit.per_second)
        return {
            "ratelimit-policy": self._policy,
            "ratelimit": f'"default";r={int(bucket.level)};t={full_in}',
        }
