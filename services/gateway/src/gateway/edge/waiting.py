"""Connections that are not welcomed yet, counted by the address that they come from."""

from collections import Counter

from gateway.edge.problems import Refused


class Waiting:
    """*most* of an address wait for an answer at once, and *most_knocking* for a host to decide."""

    def __init__(self, most: int, most_knocking: int) -> None:
        self._most = most
        self._most_knocking = most_knocking
        self._coming: Counter[str] = Counter()
        self._knocking: Counter[str] = Counter()

    def check(self, address: str) -> None:
        """Raises `Refused` (429) when the address has no room left."""
        _check(self._coming, address, self._most)

    def check_lobby(self, address: str) -> None:
        """Raises `Refused` (429) when too many of the address wait for hosts."""
        _check(self._knocking, address, self._most_knocking)

    def enter(self, address: str) -> "Waiter":
        self._coming[address] += 1
        return Waiter(self, address, self._coming)

    def move(self, address: str) -> Counter[str]:
        """Have a connection of *address* wait in a lobby; answers where it is counted then."""
        self._knocking[address] += 1
        return self._knocking


class Waiter:
    """One connection's place among those that wait; left once, however often it is told."""

    def __init__(self, waiting: Waiting, address: str, counted: Counter[str]) -> None:
        self._waiting = waiting
        self._address = address
        self._counted: Counter[str] | None = counted
        self._knocks = False

    def knock(self) -> None:
        """A host decides about it: it keeps nobody else of its address from coming.

        Raises `Refused` (429).
        """
        if self._knocks:
            return
        self._waiting.check_lobby(self._address)
        self.leave()
        self._counted, self._knocks = self._waiting.move(self._address), True

    def leave(self) -> None:
        counted, self._counted = self._counted, None
        if counted is None:
            return
        counted[self._address] -= 1
        if not counted[self._address]:
            del counted[self._address]


def _check(counts: Counter[str], address: str, most: int) -> None:
    if counts[address] >= most:
        detail = "Too many connections from this address wait to be let in."
        raise Refused(429, "RATE_LIMITED", detail, headers={"retry-after": "2"})
