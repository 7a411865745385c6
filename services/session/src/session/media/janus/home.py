"""What the people in a Janus room need of it."""

import asyncio
from collections.abc import Coroutine
from typing import Protocol

from session.media.janus.ear_side import EarSide
from session.media.janus.handles import JanusSession
from session.media.janus.hints import Hints
from session.media.janus.ledger import Join
from session.media.janus.moderating import Moderating
from session.media.janus.people import People
from session.media.janus.videoroom import VideoRoom


class Home(Protocol):
    """The room that they are in."""

    session_id: str
    session: JanusSession
    rooms: VideoRoom
    ear: EarSide
    people: People
    moderating: Moderating
    hints: Hints

    def check(self) -> None: ...

    def stir(self) -> None: ...

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]: ...

    async def settle_join(self, join: Join) -> None: ...
