"""What a peer's process is asked and what it tells, as JSON."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

# Between the last timer that is set and the first that is due.
MARGIN_SECONDS = 3.0
A_DAY = 86400.0
# After the last is due: who has not fired by then is too late to be waited for.
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Asked:
    """*due* of the *pending* timers are due within a second; the others, tomorrow."""

    pending: int
    due: int
    urls: dict[str, str]

    @property
    def far(self) -> int:
        return self.pending - self.due

    def instants(self, seconds_to_set_one: float = 0.0) -> Sequence[float]:
        """The times of day, in seconds, evenly within a second that begins when all are set."""
        first = time.time() + MARGIN_SECONDS + 1.5 * seconds_to_set_one * self.due
        return [first + number / self.due for number in range(self.due)]


async def until_fired(late: Sequence[float], count: int) -> None:
    """Wait until *count* have fired, or patience is at its end."""
    until = time.time() + PATIENCE_SECONDS
    # They are noted by callbacks of other people's libraries: there is no event to wait for.
    while len(late) < count and time.time() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


def asked() -> Asked:
    return Asked(**json.loads(sys.argv[1]))


def tell(lateness: Sequence[float], *, set_a_second: float) -> None:
    """*lateness* in seconds, one for each that has fired."""
    print(json.dumps({"lateness": list(lateness), "set_a_second": round(set_a_second)}), flush=True)
