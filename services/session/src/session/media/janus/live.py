"""A room of Janus that this process owns: it makes what is so into what is wished."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

import structlog

from common.errors import DomainError
from session.domain.rooms import (
    Changed,
    Connection,
    Hint,
    MediaUnavailable,
    NotConnected,
    Occupancy,
    Room,
    RoomGone,
    Source,
    Talked,
)
from session.media.janus.connection import JanusConnection
from session.media.janus.crowd import Crowd
from session.media.janus.ear_side import EarSide, Inside
from session.media.janus.handles import Handle, JanusSession, janus_session_id
from session.media.janus.hearing import Hearing
from session.media.janus.hints import Hints
from session.media.janus.ledger import Join
from session.media.janus.moderating import Moderating, ask_key_frame
from session.media.janus.people import People
from session.media.janus.refusals import JanusRefused, Json
from session.media.janus.videoroom import VideoRoom
from session.media.janus.voices import Voices

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
# A key frame that is asked for right beside another one is not sent.
KEY_FRAME_AFTER_SECONDS = 1.0
OBSERVER = "~"
# A page whose media was lost is back sooner, or not at all.
STRANGER_SECONDS = 30.0

WatchEar = Callable[[], AsyncIterator[Hint]]


class LiveRoom:
    """*host* is where Janus takes the RTP of those who have no browser."""

    def __init__(
        self, room: Room, connection: JanusConnection, room_key: str, ear: EarSide, host: str
    ) -> None:
        self.session_id: str = room.session_id
        self.session = JanusSession(connection, janus_session_id(room.session_id), self.lose)
        self.rooms = VideoRoom(room.session_id, room_key, room.places)
        self.ear = ear
        self.hearing = Hearing(self.rooms, ear)
        self.voices = Voices(self.rooms, ear, host)
        self.moderating = Moderating(self.rooms, ear)
        self.people = People(self.stir, self._unpublished, self._talked, self._is_quiet)
        self.crowd = Crowd(self)
        self.hints = Hints()
        self.is_lost = False
        self._settling = asyncio.Lock()
        self._dirty = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._watched_ear = False
        self._is_closing = False
        # Since when the ear hears joins that nobody here holds.
        self._strangers: dict[tuple[str, int], float] = {}

    async def observe(self) -> None:
        """Look on with a new handle, and take what is so now as the truth."""
        older: Handle | None = getattr(self.rooms, "handle", None)
        handle = await self.session.attach(f"{self.session_id}:observer", self._observed)
        self.rooms.handle = handle
        await self.rooms.create()
        self.people.begin(await self.rooms.observe(OBSERVER + secrets.token_hex(8)))
        if older is not None:
            await older.detach()

    def start(self, watch_ear: WatchEar) -> None:
        """Begin to settle and to follow the ear."""
        self.spawn(self._settle_often())
        self.spawn(self._follow_ear(watch_ear))
        self.stir()

    def check(self) -> None:
        """Raises ``RoomGone`` when Janus has lost the room."""
        if self.is_lost:
            raise RoomGone("the media node lost the room; open it again")

    def stir(self) -> None:
        """Something changed: tell it, and see what is to be done."""
        self.hints.tell(Changed())
        self._dirty.set()
        self.crowd.stir()

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run *work* until it is done or the room is left."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def lose(self) -> None:
        """Janus forgot everything: the browsers must connect anew."""
        log.warning("media node lost a room", session_id=self.session_id)
        self._end(RoomGone("the media node lost the room; open it again"))
        self.crowd.lose("the media node was restarted")

    def let_go(self) -> None:
        """Leave everything as it is in Janus: another process has it, or will."""
        self.session.leave()
        self._end(RoomGone("the room is no longer held here; open it again"))
        self.crowd.end()

    async def destroy(self) -> None:
        """End the room for everybody."""
        self._is_closing = True
        # First, or they would take the end for a loss.
        self.crowd.end()
        await self.voices.settle_none()
        await self.rooms.destroy()
        await self.session.ask("destroy")
        self.session.leave()
        self._end(None)

    async def occupancy(self) -> Occupancy:
        self.check()
        known = self.people.events
        listed = await self.rooms.participants()
        # A list that an event overtook may lack somebody whose tracks others have by now.
        if self.people.events == known:
            await self._compare(listed)
        inside = await self.ear.inside()
        self.crowd.reseat(inside.seated.keys())
        await self._unseat_strangers(inside)
        await self._settle(inside)
        scripted = [
            Connection(one.participant_id, one.epoch, one.muted, one.offset_seconds)
            for one in inside.scripted
        ]
        here = [self._connection(join) for join in self.crowd.up()]
        return Occupancy([*scripted, *here], inside.performed, inside.room_seconds)

    async def settle_join(self, join: Join) -> None:
        """Have the ear and Janus do what is wished of a join that is up."""
        async with self._settling:
            await self._settle_join(join)

    async def capture(self, wanted: bool) -> None:
        self.check()
        self.hearing.capturing = wanted
        async with self._settling:
            await self._settle_joins()

    async def _compare(self, listed: Sequence[Json]) -> None:
        """Janus's own list is the truth where an event was missed."""
        present = {str(one["id"]) for one in listed}
        publishing = {str(one["id"]) for one in listed if one.get("publisher")}
        self.crowd.keep(present)
        self.people.keep(publishing)
        if not publishing <= self.people.publications.keys():
            await self.observe()

    async def _settle(self, inside: Inside) -> None:
        async with self._settling:
            await self.voices.settle(one.participant_id for one in inside.scripted)
            await self._settle_joins()

    async def _settle_joins(self) -> None:
        for join in self.crowd.up():
            try:
                await self._settle_join(join)
            except (JanusRefused, NotConnected) as error:
                # It is one join's matter, and looked at again.
                log.info("not settled", participant_id=join.participant_id, error=str(error))

    async def _unseat_strangers(self, inside: Inside) -> None:
        """End the tracks of those who never came back after the media was lost."""
        here = {(join.participant_id, join.epoch) for join in self.crowd.joins.values()}
        now = asyncio.get_running_loop().time()
        self._strangers = {
            key: self._strangers.get(key, now) for key in inside.seated.keys() - here
        }
        for (participant_id, epoch), since in self._strangers.items():
            if now - since > STRANGER_SECONDS:
                await self.ear.unseat(participant_id, epoch, left=False)

    async def _settle_join(self, join: Join) -> None:
        publication = self.people.publications.get(join.participant_id)
        seen = await self.hearing.settle(join, publication)
        await self.moderating.settle(join, self.people)
        if seen:
            await ask_key_frame(join)
            self.spawn(self._ask_key_frame_later(join))

    async def _ask_key_frame_later(self, join: Join) -> None:
        await asyncio.sleep(KEY_FRAME_AFTER_SECONDS)
        try:
            await ask_key_frame(join)
        except DomainError as error:
            log.info("no key frame", participant_id=join.participant_id, error=str(error))

    async def _settle_often(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            try:
                await self._settle(await self.ear.inside())
            except DomainError as error:
                log.info("room not settled", session_id=self.session_id, error=str(error))
                await asyncio.sleep(AGAIN_SECONDS)
                self._dirty.set()

    async def _follow_ear(self, watch: WatchEar) -> None:
        while True:
            first = True
            try:
                async for hint in watch():
                    if first and self._watched_ear:
                        # It was away: it may have forgotten where to send, and whom it hears.
                        self.voices.tell_again()
                        self.crowd.reseat(frozenset())
                    first, self._watched_ear = False, True
                    self.hints.tell(hint)
                    self._dirty.set()
            except (RoomGone, MediaUnavailable) as error:
                log.info("ear not watched", session_id=self.session_id, error=str(error))
            await asyncio.sleep(AGAIN_SECONDS)

    def _connection(self, join: Join) -> Connection:
        publication = self.people.publications.get(join.participant_id)
        shown = {one.source for one in publication.streams.values()} if publication else set()
        wish = self.moderating.wish(join.participant_id)
        return Connection(
            join.participant_id,
            join.epoch,
            muted=join.muted or wish.muted,
            offset_seconds=join.offset_seconds or 0.0,
            camera=join.camera and Source.CAMERA in shown,
            screen=Source.SCREEN in shown,
            video_paused=wish.video_paused,
        )

    def _observed(self, message: Json) -> None:
        told = message.get("plugindata", {}).get("data", {})
        if told.get("videoroom") != "destroyed":
            self.people.take(told)
        elif not self._is_closing:
            self.lose()

    def _unpublished(self, participant_id: str) -> None:
        self.crowd.unpublished(participant_id)

    def _talked(self, participant_id: str, talking: bool) -> None:
        self.crowd.tell(Talked(participant_id, talking))

    def _is_quiet(self, participant_id: str) -> bool:
        join = self.crowd.joins.get(participant_id)
        return join is not None and self.moderating.is_quiet(join)

    def _end(self, error: Exception | None) -> None:
        self.is_lost = True
        self.people.talkers.close()
        self.hints.close(error)
        for task in self._tasks:
            task.cancel()
