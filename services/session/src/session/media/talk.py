"""How long everybody speaks: each track is heard once, its totals outlive the process."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog

from session.domain.prompts import voice_of
from session.domain.sessions import SessionId
from session.media import overlaps
from session.media.journal import forget, load, save
from session.media.overlaps import PAUSE_SAMPLES, Speech
from session.media.records import RATE, Kind, Record
from session.media.spool import Spool, TrackKey
from session.media.track import EarStopping, Track
from session.media.voice import Voice, Voices

log = structlog.get_logger()

TALKS = "talks"
# What is heard may be told this much later.
UNTOLD_SAMPLES = RATE
# A longer silence makes what follows another turn.
TURN_SAMPLES = RATE * 3 // 2
# Half a second is measured at once: fewer hops between threads than packet by packet.
PACKETS_AT_ONCE = 25
SAVE_SECONDS = 2.0


@dataclass(slots=True)
class Talk:
    """What one participant has spoken, and how far their newest track has been heard.

    *places* has where each of their tracks begins on the session's time line, in seconds, by
    its epoch; *speech* lies on that time line.
    """

    samples: int = 0
    turns: int = 0
    longest_turn: int = 0
    epoch: int = 0
    cursor: int = 0
    spoke_until: int = -TURN_SAMPLES
    turn_from: int = 0
    places: dict[str, float] = field(default_factory=dict)
    speech: Speech = field(default_factory=Speech)

    @property
    def speaking_seconds(self) -> float:
        return self.samples / RATE

    @property
    def position(self) -> int:
        """The sample of the session's time line up to which they were heard."""
        return self.on_line(self.cursor)

    def on_line(self, sample: int) -> int:
        """Where a sample of the newest track lies on the session's time line."""
        return sample + round(self.places.get(str(self.epoch), 0.0) * RATE)

    def begin(self, epoch: int) -> None:
        """Hear another track, unless it is the one that is being heard."""
        if epoch != self.epoch:
            self.epoch, self.cursor, self.spoke_until = epoch, 0, -TURN_SAMPLES
            self.places = {key: at for key, at in self.places.items() if int(key) >= epoch}

    def hear(self, start: int, end: int) -> None:
        """Count speech from sample *start* to before *end*; it comes in order."""
        pause = start - self.spoke_until
        if pause >= TURN_SAMPLES:
            self.turns += 1
            self.turn_from = start
        bridged = pause if pause < PAUSE_SAMPLES else 0
        self.samples += end - start + bridged
        self.longest_turn = max(self.longest_turn, end - self.turn_from)
        self.spoke_until = end
        self.speech.add(self.on_line(start), self.on_line(end))


def talk_from(kept: dict[str, Any]) -> Talk:
    """A talk as it was kept."""
    return Talk(**kept | {"speech": Speech(**kept.get("speech", {}))})


