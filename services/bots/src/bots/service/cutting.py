"""From what the ear says of a track to pieces of it, each with the cursor that it moves to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bots.domain.crew import OPUS_RATE
from bots.domain.sound import SAMPLES_PER_PACKET, Mark, MarkKind, Sound
from bots.engines.opus import OpusDecoder
from bots.engines.recognition import BYTES_PER_SAMPLE, SAMPLE_RATE
from bots.engines.vad import OpenSegment, Progress, SegmentClosed, Segmenter, SpeechEvent, Vad

# The ear counts at 48 kHz, the engines at 16 kHz.
RATIO = OPUS_RATE // SAMPLE_RATE
# A decoder that begins in the middle needs some packets until it sounds right.
WARM_UP_SAMPLES = 4 * SAMPLES_PER_PACKET
# A shorter gap is worth no mention; it is bridged by silence.
SHORTEST_LOSS_SAMPLES = OPUS_RATE
# Unless the connection was lost, and words with it: then the least worth a mention is this.
SHORTEST_OUTAGE_SAMPLES = OPUS_RATE // 5
# One that goes on is told in parts: what is told is never read again.
LONGEST_LOSS_SAMPLES = 30 * OPUS_RATE
# So much is made up for from the packets around it.
MOST_REPAIRED_PACKETS = 2
# A longer silence is not put before the voice detector.
LONGEST_FED_SILENCE_SAMPLES = OPUS_RATE
# How far a cursor may lag behind in silence; the ear keeps far more.
QUIET_CURSOR_SAMPLES = 5 * OPUS_RATE


@dataclass(frozen=True, slots=True)
class Speech:
    """Somebody spoke here; *pcm* is s16le, mono, 16 kHz. Nothing was said after *spoken_to*."""

    first_sample: int
    last_sample: int
    pcm: bytes
    spoken_to: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What was here did not arrive."""

    first_sample: int
    last_sample: int


