"""One track on its way from the ear to a recording: read ahead, handed out window by window."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from bots.domain.crew import Track
from bots.domain.recording import RATE, SLOT_SAMPLES, Medium
from bots.domain.sound import EarUnreachable, Mark, MarkKind, Picture, Sound, TrackUnknown
from bots.store.recordings import TakeKey
from common.principal import Principal

log = structlog.get_logger()

# What may wait here: some ten seconds. The ear keeps what comes after.
MOST_WAITING = 600
# A decoder finds its state within these; they are heard again after a takeover.
WARMING_SAMPLES = 4 * SLOT_SAMPLES
RECONNECT_SECONDS = 0.2
SLOWEST_RECONNECT_SECONDS = 2.0
# A track that says nothing for so long holds no window up. Pictures come only when something moves.
PATIENCE_SECONDS = {Medium.AUDIO: 3.0, Medium.CAMERA: 0.5, Medium.SCREEN: 0.5}
# A camera that is not there may be turned on at any time; the ear keeps what comes meanwhile.
SLOWEST_LOOK_SECONDS = 5.0
# An ear that is away so long may never come back; one that knows no track may still get it.
AWAY_SECONDS = 30.0
UNKNOWN_SECONDS = 3.0
# After that the ear has forgotten those who left, wherever it was.
FORGOTTEN_SECONDS = 900.0
# Pictures of a join that is over, and that nobody ended.
CLOSING_SECONDS = 3.0
# What an ear that a session has left still says is waited for so long.
MOVED_SECONDS = 5.0


class Source(Protocol):
    """Lets somebody take what is heard or seen of a track."""

    def take(
        self, caller: Principal, track: Track, from_sample: int, medium: Medium
    ) -> AsyncGenerator[Sound | Mark | Picture, None]:
        """From a sample on; raises ``EarUnreachable`` when that is cut off."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A packet or a frame; *sample* counts from the opening of the room.

    One that is not *fresh* is shipped already and only lets a decoder find its state.
    """

    sample: int
    payload: bytes
    key: bool
    fresh: bool


class Take:
    """Reads one medium of one join from *cursor* on, until it ends or is cancelled.

    *wants* tells whether anything in a slot is wanted; the rest is not kept waiting.
    """

    def __init__(
        self, track: Track, medium: Medium, cursor: int, wants: Callable[[int], bool]
    ) -> None:
        self.track = track
        self.medium = medium
        self.ended = False
        self._wants = wants
        self._origin = round(track.offset_seconds * RATE)
        self._cursor = cursor
        # Everything before this sample of the track has been read.
        self._position = cursor
        self._pieces: deque[Piece] = deque()
        self._room = asyncio.Event()
        self._look = asyncio.Event()
        self._warm = False
        self._is_closing = False
        self._patience = PATIENCE_SECONDS[medium]
        self._heard_at = asyncio.get_running_loop().time()

    @property
    def key(self) -> TakeKey:
        return (*self.track.key, self.medium)

    @property
    def name(self) -> str:
        return f"{self.track.participant_id} {self.track.epoch} {self.medium.value}"

    def has_passed(self, sample: int) -> bool:
        """Whether all before *sample* of the session's time line is here."""
        return self.ended or self._origin + self._position >= sample

    def holds_up(self, sample: int) -> bool:
        """Whether a window that ends at *sample* should wait for this track."""
        if len(self._pieces) >= MOST_WAITING:
            return False
        return not self.has_passed(sample) and self._silent <= self._patience

    def cut(self, end: int) -> Sequence[Piece]:
        """Hand out what lies before *end* on the session's time line, in order."""
        taken = []
        while self._pieces and self._pieces[0].sample < end:
            taken.append(self._pieces.popleft())
        self._room.set()
        # What a track says later than the window waited for it is shipped with a later one.
        passed = end - self._origin if self.has_passed(end) else self._position
        self._cursor = max(self._cursor, passed)
        return taken

    @property
    def has_pieces(self) -> bool:
        """Whether something wanted waits here."""
        return any(one.fresh for one in self._pieces)

    @property
    def is_over(self) -> bool:
        """Whether everything was handed out and nothing more can come."""
        quiet = self._is_closing and self._silent > CLOSING_SECONDS
        return (self.ended or quiet) and not self._pieces

    @property
    def has_gone_on(self) -> bool:
        """Whether its ear was left, and has no more to say of the time before.

        That ear may be silent for ever, its connection open.
        """
        begins = self.track.goes_on_at_seconds
        if begins is None or len(self._pieces) >= MOST_WAITING:
            return False
        return self.has_passed(round(begins * RATE)) or self._silent > MOVED_SECONDS

    def close(self) -> None:
        """The join is over: what is not there by now never comes."""
        if not self._is_closing:
            self._is_closing = True
            self.look()

    def look(self) -> None:
        """See at once whether there is something."""
        self._heard_at = asyncio.get_running_loop().time()
        self._look.set()

    @property
    def cursor(self) -> int:
        """All before this sample of the track was handed out."""
        return self._cursor

    async def read(self, source: Source, caller: Principal) -> None:
        """Read until the track is over."""
        wait = RECONNECT_SECONDS
        while not self.ended:
            before = self._position
            try:
                await self._listen(source, caller)
            except TrackUnknown:
                self._be_patient(UNKNOWN_SECONDS)
                self.ended = self._is_closing or self._is_gone(UNKNOWN_SECONDS)
            except EarUnreachable as error:
                log.warning("ear is cut off", track=self.name, error=str(error))
                self._be_patient(AWAY_SECONDS)
                self.ended = self._is_gone(FORGOTTEN_SECONDS)
            wait = RECONNECT_SECONDS if self._position > before else wait * 2
            await self._rest(wait)

    async def _rest(self, wait: float) -> None:
        is_absent = self.medium is not Medium.AUDIO and not self._warm
        longest = SLOWEST_LOOK_SECONDS if is_absent else SLOWEST_RECONNECT_SECONDS
        self._look.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(wait, longest)):
                await self._look.wait()

    def _is_gone(self, seconds: float) -> bool:
        """Whether who is heard left, and nothing of them came for *seconds*."""
        return self.track.left and self._silent > seconds

    @property
    def _silent(self) -> float:
        return asyncio.get_running_loop().time() - self._heard_at

    def _be_patient(self, seconds: float) -> None:
        if self.medium is Medium.AUDIO:
            self._patience = seconds

    async def _listen(self, source: Source, caller: Principal) -> None:
        start = self._position if self._warm else max(self._position - WARMING_SAMPLES, 0)
        async with aclosing(source.take(caller, self.track, start, self.medium)) as parts:
            async for part in parts:
                self._heard_at = asyncio.get_running_loop().time()
                self._patience = PATIENCE_SECONDS[self.medium]
                self._accept(part)
                self._warm = True
                while len(self._pieces) >= MOST_WAITING:
                    self._room.clear()
                    await self._room.wait()
                    self._heard_at = asyncio.get_running_loop().time()

    def _accept(self, part: Sound | Mark | Picture) -> None:
        match part:
            case Sound(first, packets) if self.medium is Medium.AUDIO:
                for sample, packet in enumerate(packets):
                    self._add(first + sample * SLOT_SAMPLES, packet, key=True)
                self._advance(first + len(packets) * SLOT_SAMPLES)
            case Picture(sample, key, payload) if self.medium is not Medium.AUDIO:
                self._add(sample, payload, key=key)
                self._advance(sample + 1)
            case Mark(kind, _, to_sample):
                self._advance(to_sample)
                self.ended = kind is MarkKind.END

    def _add(self, sample: int, payload: bytes, *, key: bool) -> None:
        at, fresh = self._origin + sample, sample >= self._position
        if self._wants(at // SLOT_SAMPLES) and (fresh or not self._warm):
            self._pieces.append(Piece(at, payload, key, fresh))

    def _advance(self, sample: int) -> None:
        self._position = max(self._position, sample)
