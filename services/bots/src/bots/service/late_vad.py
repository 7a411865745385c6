"""A voice detector that is made when somebody first sounds: one takes time and memory to make."""

import asyncio
from collections.abc import Callable

from bots.engines.vad import Vad


class LateVad:
    """Takes everything for silence until it is loaded."""

    def __init__(self, new_vad: Callable[[], Vad]) -> None:
        self._new_vad = new_vad
        self._vad: Vad | None = None

    async def load(self) -> None:
        """Make the detector, beside the event loop; cheap when it is there already."""
        if self._vad is None:
            self._vad = await asyncio.to_thread(self._new_vad)

    def probability(self, frame: bytes) -> float:
        return self._vad.probability(frame) if self._vad is not None else 0.0

    def reset(self) -> None:
        if self._vad is not None:
            self._vad.reset()
