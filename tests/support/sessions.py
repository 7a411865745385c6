"""Sessions under test: builders, a media plane in memory, a scheduler on the wire."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from common import rpc
from convene.common.v1 import meeting_pb2 as shared
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.scheduler.v1 import meeting_pb2 as meetings
from convene.scheduler.v1 import scheduler_pb2 as scheduling
from convene.scheduler.v1.scheduler_pb2_grpc import SchedulerServiceServicer
from convene.session.v1 import session_pb2 as pb
from session.domain.participants import Participant, ParticipantId, ParticipantKind, Role
from session.domain.policies import Policy
from session.domain.rooms import (
    Came,
    Candidate,
    Changed,
    Chatted,
    Connection,
    Departed,
    Heard,
    Hint,
    Lost,
    MediaLost,
    MediaUnavailable,
    NotConnected,
    Occupancy,
    PeerEvent,
    Performance,
    PerformanceOver,
    Room,
    RoomGone,
    Seat,
    Source,
    Talk,
)
from session.domain.sessions import Session, SessionId
from session.media import Peer

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NODE = "node-1:7000"


def a_session(**changes: Any) -> Session:
    fields: dict[str, Any] = {
        "id": SessionId("ses_1"),
        "meeting_id": "mtg_1",
        "occurrence_id": "",
        "title": "Kick-off",
        "node": NODE,
        "policy": Policy(),
        "snapshot": b"",
        "create_time": NOON,
        "planned_end_time": None,
        "test": True,
        "crewed": False,
    }
    return Session(**fields | changes)


def a_participant(**changes: Any) -> Participant:
    fields: dict[str, Any] = {
        "id": ParticipantId("prt_1"),
        "session_id": SessionId("ses_1"),
        "name": "Ada",
        "role": Role.PARTICIPANT,
        "kind": ParticipantKind.PERSON,
    }
    return Participant(**fields | changes)


def a_snapshot(**changes: Any) -> MeetingSnapshot:
    fields: dict[str, Any] = {"meeting_id": "mtg_1", "title": "Kick-off", "test": True}
    return MeetingSnapshot(**fields | changes)


@dataclass
class FakeRoom:
    connections: dict[str, Connection] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    watchers: list[asyncio.Queue[Hint | None]] = field(default_factory=list)
    played: dict[str, Performance] = field(default_factory=dict)
    over: bool = True
    node: str = NODE
    peers: dict[str, "FakePeer"] = field(default_factory=dict)
    voices: dict[str, str] = field(default_factory=dict)
    captured: bool = False


class FakePlane:
    """A media plane in memory, with a person's moves as methods. Satisfies ``MediaPlane``."""

    def __init__(self) -> None:
        self.rooms: dict[str, FakeRoom] = {}
        self.closed: list[str] = []
        self.watched: list[str] = []
        self.opened_on: list[str] = []
        self.silent = False
        # Whom a moderator's mute was taken off.
        self.unmuted: list[str] = []
        # The nodes that answer nothing any more.
        self.dead: set[str] = set()
        # Whether a join's connection is handed to whoever connects it again.
        self.adopts = False
        # Whether media that a page connects flows.
        self.carries = True
        # What it raises when it is asked to speak, or to keep somebody quiet.
        self.odd_error: Exception | None = None
        self.spoken: dict[str, Heard] = {}
        self.asked_for_talk: list[str] = []
        # Awaited before the room is looked at: what happens between two reads.
        self.before_look: Callable[[], Awaitable[None]] | None = None

    async def open(self, room: Room) -> None:
        self.opened_on.append(room.node)
        self._answer(room)
        known = self.rooms.get(room.session_id)
        if known is None or known.node != room.node:
            self.rooms[room.session_id] = FakeRoom(node=room.node)

    async def close(self, room: Room) -> None:
        self._answer(room)
        self.closed.append(room.session_id)
        if found := self.rooms.pop(room.session_id, None):
            for watcher in found.watchers:
                watcher.put_nowait(None)

    async def occupancy(self, room: Room) -> Occupancy:
        if self.before_look is not None:
            await self.before_look()
        found = self.room(room)
        return Occupancy(list(found.connections.values()), found.over)

    async def disconnect(self, room: Room, participant_id: str) -> None:
        found = self.room(room)
        if found.connections.pop(participant_id, None) is None:
            raise NotConnected(participant_id)
        if peer := found.peers.pop(participant_id, None):
            peer.end()

    async def set_muted(self, room: Room, participant_id: str, muted: bool) -> None:
        if self.odd_error is not None:
            raise self.odd_error
        if not muted:
            self.unmuted.append(participant_id)
        self._change(room, participant_id, muted=muted)

    async def set_video_paused(self, room: Room, participant_id: str, paused: bool) -> None:
        self._change(room, participant_id, video_paused=paused)

    async def connect(self, room: Room, seat: Seat) -> Peer:
        found = self.room(room)
        if older := found.peers.pop(seat.participant_id, None):
            if self.adopts and older.seat.epoch == seat.epoch:
                found.peers[seat.participant_id] = older
                return older
            older.end()
        peer = found.peers[seat.participant_id] = FakePeer(self, room, seat)
        if self.carries:
            found.connections[seat.participant_id] = Connection(seat.participant_id, seat.epoch)
            self.tell(room.session_id, Changed())
        return peer

    async def voice(self, room: Room, participant_id: str, name: str) -> None:
        if self.odd_error is not None:
            raise self.odd_error
        self.room(room).voices[participant_id] = name

    async def capture_video(self, room: Room, wanted: bool) -> None:
        self.room(room).captured = wanted

    async def perform(self, room: Room, performance: Performance) -> None:
        found = self.room(room)
        if performance.run_id not in found.played:
            found.played[performance.run_id] = performance
            found.over = False

    async def talk(self, room: Room) -> Talk:
        self._answer(room)
        self.asked_for_talk.append(room.session_id)
        return Talk(f"count on {room.node}", self.spoken)

    async def watch(self, room: Room) -> AsyncIterator[Hint]:
        self.watched.append(room.session_id)
        hints: asyncio.Queue[Hint | None] = asyncio.Queue()
        self.room(room).watchers.append(hints)
        yield Changed()
        while (hint := await hints.get()) is not None:
            yield hint

    def join(self, session_id: str, participant_id: str) -> None:
        """Their browser connects, as the next join of theirs."""
        room = self.rooms[session_id]
        room.epochs[participant_id] += 1
        joined = Connection(participant_id, room.epochs[participant_id])
        room.connections[participant_id] = joined
        self.tell(session_id, Came(joined))

    def send(self, session_id: str, participant_id: str, **changes: Any) -> None:
        """They turn on or off what they send: *camera*, *screen*, or they mute themselves."""
        connections = self.rooms[session_id].connections
        connections[participant_id] = replace(connections[participant_id], **changes)
        self.tell(session_id, Changed())

    def drop(self, session_id: str, participant_id: str) -> None:
        """Their connection is lost."""
        gone = self.rooms[session_id].connections.pop(participant_id)
        self.tell(session_id, Lost(participant_id, gone.epoch))

    def leave(self, session_id: str, participant_id: str) -> None:
        """They say goodbye."""
        gone = self.rooms[session_id].connections.pop(participant_id)
        self.tell(session_id, Departed(participant_id, gone.epoch))

    def finish(self, session_id: str, run_id: str, error: str = "") -> None:
        """A scenario's last person has gone."""
        self.rooms[session_id].over = True
        self.tell(session_id, PerformanceOver(run_id, error))

    def say(self, session_id: str, participant_id: str, text: str) -> None:
        """They write a line."""
        self.tell(session_id, Chatted(participant_id, text))

    def tell(self, session_id: str, hint: Hint) -> None:
        for watcher in self.rooms[session_id].watchers:
            watcher.put_nowait(hint)

    def crash(self, session_id: str) -> None:
        """The node loses the room and everybody's media in it."""
        for peer in self.rooms.pop(session_id).peers.values():
            peer.happen(MediaLost("the node was restarted"))

    def _answer(self, room: Room) -> None:
        if self.silent or room.node in self.dead:
            raise MediaUnavailable("told to be silent")

    def _change(self, room: Room, participant_id: str, **changes: Any) -> None:
        connections = self.room(room).connections
        if participant_id not in connections:
            raise NotConnected(participant_id)
        connections[participant_id] = replace(connections[participant_id], **changes)

    def room(self, room: Room) -> FakeRoom:
        """Raises ``RoomGone``."""
        self._answer(room)
        found = self.rooms.get(room.session_id)
        if found is None or found.node != room.node:
            raise RoomGone(room.session_id)
        return found


