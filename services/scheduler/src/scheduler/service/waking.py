"""Who sends notices is woken when some are written, on whichever replica that was."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial

from common.bells import Bells
from scheduler.domain.notices import Channel
from scheduler.service.sending import Sending


class Waking:
    """The bells of the channels. *me* is this replica, which need not hear its own."""

    def __init__(self, bells: Bells, sendings: Mapping[Channel, Sending], me: str) -> None:
        self._bells = bells
        self._sendings = {channel.bell: sending for channel, sending in sendings.items()}
        self._me = me.encode()

    def ring(self, name: str) -> None:
        """Wake who sends on the channel of this bell, here at once and on the other replicas."""
        if name in self._sendings:
            self._sendings[name].wake()
        self._bells.ring(name, self._me)

    async def run(self) -> None:
        """Listen for the other replicas until cancelled."""
        async with AsyncExitStack() as heard:
            for name in self._sendings:
                await heard.enter_async_context(self._bells.heard(name, partial(self._hear, name)))
            await asyncio.Event().wait()

    def _hear(self, name: str, note: bytes) -> None:
        if note != self._me:
            self._sendings[name].wake()
