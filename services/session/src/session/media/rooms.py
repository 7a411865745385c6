"""A room of the sandbox's media node: who is connected, and who wants to know."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import NotFound, Unavailable, WrongState
from convene.session.v1 import ear_pb2 as pb
from session.media.journal import load, save
from session.media.line import Line, Wiring
from session.media.spool import Spool, TrackKey
from session.media.talk import Talks
from session.media.track import Track

MOST_UNREAD = 1000
ROOM_FILE = "room.json"


class RoomNotFound(NotFound):
    def __init__(self, session_id: str) -> None:
        super().__init__(f"no room of {session_id} is open here; open it", session_id=session_id)


class NotConnected(WrongState):
    def __init__(self, participant_id: str) -> None:
        super().__init__(f"{participant_id} is not connected", participant_id=participant_id)


class WatchTooSlow(Unavailable):
    def __init__(self) -> None:
        super().__init__("events came faster than they were read; watch again", retry_after=0)


@dataclass(slots=True)
class Seat:
    """One connection that stands now."""

    participant_id: str
    epoch: int
    offset_seconds: float
    track: Track
    # Their own doing; a moderator's mute is the room's.
    muted: bool = False
    # What is heard of them by RTP or said by a bot; who plays a scenario has none.
    line: Line | None = None

    @property
    def scripted(self) -> bool:
        """Whether the node itself makes their sound."""
        return self.line is None or self.line.wiring.voice


class Watch:
    """What happens in a room, for one who wants to know."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[pb.WatchRoomResponse | None] = asyncio.Queue(MOST_UNREAD)
        self.too_slow = False

    def tell(self, event: pb.WatchRoomResponse | None) -> None:
        if self._events.full():
            self.too_slow = True
            self._events.get_nowait()
        self._events.put_nowait(event)

    async def events(self) -> AsyncIterator[pb.WatchRoomResponse]:
        """Everything told, until the room closes; raises ``WatchTooSlow`` when some was lost."""
        while True:
            event = await self._events.get()
            if self.too_slow:
                raise WatchTooSlow
            if event is None:
                return
            yield event


