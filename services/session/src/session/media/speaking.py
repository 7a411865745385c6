"""Voices: bots that say Opus into a room, and what of the room's sound is sent out as RTP."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from common.errors import InvalidInput, WrongState
from session.media.line import Line
from session.media.microphone import opus_samples
from session.media.records import FRAME, RATE
from session.media.rooms import NotConnected, Room, Seat
from session.media.rtp import check_extension_id
from session.media.seating import Seating
from session.media.sending import Outlet, Outlets
from session.media.spool import check_id
from session.media.talk import Talks

# Written ahead of time, as scripted people are.
PACKETS_AT_ONCE = 5
# A speaker who is late by more has paused; by less, catches up.
MOST_LATE_SECONDS = 0.2
LONGEST_PACKET = 1275
LONGEST_SECONDS = 600


class InvalidPackets(InvalidInput):
    def __init__(self, why: str) -> None:
        super().__init__(f"packets {why}", field="packets")


class InvalidOutlet(InvalidInput):
    def __init__(self, field: str) -> None:
        super().__init__(f"{field} says where the media node takes the RTP; give it", field=field)


class HasConnection(WrongState):
    def __init__(self, participant_id: str) -> None:
        super().__init__(
            f"{participant_id} has a connection of their own; nobody else speaks for them",
            participant_id=participant_id,
        )


@dataclass(frozen=True, slots=True)
class Courtesy:
    """To whom a voice yields: whoever of them speaks *after_seconds* without a pause."""

    participant_ids: Collection[str] = ()
    after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """How far a voice came, and which participant cut it off, if one did."""

    seconds: float
    interrupted_by: str = ""


class Utterance:
    """What is to be said: it may still be added to while it is said, and stopped at any packet."""

    def __init__(self, courtesy: Courtesy) -> None:
        self.courtesy = courtesy
        self.is_stopped = False
        self._packets: list[bytes] = []
        self._taken = 0
        self._is_whole = False
        self._more = asyncio.Event()

    def add(self, packets: Sequence[bytes]) -> None:
        """Say *packets* behind what is there; raises ``InvalidPackets``."""
        check_packets(packets, len(self._packets) + len(packets))
        self._packets += packets
        self._more.set()

    def close(self) -> None:
        """Nothing more comes."""
        self._is_whole = True
        self._more.set()

    def stop(self) -> None:
        """Say no more, also of what is there."""
        self.is_stopped = True
        self._more.set()

    async def next(self) -> Sequence[bytes]:
        """What is said next; nothing when it is over."""
        while not self.is_stopped:
            batch = self._packets[self._taken : self._taken + PACKETS_AT_ONCE]
            if batch or self._is_whole:
                self._taken += len(batch)
                return batch
            self._more.clear()
            await self._more.wait()
        return ()


class Speaking:
    """What is said by this node's own voices, and where voices are sent."""

    def __init__(self, seating: Seating, outlets: Outlets, talks: Talks) -> None:
        self._seating = seating
        self._outlets = outlets
        self._talks = talks
        self._turns: dict[tuple[str, str], asyncio.Lock] = {}

    def open_voice(self, room: Room, outlet: Outlet) -> None:
        """Send a participant's sound to *outlet* until ``close_voice``, and after a crash."""
        check_id("participant_id", outlet.participant_id)
        check_extension_id(outlet.level_id)
        if not outlet.host:
            raise InvalidOutlet("host")
        if not 0 < outlet.port < 65536:
            raise InvalidOutlet("port")
        self._outlets.open(room, outlet)
        room.outlets[outlet.participant_id] = outlet.kept()
        room.keep()

    def close_voice(self, room: Room, participant_id: str) -> None:
        """Send no more; who is nothing but a voice has left."""
        self._outlets.close(room.session_id, participant_id)
        room.outlets.pop(participant_id, None)
        room.keep()
        seat = room.seat(participant_id)
        if seat is not None and seat.line is not None and seat.line.wiring.voice:
            room.leave(participant_id)

    def restore(self, room: Room) -> None:
        """Hear and send again what an earlier run of the process heard and sent."""
        self._seating.restore(room)
        for kept in room.outlets.values():
            self._outlets.open(room, Outlet(**kept))

    def forget(self, room: Room) -> None:
        """The room is closed."""
        self._outlets.close_all(room.session_id)

    async def say(self, room: Room, participant_id: str, utterance: Utterance) -> Spoken:
        """Say *utterance* in real time, behind what is being said; answers how far it came.

        Raises ``HasConnection`` for who has a connection of their own, and ``NotConnected`` when
        the voice is cut off.
        """
        check_id("participant_id", participant_id)
        turn = self._turns.setdefault((room.session_id, participant_id), asyncio.Lock())
        try:
            async with turn:
                return await self._say(room, participant_id, utterance)
        finally:
            if not turn.locked():
                self._turns.pop((room.session_id, participant_id), None)

    async def _say(self, room: Room, participant_id: str, utterance: Utterance) -> Spoken:
        line = self._voice(room, participant_id)
        loop = asyncio.get_running_loop()
        said, due, began = 0, loop.time(), round(room.open_seconds() * RATE)
        while batch := await utterance.next():
            if somebody := self._interrupter(room, utterance.courtesy, began):
                return Spoken(said * FRAME / RATE, somebody)
            if (seat := room.seat(participant_id)) is None or seat.line is not line:
                raise NotConnected(participant_id)
            said += len(batch)
            if not room.is_muted(participant_id):
                line.say(batch)
            late = loop.time() - due > MOST_LATE_SECONDS
            due = (loop.time() if late else due) + len(batch) * FRAME / RATE
            await asyncio.sleep(due - loop.time())
        return Spoken(said * FRAME / RATE)

    def _interrupter(self, room: Room, courtesy: Courtesy, began: int) -> str:
        """Who has spoken long enough since then to be yielded to; empty when nobody has."""
        enough = courtesy.after_seconds * RATE
        for participant_id in courtesy.participant_ids:
            spoken = self._talks.speech_since(room.session_id, participant_id, began)
            if spoken and spoken >= enough:
                return participant_id
        return ""

    def _voice(self, room: Room, participant_id: str) -> Line:
        """The line of a voice, seated when it is not yet."""
        seat = room.seat(participant_id)
        return self._seating.seat_voice(room, participant_id) if seat is None else _line_of(seat)


def _line_of(seat: Seat) -> Line:
    if seat.line is None or not seat.line.wiring.voice:
        raise HasConnection(seat.participant_id)
    return seat.line


def check_packets(packets: Sequence[bytes], said: int) -> None:
    """Refuse what is no Opus of 20 ms, or too much of it."""
    if said * FRAME > LONGEST_SECONDS * RATE:
        raise InvalidPackets(f"last longer than {LONGEST_SECONDS} s; say less")
    for packet in packets:
        if len(packet) > LONGEST_PACKET or opus_samples(packet) != FRAME:
            raise InvalidPackets("take Opus packets of 20 ms")
