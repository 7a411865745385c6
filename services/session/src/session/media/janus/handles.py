"""A Janus session, and the handles in it that our people's connections are."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from session.domain.rooms import Candidate, RoomGone
from session.media.janus.connection import JanusConnection
from session.media.janus.refusals import (
    NO_SUCH_HANDLE,
    SESSION_IN_USE,
    JanusRefused,
    Json,
)

PLUGIN = "janus.plugin.videoroom"
# Numbers that JSON readers keep exactly.
LARGEST_ID = 2**53 - 1

Told = Callable[[Json], None]


def janus_session_id(session_id: str) -> int:
    """The same for every owner of the session, so that the next one can claim it."""
    digest = hashlib.sha256(f"janus:{session_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % LARGEST_ID + 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What the plugin says, and the description that comes with it (empty: none)."""

    told: Json
    sdp: str


def answer_of(message: Json) -> Answer:
    told = message.get("plugindata", {}).get("data", {})
    return Answer(told, message.get("jsep", {}).get("sdp", ""))


class JanusSession:
    """Satisfies ``Listener``: hands each event to the handle it is for."""

    def __init__(self, connection: JanusConnection, number: int, on_lost: Callable[[], None]):
        self._connection = connection
        self.number = number
        self._on_lost = on_lost
        self._told: dict[int, Told] = {}

    async def enter(self) -> bool:
        """Claim the session where it exists, else create it; true when it existed."""
        existed = await self._claimed() or await self._created()
        self._connection.register(self.number, self)
        return existed

    async def _claimed(self) -> bool:
        try:
            await self._connection.request("claim", session_id=self.number)
        except RoomGone:
            return False
        return True

    async def _created(self) -> bool:
        """Create it; true when somebody else did so in this moment, and it was claimed."""
        try:
            await self._connection.request("create", id=self.number)
        except JanusRefused as refused:
            if refused.code != SESSION_IN_USE:
                raise
            return await self._claimed()
        return False

    async def attach(self, opaque_id: str, told: Told) -> "Handle":
        """A new handle; *told* is called with its events and must not block."""
        answer = await self.ask("attach", plugin=PLUGIN, opaque_id=opaque_id)
        return self.adopt(int(answer["data"]["id"]), told)

    def adopt(self, number: int, told: Told) -> "Handle":
        """The handle that an earlier owner attached."""
        self._told[number] = told
        return Handle(self, number)

    async def ask(self, verb: str, **fields: object) -> Json:
        return await self._connection.request(verb, session_id=self.number, **fields)

    def leave(self) -> None:
        """Let the session be: another owner may have it."""
        self._connection.forget(self.number)

    def drop(self, number: int) -> None:
        self._told.pop(number, None)

    def event(self, message: Json) -> None:
        if told := self._told.get(message.get("sender", 0)):
            told(message)

    def lost(self) -> None:
        self._on_lost()


class Handle:
    """One attachment to the VideoRoom."""

    def __init__(self, session: JanusSession, number: int) -> None:
        self._session = session
        self.number = number

    async def ask(self, request: str, **body: object) -> Answer:
        return await self._ask({"request": request, **body})

    async def describe(self, request: str, kind: str, sdp: str, **body: object) -> Answer:
        """Ask with a description: *kind* is ``offer`` or ``answer``."""
        jsep = {"type": kind, "sdp": sdp}
        return await self._ask({"request": request, **body}, jsep=jsep)

    async def trickle(self, candidate: Candidate) -> None:
        told: Json = {"completed": True}
        if candidate.candidate:
            told = {
                "candidate": candidate.candidate,
                "sdpMid": candidate.sdp_mid,
                "sdpMLineIndex": candidate.sdp_m_line_index,
            }
        await self._session.ask("trickle", handle_id=self.number, candidate=told)

    async def detach(self) -> None:
        """Give it back; one that is gone already is no error."""
        self._session.drop(self.number)
        try:
            await self._session.ask("detach", handle_id=self.number)
        except RoomGone:
            return
        except JanusRefused as refused:
            if refused.code != NO_SUCH_HANDLE:
                raise

    async def _ask(self, body: Json, **more: object) -> Answer:
        asked = self._session.ask("message", handle_id=self.number, body=body, **more)
        return answer_of(await asked)
