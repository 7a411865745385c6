"""One scripted person: joins, speaks, mutes, drops and leaves as the plan says."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import structlog

from session.domain.cues import FRAME, Act, Cue
from session.media.records import Kind
from session.media.rooms import Room
from session.media.sound import Sound
from session.media.spool import Spool, TrackKey
from session.media.track import Track

log = structlog.get_logger()


class Stage(Protocol):
    """What a performance gives its actors. Samples are the scenario's, at 48 kHz."""

    room: Room
    scripted: bool
    # How late a join may be and still count as on time: what was due is then caught up with.
    grace: int

    def offset_seconds(self, sample: int) -> float:
        """Where *sample* lies on the room's time line."""
        ...

    def ask(self, person: int) -> None:
        """Let *person*'s join link be exchanged, beside everything else."""
        ...

    def sound(self, name: str) -> Sound: ...

    def save(self) -> None:
        """Keep where everybody stands."""
        ...


@dataclass(slots=True)
class Standing:
    """What of an actor outlives a crash. *base* is where the track of *epoch* begins."""

    participant_id: str = ""
    epoch: int = 0
    base: int = 0
    connected: bool = False
    gone: bool = False
    error: str = ""


class Actor:
    """Plays one person's *cues* from sample *floor* on; ``advance`` is called ever later."""

    def __init__(self, index: int, cues: Iterable[Cue], stage: Stage, standing: Standing) -> None:
        self.index = index
        self.standing = standing
        self._stage = stage
        self._cues = deque(cues)
        self._at = 0
        self._track: Track | None = None
        self._line: Cue | None = None
        self._line_muted = False
        self._muted = False
        self._present = False
        # Since when they want to be connected and are not.
        self._waiting: int | None = None

    def begin(self, floor: int, spool: Spool) -> None:
        """Start at *floor*: with what the plan says of that moment, after a crash as well."""
        if self.standing.connected:
            self._close_lost_track(floor, spool)
        self._skip(floor)

    def admitted(self, participant_id: str) -> None:
        """The join link was exchanged."""
        self.standing.participant_id = participant_id
        self._stage.save()

    def refused(self, why: str) -> None:
        """The join link will never be good."""
        self.standing.error = why
        self._go()

    def give_up(self) -> None:
        """The performance cannot go on: the connection is cut."""
        self._disconnect(self._stage.room.drop)
        self._go()

    def advance(self, until: int) -> None:
        """Let everything happen that is due before sample *until*, as far as it can."""
        while not self.standing.gone:
            if self._is_removed():
                self._go()
            elif self._waiting is not None:
                if not self._join(until):
                    return
            elif self._cues and self._cues[0].at <= until:
                if not self._play(self._cues[0].at):
                    return
                self._act(self._cues.popleft())
            else:
                self._play(until)
                return

    def due_sounds(self, until: int) -> list[str]:
        """The audio that is heard before sample *until*."""
        names = []
        for cue in self._cues:
            if cue.at > until:
                break
            if cue.act is Act.SAY and cue.audio:
                names.append(cue.audio)
        return names

    def _is_removed(self) -> bool:
        name = self.standing.participant_id
        return bool(name) and self._stage.room.is_removed(name)

    def _join(self, until: int) -> bool:
        assert self._waiting is not None
        if until - self._waiting > self._stage.grace:
            self._skip(until)
            if self.standing.gone:
                self.standing.error = self.standing.error or "did not get in before leaving"
                self._stage.save()
            if self._waiting is None:
                return True
        if not self.standing.participant_id:
            self._stage.ask(self.index)
            return False
        self._connect(self._waiting)
        return True

    def _connect(self, base: int) -> None:
        one = self.standing
        one.epoch, one.base, one.connected = one.epoch + 1, base, True
        self._stage.save()
        self._track = self._stage.room.connect(
            one.participant_id, one.epoch, self._stage.offset_seconds(base), muted=self._muted
        )
        self._at, self._waiting = base, None

    def _act(self, cue: Cue) -> None:
        room, name = self._stage.room, self.standing.participant_id
        match cue.act:
            case Act.JOIN | Act.RETURN:
                self._present, self._waiting, self._at = True, cue.at, cue.at
            case Act.MUTE | Act.UNMUTE:
                self._muted = cue.act is Act.MUTE
                room.mute(name, self._muted)
            case Act.SAY:
                self._line, self._line_muted = cue, False
            case Act.CHAT:
                room.chat(name, cue.text)
            case Act.DROP:
                self._disconnect(room.drop)
            case Act.LEAVE:
                self._disconnect(room.leave)
                self._go()

    def _skip(self, until: int) -> None:
        """Stand where the plan says one stands at sample *until*, without playing the rest."""
        while self._cues and self._cues[0].at <= until:
            cue = self._cues.popleft()
            match cue.act:
                case Act.JOIN | Act.RETURN:
                    self._present = True
                case Act.DROP:
                    self._present = False
                case Act.MUTE | Act.UNMUTE:
                    self._muted = cue.act is Act.MUTE
                case Act.SAY if cue.until > until:
                    self._line, self._line_muted = cue, False
                case Act.LEAVE:
                    self._go()
                    return
        if self._line is not None and self._line.until <= until:
            self._line = None
        self._at = until
        self._waiting = until if self._present else None

    def _disconnect(self, end: Callable[[str, int], None]) -> None:
        if self._track is not None:
            end(self.standing.participant_id, self._at - self.standing.base)
        self._track, self._present, self._waiting = None, False, None
        self.standing.connected = False
        self._stage.save()

    def _go(self) -> None:
        self._track, self._waiting = None, None
        self.standing.gone, self.standing.connected = True, False
        self._stage.save()

    def _close_lost_track(self, until: int, spool: Spool) -> None:
        """End the track that a crash cut off, with what was lost since as a GAP."""
        one = self.standing
        track = spool.begin(TrackKey(self._stage.room.session_id, one.participant_id, one.epoch))
        ends = [
            cue.at
            for cue in self._cues
            if cue.act in (Act.DROP, Act.LEAVE) and cue.at >= one.base + track.head
        ]
        track.finish(min([until, *ends]) - one.base)
        one.connected = False

    def _play(self, until: int) -> bool:
        """Sound and silence up to sample *until*; false when the sound is not made yet."""
        while self._at < until:
            line = self._line
            stop = until if line is None else min(until, line.until)
            if self._track is not None and not self._emit(self._track, line, stop):
                return False
            self._at = stop
            if line is not None and stop == line.until:
                self._line = None
        return True

    def _emit(self, track: Track, line: Cue | None, stop: int) -> bool:
        try:
            if line is None:
                self._mark(track, self._quiet(), self._at, stop)
            elif self._stage.scripted:
                self._recite(track, line, stop)
            else:
                return self._speak(track, line, stop)
        except OSError as error:
            # The sound is lost, and the next that can be written shows it as a GAP.
            log.error("track not written", folder=str(track.folder), error=str(error))
        return True

    def _recite(self, track: Track, line: Cue, stop: int) -> None:
        self._line_muted |= self._is_muted()
        if stop == line.until:
            whole = self.standing.base <= line.at
            kind = Kind.MUTE if self._line_muted else Kind.SCRIPT if whole else Kind.GAP
            self._mark(track, kind, line.at, stop, line.text if kind is Kind.SCRIPT else "")

    def _speak(self, track: Track, line: Cue, stop: int) -> bool:
        sound = self._stage.sound(line.audio)
        first, last = (self._at - line.at) // FRAME, (stop - line.at) // FRAME
        if not sound.ready(last):
            return False
        packets = sound.packets[first:last]
        if self._is_muted():
            self._mark(track, Kind.MUTE, self._at, stop)
        elif sound.error:
            self.standing.error = sound.error
            self._mark(track, Kind.GAP, self._at, stop)
        else:
            track.write(packets, self._at - self.standing.base)
            self._mark(track, Kind.SILENCE, self._at + len(packets) * FRAME, stop)
        return True

    def _mark(self, track: Track, kind: Kind, start: int, end: int, text: str = "") -> None:
        base = self.standing.base
        track.mark(kind, max(start - base, 0), end - base, text)

    def _quiet(self) -> Kind:
        return Kind.MUTE if self._is_muted() else Kind.SILENCE

    def _is_muted(self) -> bool:
        return self._stage.room.is_muted(self.standing.participant_id)


def kept(actors: Iterable[Actor]) -> list[dict[str, Any]]:
    """What the journal keeps of *actors*."""
    return [asdict(actor.standing) for actor in actors]
