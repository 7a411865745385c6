"""How many requests a recogniser takes before it says that it is busy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bots.engines.recognition import Busy

RETRY_SECONDS: Final = 1.0


class Room:
    """Places for *most* requests at once; a partial gets one only where nobody else has.

    Without *partials* those get none at all. *whose* it is and the *remedy* are told to who is
    refused.
    """

    def __init__(self, most: int, *, partials: bool, whose: str, remedy: str) -> None:
        self._most = most
        self._partials = partials
        self._whose = whose
        self._remedy = remedy
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many requests are in hand or waiting."""
        return self._taken

    @contextmanager
    def place(self, *, partial: bool) -> Iterator[None]:
        """Hold a place while the block runs; raises ``Busy`` at once where there is none."""
        room = 1 if partial else self._most
        if (partial and not self._partials) or self._taken >= room:
            raise Busy(
                f"{self._whose} has {self._taken} requests and room for {room}: {self._remedy}",
                retry_after=RETRY_SECONDS,
                pending=self._taken,
            )
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
