"""Who is heard by RTP: seats joins in rooms, and again after the process was started anew."""

import time
from dataclasses import dataclass

import structlog

from common.errors import WrongState
from session.media.line import Line, Wiring
from session.media.receiving import Receiver, SsrcTaken
from session.media.rooms import NotConnected, Room, Seat
from session.media.spool import Medium, Spool, TrackKey, check_id
from session.media.talk import Talks
from session.media.track import Track

log = structlog.get_logger()


class JoinOver(WrongState):
    def __init__(self, wiring: Wiring) -> None:
        super().__init__(
            f"join {wiring.epoch} of {wiring.participant_id} is over; seat a higher epoch",
            participant_id=wiring.participant_id,
            epoch=wiring.epoch,
        )


class PlayedHere(WrongState):
    def __init__(self, participant_id: str) -> None:
        super().__init__(
            f"{participant_id} is played by this node and has no browser",
            participant_id=participant_id,
        )


class Seating:
    """Wires joins to the SSRCs that are theirs."""

    def __init__(self, receiver: Receiver, spool: Spool, talks: Talks) -> None:
        self._receiver = receiver
        self._spool = spool
        self._talks = talks

    @property
    def address(self) -> tuple[str, int]:
        """Where media nodes send RTP."""
        return self._receiver.host, self._receiver.port

    def seat(
        self,
        room: Room,
        participant_id: str,
        epoch: int,
        ssrcs: tuple[int, int, int],
        *,
        anew: bool,
    ) -> float:
        """Hear a join by its *ssrcs* for audio, camera and screen; answers its offset in seconds.

        The same join goes on with its tracks, behind a gap when its connection was lost and made
        *anew*. Raises ``JoinOver``, ``PlayedHere`` and
        ``SsrcTaken``; then nothing has changed.
        """
        check_id("participant_id", participant_id)
        now = time.time()
        offset = round(max(now - room.opened_at, 0), 3)
        wiring = Wiring(participant_id, epoch, offset, now, *ssrcs)
        seat = room.seat(participant_id)
        if seat is None or seat.epoch < epoch:
            return self._join(room, seat, wiring)
        if seat.epoch > epoch:
            raise JoinOver(wiring)
        line = _line(seat)
        line.tune(*ssrcs)
        if anew:
            line.interrupt()
        room.keep()
        return line.wiring.offset_seconds

    def unseat(self, room: Room, participant_id: str, epoch: int, *, left: bool) -> None:
        """A join is over; one that is over already is no error."""
        seat = room.seat(participant_id)
        if seat is None or seat.epoch != epoch:
            return
        _line(seat)
        (room.leave if left else room.drop)(participant_id)

    def set_quiet(self, room: Room, participant_id: str, epoch: int, quiet: bool) -> None:
        """A join is muted or heard again; raises ``NotConnected``."""
        seat = room.seat(participant_id)
        if seat is None or seat.epoch != epoch:
            raise NotConnected(participant_id)
        _line(seat).set_quiet(quiet)
        room.mute(participant_id, quiet)
        room.keep()

    def seat_voice(self, room: Room, participant_id: str) -> Line:
        """Seat a participant who only speaks, by this node."""
        keys = self._spool.keys(room.session_id)
        epoch = max((key.epoch for key in keys if key.participant_id == participant_id), default=0)
        now = time.time()
        offset = round(max(now - room.opened_at, 0), 3)
        line = self._wired(room, Wiring(participant_id, epoch + 1, offset, now, voice=True))
        room.wire(line)
        return line

    def restore(self, room: Room) -> None:
        """Hear again whom an earlier run of the process heard."""
        unwired, room.unwired = room.unwired, []
        for wiring in unwired:
            try:
                room.wire(self._wired(room, wiring))
            except (JoinOver, SsrcTaken) as error:
                log.warning("join not heard again", error=str(error))

    def _join(self, room: Room, seat: Seat | None, wiring: Wiring) -> float:
        if seat is not None and seat.scripted:
            raise PlayedHere(wiring.participant_id)
        self._receiver.check_free(wiring.ssrcs, None if seat is None else seat.line)
        self._check_open(room, wiring)
        if seat is not None:
            room.drop(wiring.participant_id)
        room.wire(self._wired(room, wiring))
        return wiring.offset_seconds

    def _check_open(self, room: Room, wiring: Wiring) -> None:
        key = TrackKey(room.session_id, wiring.participant_id, wiring.epoch)
        if key in self._spool and self._spool.get(key).ended:
            raise JoinOver(wiring)

    def _wired(self, room: Room, wiring: Wiring) -> Line:
        self._check_open(room, wiring)
        self._receiver.check_free(wiring.ssrcs, None)

        return Line(
            wiring, self._receiver, Shelf(room.session_id, wiring, self._spool, self._talks)
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where one join's tracks are; satisfies ``Tracks``."""

    session_id: str
    wiring: Wiring
    spool: Spool
    talks: Talks

    def has(self, medium: Medium) -> bool:
        return self._key(medium) in self.spool

    def begin(self, medium: Medium) -> Track:
        known = self.has(medium)
        track = self.spool.begin(self._key(medium))
        if medium is Medium.AUDIO and not known:
            self.talks.follow(self._key(medium), track, self.wiring.offset_seconds)
        return track

    def _key(self, medium: Medium) -> TrackKey:
        return TrackKey(self.session_id, self.wiring.participant_id, self.wiring.epoch, medium)


def _line(seat: Seat) -> Line:
    if seat.line is None or seat.line.wiring.voice:
        raise PlayedHere(seat.participant_id)
    return seat.line
