"""A breaker: keeps what is down from being asked over and over. Pure; seconds are monotonic."""

from dataclasses import dataclass

# Failures one after another that open it.
OPENS_AFTER = 5
FIRST_REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """*failures* in a row; while it rests nothing is tried, then one attempt shows how it is."""

    failures: int = 0
    rests_until: float = 0.0

    def width(self, now: float, under_way: int, most: int) -> int:
        """How many more attempts may begin."""
        if self.failures < OPENS_AFTER:
            return max(most - under_way, 0)
        return 1 if now >= self.rests_until and not under_way else 0

    def after(self, now: float, *, is_outage: bool) -> "Breaker":
        if not is_outage:
            return Breaker()
        failures = self.failures + 1
        if failures < OPENS_AFTER:
            return Breaker(failures)
        # An exponent that is bounded before it is raised.
        rest = FIRST_REST_SECONDS * 2 ** min(failures - OPENS_AFTER, 10)
        return Breaker(failures, now + min(rest, LONGEST_REST_SECONDS))