class FakePeer:
    """A browser in a ``FakeRoom``: what it was asked, and what happens to it. A ``Peer``."""

    def __init__(self, plane: FakePlane, room: Room, seat: Seat) -> None:
        self._plane = plane
        self._room = room
        self._events: asyncio.Queue[PeerEvent | None] = asyncio.Queue()
        self.seat = seat
        self.published: list[tuple[str, Mapping[str, Source]]] = []
        self.answers: list[str] = []
        self.candidates: list[Candidate] = []
        # How often anything was asked of it, in vain or not.
        self.asked = 0

    @property
    def is_flowing(self) -> bool:
        return bool(self.published)

    async def publish(self, sdp: str, sources: Mapping[str, Source]) -> str:
        self._here()
        self.published.append((sdp, sources))
        return f"answer to {sdp}"

    async def answer(self, sdp: str) -> None:
        self._here()
        self.answers.append(sdp)

    async def candidate(self, candidate: Candidate) -> None:
        self._here()
        self.candidates.append(candidate)

    async def set_media(self, *, muted: bool, camera: bool) -> None:
        connections = self._here().connections
        if was := connections.get(self.seat.participant_id):
            connections[self.seat.participant_id] = replace(was, muted=muted, camera=camera)

    async def stand_in(self, present: bool) -> None:
        connections, who = self._here().connections, self.seat.participant_id
        if present:
            connections[who] = Connection(who, self.seat.epoch)
        elif not self._plane.carries:
            connections.pop(who, None)
        self._plane.tell(self._room.session_id, Changed())

    async def leave(self) -> None:
        self._gone()
        self._plane.tell(self._room.session_id, Departed(self.seat.participant_id, self.seat.epoch))

    async def close(self) -> None:
        with suppress(RoomGone, MediaUnavailable):
            self._gone()
            self._plane.tell(self._room.session_id, Changed())

    async def events(self) -> AsyncIterator[PeerEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    def happen(self, event: PeerEvent) -> None:
        """Something that the browser must know."""
        self._events.put_nowait(event)

    @property
    def was_heard(self) -> bool:
        """Whether everything that happened was taken notice of."""
        return self._events.empty()

    def end(self) -> None:
        self._events.put_nowait(None)

    def _here(self) -> FakeRoom:
        self.asked += 1
        return self._plane.room(self._room)

    def _gone(self) -> None:
        """Out of the room, unless a newer join took the place."""
        found = self._here()
        if found.peers.get(self.seat.participant_id) is self:
            del found.peers[self.seat.participant_id]
            found.connections.pop(self.seat.participant_id, None)
        self.end()


class FakeScheduler(SchedulerServiceServicer):
    """Knows every meeting but ``mtg_unknown``; *opening* is when the next occurrence starts."""

    def __init__(self) -> None:
        self.opening: datetime | None = None
        self.starts_by_joining = False
        self.start_early = "ANYONE"
        # Called to start a session of a meeting.
        self.start: Callable[[str], Awaitable[object]] | None = None
        self.started: list[str] = []

    async def GetMeeting(
        self, request: scheduling.GetMeetingRequest, context: rpc.Context
    ) -> scheduling.GetMeetingResponse:
        if request.meeting_id == "mtg_unknown":
            raise RoomGone("no such meeting")
        meeting = meetings.Meeting(id=request.meeting_id)
        meeting.policy.early_join_seconds = 600
        meeting.policy.start_on_first_join = self.starts_by_joining
        meeting.policy.MergeFrom(shared.Policy(start_early=f"START_EARLY_{self.start_early}"))
        if self.opening is not None:
            meeting.next_occurrences.add(id="occ_1", start_time=self.opening)
        return scheduling.GetMeetingResponse(meeting=meeting)

    async def StartMeeting(
        self, request: scheduling.StartMeetingRequest, context: rpc.Context
    ) -> scheduling.StartMeetingResponse:
        if self.start is not None:
            await self.start(request.meeting_id)
        self.started.append(request.meeting.title)
        return scheduling.StartMeetingResponse(session=pb.Session(meeting_id="mtg_1"))