class Talks:
    """The talk of all sessions on this node."""

    def __init__(self, spool: Spool, folder: Path) -> None:
        self._spool = spool
        self._folder = folder / TALKS
        self._voices = Voices()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice")
        self._talks: dict[str, dict[str, Talk]] = {}
        # Each session's, by name: what was lost with the disk is counted anew under another.
        self._counts: dict[str, str] = {}
        self._unsaved: set[str] = set()
        self._tasks: asyncio.TaskGroup | None = None
        self._following: dict[tuple[str, str], asyncio.Task[None]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear tracks while the block runs."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                saving = self._tasks.create_task(self._save_often())
                self._go_on()
                try:
                    yield
                finally:
                    for task in (saving, *self._following.values()):
                        task.cancel()
        finally:
            self._save_changed()
            self._threads.shutdown(cancel_futures=True)

    def follow(self, key: TrackKey, track: Track, offset_seconds: float | None = None) -> None:
        """Hear *track* to its end, after what came before of the same participant.

        It begins at *offset_seconds* of the session's time line. The session's own voice is not
        listened to.
        """
        assert self._tasks is not None
        if key.participant_id == voice_of(SessionId(key.session_id)).id:
            return
        if offset_seconds is not None:
            talk = self._talk(key)
            talk.places[str(key.epoch)] = offset_seconds
            self._save(key.session_id)
        earlier = self._following.get(key[:2])
        task = self._tasks.create_task(self._hear(key, track, earlier))
        self._following[key[:2]] = task

    def of(self, session_id: str) -> list[tuple[str, Talk]]:
        """Who has spoken how long in a session, by participant."""
        talks = self._talks.get(session_id, {})
        speeches = overlaps.totals({name: talk.speech for name, talk in talks.items()})
        return [(name, replace(talks[name], speech=speeches[name])) for name in sorted(talks)]

    def speech_since(self, session_id: str, participant_id: str, moment: int) -> int:
        """How many samples the latest stretch of their speech has after *moment*.

        *moment* is a sample of the session's time line.
        """
        talk = self._talks.get(session_id, {}).get(participant_id)
        if talk is None or not talk.speech.recent:
            return 0
        start, end = talk.speech.recent[-1]
        return max(end - max(start, moment), 0)

    def count_of(self, session_id: str) -> str:
        """The name under which a session is counted; "" when nobody was heard in it."""
        return self._counts.get(session_id, "")

    def sweep(self, open_sessions: set[str]) -> None:
        """Forget sessions that are over and of which no track is kept."""
        for session_id in set(self._talks) - open_sessions:
            if not self._spool.keys(session_id):
                self._unsaved.discard(session_id)
                self._counts.pop(session_id, None)
                gone = self._talks.pop(session_id)
                for participant_id in gone:
                    self._following.pop((session_id, participant_id), None)
                forget(self._file(session_id))

    async def _hear(self, key: TrackKey, track: Track, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        talk = self._talk(key)
        if key.epoch < talk.epoch:
            return
        talk.begin(key.epoch)
        voice = Voice(self._voices)
        try:
            async for records in track.read(talk.cursor):
                for piece in _pieces(records):
                    await self._measure(talk, voice, piece)
                    self._settle(key.session_id, talk)
                    self._unsaved.add(key.session_id)
        except EarStopping:
            return
        except Exception as error:
            log.warning("talk not measured", track=key, error=str(error) or type(error).__name__)
        finally:
            voice.close()

    async def _measure(self, talk: Talk, voice: Voice, piece: list[Record]) -> None:
        if piece[0].kind is Kind.PACKET:
            packets = [record.payload for record in piece]
            loop = asyncio.get_running_loop()
            heard = await loop.run_in_executor(
                self._threads, voice.measure, packets, piece[0].start
            )
        else:
            heard = [*voice.rest()]
            if piece[0].kind is Kind.SCRIPT:
                heard.append((piece[0].start, piece[0].end))
        for start, end in heard:
            talk.hear(start, end)
        talk.cursor = piece[-1].end

    def _talk(self, key: TrackKey) -> Talk:
        self._counts.setdefault(key.session_id, secrets.token_hex(8))
        return self._talks.setdefault(key.session_id, {}).setdefault(key.participant_id, Talk())

    def _settle(self, session_id: str, talk: Talk) -> None:
        """Keep sums of what nobody's speech can overlap any more."""
        kept = len(talk.speech.recent)
        if kept <= overlaps.SETTLE_AT:
            return
        talks = self._talks[session_id]
        heard = [one.position for name, one in talks.items() if self._is_heard(session_id, name)]
        stuck = kept > overlaps.MOST_UNSETTLED
        until = talk.position if stuck or not heard else min(heard) - UNTOLD_SAMPLES
        speeches = overlaps.settle({name: one.speech for name, one in talks.items()}, until)
        for name, speech in speeches.items():
            talks[name].speech = speech

    def _is_heard(self, session_id: str, participant_id: str) -> bool:
        task = self._following.get((session_id, participant_id))
        return task is not None and not task.done()

    def _go_on(self) -> None:
        """Take up the totals of an earlier run of the process where they were saved."""
        for path in self._folder.glob("*.json"):
            kept = load(path)
            if kept:
                self._counts[path.stem] = kept["count"]
                self._talks[path.stem] = {
                    name: talk_from(talk) for name, talk in kept["talks"].items()
                }
        for key, track in self._spool.sounds():
            self.follow(key, track)

    async def _save_often(self) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            self._save_changed()

    def _save_changed(self) -> None:
        for session_id in self._unsaved:
            self._save(session_id)
        self._unsaved.clear()

    def _save(self, session_id: str) -> None:
        talks = {name: asdict(talk) for name, talk in self._talks[session_id].items()}
        save(self._file(session_id), {"count": self._counts[session_id], "talks": talks})

    def _file(self, session_id: str) -> Path:
        return self._folder / f"{session_id}.json"


def _pieces(records: list[Record]) -> Iterator[list[Record]]:
    """Runs of packets that touch, cut to be measured at once, and markers one by one."""
    run: list[Record] = []
    for record in records:
        packet = record.kind is Kind.PACKET
        touches = run and packet and record.start == run[-1].end
        if run and (not touches or len(run) == PACKETS_AT_ONCE):
            yield run
            run = []
        if packet:
            run.append(record)
        else:
            yield [record]
    if run:
        yield run
