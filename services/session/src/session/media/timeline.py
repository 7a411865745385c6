"""Where the packets of one RTP stream lie on their join's time line."""

from collections.abc import Sequence

from session.media.records import RATE

# The fastest packet of so long tells how far the sender's clock is from ours.
WINDOW_SAMPLES = 5 * RATE
# Sound and picture further apart than 80 ms are seen to be.
MOST_DRIFT_SAMPLES = RATE * 6 // 100
# Further off, a timestamp means nothing: the sender counts anew.
MOST_ERROR_SAMPLES = RATE


class Timeline:
    """Timestamps at *clock_rate* to samples at 48 kHz since the join, whole multiples of *grid*.

    The fastest of the first packets lies where it arrived, the others where their timestamps put
    them. A clock that drifts away is followed, by at most *step* samples in 5 s.
    """

    def __init__(self, clock_rate: int, grid: int, step: int) -> None:
        self._rate = clock_rate
        self._grid = grid
        self._step = step
        self._anchor: int | None = None
        # Sample and timestamp of the anchor; the timestamp unwrapped.
        self._timestamp = 0
        self._last = 0
        self._ahead = -MOST_ERROR_SAMPLES
        self._window_ends = 0

    @property
    def is_anchored(self) -> bool:
        return self._anchor is not None

    def anchor(self, arrivals: Sequence[tuple[int, int]], floor: int) -> None:
        """Begin at *floor* or later, by the first *arrivals*: timestamps, and samples of arrival.

        A process that was busy finds many at once: only the last was not kept waiting.
        """
        first = arrivals[0][0]
        start = min(
            now - (((stamp - first + 0x80000000) & 0xFFFFFFFF) - 0x80000000) * RATE // self._rate
            for stamp, now in arrivals
        )
        self._begin(first, max(start, floor), arrivals[-1][1])

    def place(self, timestamp: int, now: int, floor: int, *, jumped: bool) -> int:
        """The sample of *timestamp*, arrived at sample *now*.

        A new anchor lies at *floor* or later. After packets were missing (*jumped*) the
        timestamp is believed only when it agrees with the arrival.
        """
        self._last += ((timestamp - self._last + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        sample = self._sample()
        ahead = sample - now
        if ahead > MOST_ERROR_SAMPLES or (jumped and ahead < -MOST_ERROR_SAMPLES):
            self._begin(timestamp, max(now, floor), now)
            return self._sample()
        self._ahead = max(self._ahead, ahead)
        if now >= self._window_ends:
            self._follow(timestamp, now, floor)
        return sample

    def _sample(self) -> int:
        assert self._anchor is not None
        passed = (self._last - self._timestamp) * RATE / self._rate
        return self._anchor + round(passed / self._grid) * self._grid

    def _begin(self, timestamp: int, sample: int, now: int) -> None:
        self._anchor = -(-sample // self._grid) * self._grid
        self._timestamp = self._last = timestamp
        self._open_window(now)

    def _follow(self, timestamp: int, now: int, floor: int) -> None:
        """Move the anchor towards the sender's clock, from the next packet on."""
        assert self._anchor is not None
        ahead = self._ahead
        if ahead < -MOST_ERROR_SAMPLES:
            self._begin(timestamp, max(now, floor), now)
        elif abs(ahead) > MOST_DRIFT_SAMPLES:
            self._anchor -= max(-self._step, min(ahead, self._step)) // self._grid * self._grid
        self._open_window(now)

    def _open_window(self, now: int) -> None:
        self._ahead = -2 * MOST_ERROR_SAMPLES
        self._window_ends = now + WINDOW_SAMPLES