class Room:
    """One session's room. Found again after a crash with *folder*'s journal, but empty.

    *opened_at* is when the session's time line began, in seconds since 1970; 0: now.
    """

    def __init__(
        self, session_id: str, folder: Path, spool: Spool, talks: Talks, opened_at: float = 0.0
    ) -> None:
        self.session_id = session_id
        self.folder = folder
        self._spool = spool
        self._talks = talks
        self._seats: dict[str, Seat] = {}
        self._watches: set[Watch] = set()
        kept = load(folder / ROOM_FILE)
        self.opened_at: float = kept.get("opened_at") or opened_at or time.time()
        self._silenced = set(kept.get("silenced", ()))
        self._removed = set(kept.get("removed", ()))
        # Of an earlier run of the process; whoever wires them again takes them.
        self.unwired = [Wiring(**one) for one in kept.get("wirings", ())]
        # Where participants' sound is sent, as the journal keeps it.
        self.outlets: dict[str, dict[str, Any]] = kept.get("outlets", {})
        # Renewed whenever somebody is seated.
        self.seated = asyncio.Event()
        self._save()

    def open_seconds(self) -> float:
        """How long the room has been open: where the session's time line stands."""
        return max(time.time() - self.opened_at, 0.0)

    def connections(self) -> list[pb.Connection]:
        """Who is connected now."""
        return [self._connection(self._seats[name]) for name in sorted(self._seats)]

    def connect(
        self, participant_id: str, epoch: int, offset_seconds: float, *, muted: bool
    ) -> Track:
        """Seat a participant; their track begins at *offset_seconds* (kept to the millisecond)."""
        key = TrackKey(self.session_id, participant_id, epoch)
        track = self._spool.begin(key)
        offset_seconds = round(offset_seconds, 3)
        self._talks.follow(key, track, offset_seconds)
        self._sit(Seat(participant_id, epoch, offset_seconds, track, muted))
        return track

    def wire(self, line: Line) -> None:
        """Seat somebody by their *line*."""
        wiring = line.wiring
        key = TrackKey(self.session_id, wiring.participant_id, wiring.epoch)
        track = self._spool.get(key)
        self._sit(Seat(*key[1:3], wiring.offset_seconds, track, wiring.quiet, line))
        self.keep()

    def seat(self, participant_id: str) -> Seat | None:
        """Where a participant is connected, if they are."""
        return self._seats.get(participant_id)

    def drop(self, participant_id: str, lost_until: int = 0) -> None:
        """Their connection is lost; sound up to sample *lost_until* was cut off."""
        if seat := self._unseat(participant_id, lost_until):
            self._tell(pb.WatchRoomResponse(dropped=self._connection(seat)))

    def leave(self, participant_id: str, lost_until: int = 0) -> None:
        """They go of their own will."""
        if seat := self._unseat(participant_id, lost_until):
            self._tell(pb.WatchRoomResponse(left=self._connection(seat)))

    def remove(self, participant_id: str) -> None:
        """Cut a connection for good; raises ``NotConnected``."""
        self._connected(participant_id)
        self._removed.add(participant_id)
        self._save()
        self.drop(participant_id)

    def is_removed(self, participant_id: str) -> bool:
        return participant_id in self._removed

    def is_muted(self, participant_id: str) -> bool:
        seat = self._seats.get(participant_id)
        return participant_id in self._silenced or (seat is not None and seat.muted)

    def mute(self, participant_id: str, muted: bool) -> None:
        """A participant mutes or unmutes themselves."""
        if seat := self._seats.get(participant_id):
            before = self.is_muted(participant_id)
            seat.muted = muted
            self._tell_mute(seat, before)

    def silence(self, participant_id: str, silenced: bool) -> None:
        """A moderator mutes or unmutes a participant; raises ``NotConnected``."""
        seat = self._connected(participant_id)
        before = self.is_muted(participant_id)
        (self._silenced.add if silenced else self._silenced.discard)(participant_id)
        self._save()
        self._tell_mute(seat, before)

    def chat(self, participant_id: str, text: str) -> None:
        if participant_id in self._seats:
            line = pb.ChatLine(participant_id=participant_id, text=text)
            self._tell(pb.WatchRoomResponse(chat=line))

    def over(self, run_id: str, error: str) -> None:
        """A performance has come to its end."""
        end = pb.PerformanceOver(run_id=run_id, error=error)
        self._tell(pb.WatchRoomResponse(performance_over=end))

    def watch(self) -> Watch:
        """A watch that is told everything from now on; give it back to ``unwatch``."""
        watch = Watch()
        self._watches.add(watch)
        return watch

    def unwatch(self, watch: Watch) -> None:
        self._watches.discard(watch)

    def close(self) -> None:
        """Everybody is gone, and so are the watches."""
        for participant_id in list(self._seats):
            self.drop(participant_id)
        self.send_away()

    def send_away(self) -> None:
        """End the watches, with everybody where they are."""
        for seat in self._seats.values():
            if seat.line is not None:
                seat.line.close()
        self._tell(None)
        self._watches.clear()

    def keep(self) -> None:
        """Have the journal keep how everybody is wired."""
        self._save()

    def _sit(self, seat: Seat) -> None:
        earlier = self._seats.get(seat.participant_id)
        if earlier is not None and earlier.line is not None and earlier.line is not seat.line:
            earlier.line.finish()
        self._seats[seat.participant_id] = seat
        self._tell(pb.WatchRoomResponse(connected=self._connection(seat)))
        seated, self.seated = self.seated, asyncio.Event()
        seated.set()

    def _connected(self, participant_id: str) -> Seat:
        if participant_id not in self._seats:
            raise NotConnected(participant_id)
        return self._seats[participant_id]

    def _unseat(self, participant_id: str, lost_until: int) -> Seat | None:
        seat = self._seats.pop(participant_id, None)
        if seat is not None:
            if seat.line is not None:
                seat.line.finish()
                self._save()
            seat.track.finish(lost_until)
        return seat

    def _connection(self, seat: Seat) -> pb.Connection:
        return pb.Connection(
            participant_id=seat.participant_id,
            epoch=seat.epoch,
            muted=seat.muted or seat.participant_id in self._silenced,
            offset_seconds=seat.offset_seconds,
            scripted=seat.scripted,
        )

    def _wirings(self) -> list[Wiring]:
        return [seat.line.wiring for seat in self._seats.values() if seat.line is not None]

    def _tell_mute(self, seat: Seat, before: bool) -> None:
        connection = self._connection(seat)
        if connection.muted and not before:
            self._tell(pb.WatchRoomResponse(muted=connection))
        if before and not connection.muted:
            self._tell(pb.WatchRoomResponse(unmuted=connection))

    def _tell(self, event: pb.WatchRoomResponse | None) -> None:
        for watch in self._watches:
            watch.tell(event)

    def _save(self) -> None:
        kept = {
            "opened_at": self.opened_at,
            "silenced": sorted(self._silenced),
            "removed": sorted(self._removed),
            "outlets": self.outlets,
            "wirings": [one.kept() for one in (*self.unwired, *self._wirings())],
        }
        save(self.folder / ROOM_FILE, kept)
