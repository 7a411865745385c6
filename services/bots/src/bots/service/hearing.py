"""One track on its way from the ear to segments; reading goes on while words are recognised."""

import asyncio
from collections import deque
from contextlib import aclosing

import structlog

from bots.domain.crew import OPUS_RATE, Track
from bots.domain.sound import EarUnreachable, Mark, MarkKind, Sound, TrackUnknown
from bots.engines.models import ModelDamaged, ModelMissing
from bots.engines.recognition import Busy, RecogniserFailed
from bots.service.ahead import Wanted
from bots.service.cutting import RATIO, Cutter, Line, Loss, Over, Piece, Quiet, Speech, up_to
from bots.service.late_vad import LateVad
from bots.service.ledger import Ledger
from bots.service.senses import Senses
from bots.service.wording import Wording
from common.errors import DomainError

log = structlog.get_logger()

# Pieces that may wait for the recogniser; the ear keeps what comes after them.
MOST_WAITING = 4
RECONNECT_SECONDS = 0.2
SLOWEST_RECONNECT_SECONDS = 3.0
# An ear that says nothing at all for so long is asked again.
LONGEST_SILENCE_SECONDS = 30.0
# An ear begins a track well within this after it was announced.
FORGOTTEN_SECONDS = 3.0
STALLED_SECONDS = 10.0
BEHIND_SECONDS = 20.0
# What the ear kept of a track that was heard elsewhere, or before, is here within these.
CATCH_UP_SECONDS = 3.0
# What an ear that a session has left still says is waited for so long.
MOVED_SECONDS = 5.0


