"""Puts the packets of one RTP stream into order, waiting only while one is missing."""

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

# Behind the newest by more than this is no late packet: the sender has begun anew.
MOST_MISORDER = 100


class Reordering(Generic[T]):
    """Holds what came early for at most *hold_seconds*, and never more than *most* packets.

    Packets come out with their sequence number unwrapped: the next is one more, a hole was lost.
    A jump of more than *most*, or back, is believed when the packet after it confirms it.
    """

    def __init__(self, hold_seconds: float, most: int) -> None:
        self.duplicates = 0
        self.lost = 0
        self._hold = hold_seconds
        self._most = most
        self._next: int | None = None
        self._held: dict[int, tuple[float, T]] = {}
        self._doubtful: tuple[int, T] | None = None

    def push(self, sequence: int, packet: T, now: float) -> Sequence[tuple[int, T]]:
        """Take a packet with its 16-bit *sequence*; answers what is in order now."""
        if self._next is None:
            self._next = sequence
        ahead = ((sequence - self._next + 0x8000) & 0xFFFF) - 0x8000
        if not ahead and not self._held:
            self._next += 1
            return ((self._next - 1, packet),)
        if ahead > self._most or ahead < -MOST_MISORDER:
            return self._jump(sequence, self._next + ahead, packet)
        self._doubtful = None
        if ahead < 0 or self._next + ahead in self._held:
            self.duplicates += 1
            return self.overdue(now)
        self._held[self._next + ahead] = (now, packet)
        return [*self._run(), *self.overdue(now)]

    def overdue(self, now: float) -> Sequence[tuple[int, T]]:
        """What has waited long enough for a packet that is missing."""
        ready: list[tuple[int, T]] = []
        while self._held and now - min(at for at, _ in self._held.values()) >= self._hold:
            ready += self._skip()
        return ready

    def _jump(self, sequence: int, unwrapped: int, packet: T) -> Sequence[tuple[int, T]]:
        assert self._next is not None
        doubtful, self._doubtful = self._doubtful, ((sequence + 1) & 0xFFFF, packet)
        if doubtful is None or doubtful[0] != sequence:
            return ()
        ready: list[tuple[int, T]] = []
        while self._held:
            ready += self._skip()
        # A sender that begins anew goes on a turn of the counter later.
        first = unwrapped - 1 if unwrapped > self._next else unwrapped - 1 + 0x10000
        ready += [(first, doubtful[1]), (first + 1, packet)]
        self._next, self._doubtful = first + 2, None
        return ready

    def _skip(self) -> list[tuple[int, T]]:
        """Give up what is missing before the first that is held."""
        assert self._next is not None
        first = min(self._held)
        self.lost += first - self._next
        self._next = first
        return self._run()

    def _run(self) -> list[tuple[int, T]]:
        assert self._next is not None
        run = []
        while self._next in self._held:
            run.append((self._next, self._held.pop(self._next)[1]))
            self._next += 1
        return run