@dataclass(frozen=True, slots=True)
class Line:
    """A scripted line."""

    first_sample: int
    last_sample: int
    text: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody spoke up to here."""

    last_sample: int


@dataclass(frozen=True, slots=True)
class Over:
    """The track ends here."""

    last_sample: int


Piece = Speech | Loss | Line | Quiet | Over


def up_to(piece: Piece, sample: int) -> Piece | None:
    """What of *piece* lies before a sample (48 kHz), if anything does; a line is not parted."""
    if piece.last_sample <= sample:
        return piece
    match piece:
        case Speech(first, _, pcm, spoken_to) if first < sample:
            kept = pcm[: BYTES_PER_SAMPLE * ((sample - first) // RATIO)]
            return Speech(first, sample, kept, min(spoken_to, sample))
        case Loss(first, _) if first < sample:
            return replace(piece, last_sample=sample)
        case _:
            return None


class Cutter:
    """Cuts one track from a sample (48 kHz) on. *position* is the next sample it wants."""

    def __init__(self, vad: Vad, from_sample: int) -> None:
        self.position = from_sample
        self._decoder = OpusDecoder()
        self._segmenter = Segmenter(vad)
        self._cursor = from_sample
        # Nobody has sent anything before the first packet of a join.
        self._is_hole_silent = from_sample == 0
        # Where the gap begins that lasts up to the position, if there is one.
        self._lost: int | None = None
        self._is_outage = False

    @property
    def wanted_sample(self) -> int:
        """Where to listen from: a little before the position, for the decoder's sake."""
        aligned = self.position // SAMPLES_PER_PACKET * SAMPLES_PER_PACKET
        return max(aligned - WARM_UP_SAMPLES, 0)

    @property
    def progress(self) -> Progress | None:
        """How far what is being said has come; its samples count at 16 kHz."""
        return self._segmenter.progress

    @property
    def open_segment(self) -> OpenSegment | None:
        """What is being said just now; its samples count at 16 kHz."""
        return self._segmenter.open_segment

    def take(self, part: Sound | Mark) -> Sequence[Piece]:
        """The pieces that *part* completes."""
        pieces = self._take_sound(part) if isinstance(part, Sound) else self._take_mark(part)
        return self._with_cursor(pieces)

    def flush(self) -> Sequence[Piece]:
        """What is still open, closed now."""
        return [*self._settle(), *self._closed(self._segmenter.flush())]

    def cut_off(self, at: int) -> Sequence[Piece]:
        """The track goes on elsewhere from sample *at*: what is missing until then is lost."""
        if self._lost is not None:
            self.position = max(self._lost, min(self.position, at))
            if self.position == self._lost:
                self._lost = None
        pieces = self._lose(at, outage=True) if at > self.position else []
        return [*pieces, *self.flush(), Over(self.position)]

    def _take_sound(self, sound: Sound) -> list[Piece]:
        pieces: list[Piece] = []
        for number, packet in enumerate(sound.packets):
            first = sound.first_sample + number * SAMPLES_PER_PACKET
            if first > self.position:
                pieces += self._bridge(first)
            if first + SAMPLES_PER_PACKET > self.position:
                pieces += self._settle(packet)
            pcm = self._decoder.decode(packet)
            known = _to_engine(max(self.position - first, 0))
            if first + SAMPLES_PER_PACKET <= self.position:
                continue
            pieces += self._feed(pcm[known * BYTES_PER_SAMPLE :], first // RATIO + known)
            self.position = first + SAMPLES_PER_PACKET
        self._is_hole_silent = False
        return pieces

    def _bridge(self, first: int) -> list[Piece]:
        if self._is_hole_silent:
            return [*self._settle(), *self._keep_silent(first)]
        return self._lose(first)

    def _take_mark(self, mark: Mark) -> list[Piece]:
        if mark.kind is MarkKind.END:
            return [*self.flush(), Over(max(self.position, mark.to_sample))]
        self._is_hole_silent = mark.kind is not MarkKind.GAP
        if mark.to_sample <= self.position:
            return []
        if mark.kind is MarkKind.SCRIPT:
            return self._read(mark)
        if mark.from_sample > self.position:
            bridged = self._bridge(mark.from_sample)
            return [*bridged, *self._take_mark(mark)]
        if mark.kind is MarkKind.GAP:
            return self._lose(mark.to_sample, outage=mark.outage)
        return [*self._settle(), *self._keep_silent(mark.to_sample)]

    def _read(self, mark: Mark) -> list[Piece]:
        """A line that began before the position was heard before, or said to nobody here."""
        begins = mark.from_sample >= self.position and mark.text.strip()
        pieces = [
            *self._settle(),
            *self._closed(self._segmenter.gap(_to_engine(mark.to_sample))),
        ]
        self.position = mark.to_sample
        if begins:
            pieces.append(Line(mark.from_sample, mark.to_sample, mark.text))
        return pieces

    def _lose(self, until: int, *, outage: bool = False) -> list[Piece]:
        """Nothing is known up to *until*; gaps that touch are one."""
        if self._lost is None:
            self._lost = self.position
        self.position = until
        self._is_outage |= outage
        if until - self._lost < self._shortest_loss:
            return []
        # What was said before a long gap does not wait for its end.
        pieces = self._closed(self._segmenter.gap(_to_engine(until)))
        if until - self._lost >= LONGEST_LOSS_SAMPLES:
            pieces += self._settle()
        return pieces

    @property
    def _shortest_loss(self) -> int:
        return SHORTEST_OUTAGE_SAMPLES if self._is_outage else SHORTEST_LOSS_SAMPLES

    def _settle(self, following: bytes = b"") -> list[Piece]:
        """The gap before *following* is over: told when it is long, else made up for."""
        if self._lost is None:
            return []
        first, shortest = self._lost, self._shortest_loss
        self._lost, self._is_outage = None, False
        samples = self.position - first
        if samples >= shortest:
            return [Loss(first, self.position)]
        packets, rest = divmod(samples, SAMPLES_PER_PACKET)
        if following and packets <= MOST_REPAIRED_PACKETS and not rest:
            pcm = self._decoder.bridge(packets, following)
        else:
            pcm = self._decoder.conceal(_to_engine(self.position) - _to_engine(first))
        return self._feed(pcm, _to_engine(first))

    def _keep_silent(self, until: int) -> list[Piece]:
        first, self.position = self.position, until
        if until - first <= LONGEST_FED_SILENCE_SAMPLES:
            silence = bytes(BYTES_PER_SAMPLE * (_to_engine(until) - _to_engine(first)))
            return self._feed(silence, _to_engine(first))
        return self._closed(self._segmenter.gap(_to_engine(until)))

    def _feed(self, pcm: bytes, first: int) -> list[Piece]:
        return self._closed(self._segmenter.feed(pcm, first))

    def _closed(self, events: Sequence[SpeechEvent]) -> list[Piece]:
        return [
            Speech(
                event.first_sample * RATIO,
                event.last_sample * RATIO,
                event.pcm,
                event.spoken_to * RATIO,
            )
            for event in events
            if isinstance(event, SegmentClosed)
        ]

    def _with_cursor(self, pieces: Sequence[Piece]) -> Sequence[Piece]:
        """*pieces*, or in a long silence the cursor alone."""
        if pieces:
            self._cursor = pieces[-1].last_sample
            return pieces
        resume = self._segmenter.resume_sample * RATIO
        # A gap that is not told yet is told again after a crash.
        if self._lost is not None or resume - self._cursor < QUIET_CURSOR_SAMPLES:
            return pieces
        self._cursor = resume
        return [Quiet(resume)]


def _to_engine(sample: int) -> int:
    """The first engine sample that is not before *sample* (48 kHz)."""
    return -(-sample // RATIO)