class Hearing:
    """Hears one track from its cursor on. *failure* says why it gave up, if it did."""

    def __init__(self, track: Track, wanted: Wanted, senses: Senses, ledger: Ledger) -> None:
        self.track = track
        self.failure = ""
        self.has_heard = False
        self._senses = senses
        self._ledger = ledger
        self._vad = LateVad(senses.new_vad)
        self._cutter = Cutter(self._vad, track.cursor_sample)
        self._words = Wording(track, wanted, senses, self._cutter, ledger.crew)
        self._pieces: asyncio.Queue[Piece | None] = asyncio.Queue()
        self._room = asyncio.Event()
        self._stopping = asyncio.Event()
        # Where it is to stop, once somebody said so.
        self._until: int | None = None
        self._bounded = asyncio.Event()
        self._progress = asyncio.Event()
        self._sounding = asyncio.Event()
        self._moved = asyncio.Event()
        self._goes_on_at = 0
        self._unheard: deque[Piece] = deque()
        self._expects_sound = True
        self._began = asyncio.get_running_loop().time()
        self._goes_on = track.cursor_sample > 0
        self._last_part = self._last_sound = self._last_commit = self._began

    async def run(self) -> None:
        """Hear until the track ends, ``stop`` is called or words cannot be had."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write(), name=f"write {self.track.participant_id}")
            reading = tasks.create_task(self._read(), name=f"hear {self.track.participant_id}")
            ahead = tasks.create_task(self._words.ahead.run())
            preparing = tasks.create_task(self._prepare())
            stopping = tasks.create_task(self._stopping.wait())
            leaving = tasks.create_task(self._leave())
            reaching = tasks.create_task(self._reach())
            first = (reading, stopping, leaving, reaching)
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            left = leaving.done() and not reading.done()
            ending = [*first, ahead]
            # What is being loaded will be needed; what nobody has spoken for will not.
            if not self._sounding.is_set():
                ending.append(preparing)
            for task in ending:
                task.cancel()
            await asyncio.wait(ending)
            for piece in self._cutter.cut_off(self._goes_on_at) if left else self._cutter.flush():
                self._pass_on(piece)
            if self._until is not None:
                self._pass_on(Quiet(self._until))
            self._pieces.put_nowait(None)

    def follow(self, track: Track, wanted: Wanted) -> None:
        """This is how the track stands by now, and how people are wanted to be heard."""
        self.track = self._words.track = track
        self._words.wanted = wanted

    def stop(self) -> None:
        """Listen no longer; what was said until now still becomes words."""
        self._stopping.set()

    def hear_until(self, seconds: float) -> None:
        """Listen up to a second of the session, and no further; the first such wish counts."""
        if self._until is None:
            self._until = self.track.sample_at(seconds)
            self._bounded.set()

    def is_past(self, seconds: float) -> bool:
        """Whether what was said before a second of the session is in segments, as far as it came.

        What goes on beyond it does not count: whoever listened until then is not to read it.
        """
        sample = self.track.sample_at(seconds)
        pending = [one for one in self._unheard if isinstance(one, Speech | Line | Loss)]
        if any(one.first_sample < sample for one in pending):
            return False
        said = self._cutter.progress
        if said and said.first_sample * RATIO < sample and said.spoken_to * RATIO <= sample:
            return False
        return self._cutter.position >= sample or self._silence >= CATCH_UP_SECONDS

    def goes_on_as(self, successor: Track) -> None:
        """The session has left this ear: the same person is heard as *successor* at another."""
        begins = successor.offset_seconds - self.track.offset_seconds
        self._goes_on_at = max(round(begins * OPUS_RATE), 0)
        self._moved.set()

    def complaint(self) -> str:
        """Why there is no progress although somebody should be heard; empty when there is."""
        now = asyncio.get_running_loop().time()
        if self._unheard and now - self._last_commit > BEHIND_SECONDS:
            return f"words are more than {BEHIND_SECONDS:.0f} s behind"
        stalled = now - self._last_sound > STALLED_SECONDS
        if self._expects_sound and not self.track.left and stalled:
            return f"no sound of {self.track.name} for {STALLED_SECONDS:.0f} s"
        return ""

    @property
    def owes_words(self) -> bool:
        """Whether there are words to come of what was said a while ago."""
        waited = asyncio.get_running_loop().time() - self._began
        if self._goes_on and waited < CATCH_UP_SECONDS:
            return True
        return any(isinstance(piece, Speech) for piece in self._unheard)

    def unheard(self) -> tuple[int, int] | None:
        """The samples of speech that is not yet in a segment, first and last."""
        spoken = [
            (one.first_sample, one.last_sample)
            for one in self._unheard
            if isinstance(one, Speech | Line | Loss)
        ]
        if opened := self._cutter.open_segment:
            spoken.append((opened.first_sample * RATIO, opened.last_sample * RATIO))
        return (spoken[0][0], spoken[-1][1]) if spoken else None

    @property
    def _silence(self) -> float:
        """The seconds since the ear last said anything."""
        return asyncio.get_running_loop().time() - self._last_part

    async def _reach(self) -> None:
        """Wait until everything is here up to where it is to stop, as far as it comes."""
        await self._bounded.wait()
        assert self._until is not None
        while self._cutter.position < self._until:
            self._progress.clear()
            patience = None if self._unheard else CATCH_UP_SECONDS - self._silence
            try:
                async with asyncio.timeout(patience):
                    await self._progress.wait()
            except TimeoutError:
                return

    async def _leave(self) -> None:
        await self._moved.wait()
        await asyncio.sleep(MOVED_SECONDS)

    async def _prepare(self) -> None:
        """Have the recogniser ready before the first word ends; a script needs none."""
        await self._sounding.wait()
        try:
            await self._senses.recogniser.prepare()
        except (ModelMissing, ModelDamaged) as error:
            self._give_up(error)
        except (Busy, RecogniserFailed) as error:
            log.warning("recogniser not ready", error=str(error))

    def _give_up(self, error: DomainError) -> None:
        self.failure = f"{error.reason}: {error}"
        self.stop()

    async def _read(self) -> None:
        wait = RECONNECT_SECONDS
        while True:
            position = self._cutter.position
            try:
                if await self._listen():
                    return
            except TrackUnknown as error:
                if self._is_forgotten():
                    for piece in (*self._cutter.flush(), Over(position)):
                        self._pass_on(piece)
                    return
                log.warning("ear knows no such track", track=self.track.key, error=str(error))
            except (EarUnreachable, TimeoutError) as error:
                log.warning("ear is cut off", track=self.track.key, error=str(error))
            wait = RECONNECT_SECONDS if self._cutter.position > position else wait * 2
            await asyncio.sleep(min(wait, SLOWEST_RECONNECT_SECONDS))

    def _is_forgotten(self) -> bool:
        """Whether an unknown track is one that was, rather than one that is still to come."""
        waited = asyncio.get_running_loop().time() - self._last_part
        return self.track.left and waited > FORGOTTEN_SECONDS

    async def _listen(self) -> bool:
        """Take what the ear says; true when the track is over."""
        listening = self._senses.ear.listen(
            self._ledger.caller, self.track, self._cutter.wanted_sample
        )
        async with aclosing(listening) as parts:
            while True:
                async with asyncio.timeout(LONGEST_SILENCE_SECONDS):
                    part = await anext(parts, None)
                if part is None:
                    return False
                await self._take(part)
                if isinstance(part, Mark) and part.kind is MarkKind.END:
                    return True

    async def _take(self, part: Sound | Mark) -> None:
        self._last_part = asyncio.get_running_loop().time()
        self._progress.set()
        self._expects_sound = isinstance(part, Sound) or part.kind is MarkKind.GAP
        # An ear that tells of nothing but gaps hears as little as one that says nothing.
        if isinstance(part, Sound) or part.kind is not MarkKind.GAP:
            self._last_sound = self._last_part
        self.has_heard = True
        if isinstance(part, Sound):
            self._sounding.set()
            await self._vad.load()
        # All at once: a reader that is stopped in between would lose what the cutter gave it.
        for piece in self._cutter.take(part):
            self._pass_on(piece)
        self._words.ahead.notice()
        while len(self._unheard) >= MOST_WAITING:
            self._room.clear()
            await self._room.wait()

    def _pass_on(self, piece: Piece) -> None:
        if not self._unheard:
            self._last_commit = asyncio.get_running_loop().time()
        self._unheard.append(piece)
        self._pieces.put_nowait(piece)

    async def _write(self) -> None:
        while (piece := await self._pieces.get()) is not None:
            wanted = piece if self._until is None else up_to(piece, self._until)
            try:
                if wanted is not None:
                    await self._commit(wanted)
            except (ModelMissing, ModelDamaged) as error:
                self._give_up(error)
                return
            self._unheard.popleft()
            self._last_commit = asyncio.get_running_loop().time()
            self._room.set()
            self._progress.set()

    async def _commit(self, piece: Piece) -> None:
        segments = await self._words.segments_of(piece)
        is_over = isinstance(piece, Over)
        await self._ledger.commit(self.track, piece.last_sample, *segments, ended=is_over)
