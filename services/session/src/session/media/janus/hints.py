"""What happens in a Janus room, for those who want to know."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from session.domain.rooms import Changed, Hint

MOST_UNREAD = 1000


class _Reader:
    def __init__(self) -> None:
        self.unread: deque[Hint] = deque([Changed()], maxlen=MOST_UNREAD)
        self.stirred = asyncio.Event()
        self.stirred.set()


class Hints:
    """Tells every reader everything; a reader that is too slow misses the oldest."""

    def __init__(self) -> None:
        self._readers: set[_Reader] = set()
        self._over = False
        self._error: Exception | None = None

    def tell(self, hint: Hint) -> None:
        for reader in self._readers:
            if not (isinstance(hint, Changed) and reader.unread and reader.unread[-1] == hint):
                reader.unread.append(hint)
            reader.stirred.set()

    def close(self, error: Exception | None = None) -> None:
        """Send the readers away, with *error* if there is one."""
        self._over, self._error = True, error
        for reader in self._readers:
            reader.stirred.set()

    async def read(self) -> AsyncIterator[Hint]:
        """Everything from now on; the first comes at once."""
        reader = _Reader()
        self._readers.add(reader)
        try:
            while True:
                await reader.stirred.wait()
                reader.stirred.clear()
                while reader.unread:
                    yield reader.unread.popleft()
                if self._over:
                    break
        finally:
            self._readers.discard(reader)
        if self._error is not None:
            raise self._error
