"""Cutting a stream into stretches of speech."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.engines.vad import (
    FRAME_SAMPLES,
    HANGOVER_FRAMES,
    MAX_SEGMENT_SAMPLES,
    ONSET_FRAMES,
    PRE_ROLL_SAMPLES,
    SETTLE_SAMPLES,
    SegmentClosed,
    Segmenter,
    SpeechEvent,
    SpeechStarted,
    Vad,
)

RATE = 16_000
LOUD = 8_000


class LoudnessVad:
    """Takes loudness for speech."""

    def probability(self, frame: bytes) -> float:
        return float(np.abs(np.frombuffer(frame, "<i2").astype(np.int32)).mean()) / LOUD

    def reset(self) -> None:
        """It remembers nothing."""


class SleepyVad(LoudnessVad):
    """Hears nothing for longer than a pre-roll after each reset, so resets can be told."""

    def __init__(self) -> None:
        self._frames = 0

    def probability(self, frame: bytes) -> float:
        self._frames += 1
        return super().probability(frame) if self._frames > 15 else 0.0

    def reset(self) -> None:
        self._frames = 0


def sound(*parts: tuple[float, int]) -> bytes:
    """Return samples: for each part so many seconds at such an amplitude."""
    levels = [np.full(int(seconds * RATE), amplitude, "<i2") for seconds, amplitude in parts]
    return b"".join(level.tobytes() for level in levels)


def speech(seconds: float) -> tuple[float, int]:
    return seconds, LOUD


def silence(seconds: float) -> tuple[float, int]:
    return seconds, 0


def heard(pcm: bytes, first_sample: int = 0, vad: Vad | None = None) -> list[SpeechEvent]:
    segmenter = Segmenter(vad or LoudnessVad())
    return segmenter.feed(pcm, first_sample) + segmenter.flush()


def closed(events: list[SpeechEvent]) -> list[SegmentClosed]:
    return [event for event in events if isinstance(event, SegmentClosed)]


def test_a_segment_begins_a_pre_roll_before_the_speech() -> None:
    start, segment = heard(sound(silence(1.024), speech(2), silence(2)))

    assert start == SpeechStarted(int(1.024 * RATE) - PRE_ROLL_SAMPLES)
    assert isinstance(segment, SegmentClosed)
    assert segment.first_sample == start.first_sample


def test_a_segment_at_the_start_of_the_stream_has_only_the_pre_roll_there_is() -> None:
    (segment,) = closed(heard(sound(silence(0.1), speech(1), silence(1)), first_sample=700))

    assert segment.first_sample == 700


def test_a_segment_ends_when_it_has_been_quiet_for_half_a_second() -> None:
    pcm = sound(speech(1.024), silence(3))

    (segment,) = closed(heard(pcm))

    quiet_from = int(1.024 * RATE)
    assert 0 <= segment.last_sample - quiet_from - HANGOVER_FRAMES * FRAME_SAMPLES <= FRAME_SAMPLES


def test_a_pause_shorter_than_the_hangover_does_not_cut() -> None:
    assert len(closed(heard(sound(speech(1), silence(0.4), speech(1), silence(1))))) == 1


def test_a_click_is_not_speech() -> None:
    click = (ONSET_FRAMES - 2) * FRAME_SAMPLES / RATE

    assert heard(sound(silence(1), speech(click), silence(1))) == []


def test_a_segment_carries_the_samples_it_names() -> None:
    pcm = sound(silence(0.7), speech(1.3), silence(2), speech(0.8), silence(1))

    segments = closed(heard(pcm, first_sample=5_000))

    assert len(segments) == 2
    for segment in segments:
        first, last = segment.first_sample - 5_000, segment.last_sample - 5_000
        assert segment.pcm == pcm[2 * first : 2 * last]


def test_long_speech_is_cut_where_it_is_quietest_and_nothing_is_lost() -> None:
    # The dip is too short to be a pause and lies 13 s in, within reach of the limit.
    pcm = sound(speech(13), (0.12, LOUD // 2), speech(9), silence(1))

    first, second = closed(heard(pcm))

    assert 13 * RATE <= first.last_sample <= 13.12 * RATE
    assert second.first_sample == first.last_sample


def test_no_segment_is_longer_than_the_limit() -> None:
    segments = closed(heard(sound(speech(50))))

    assert max(s.last_sample - s.first_sample for s in segments) <= MAX_SEGMENT_SAMPLES
    assert b"".join(s.pcm for s in segments) == sound(speech(50))


def test_an_open_segment_can_be_looked_at_while_it_grows() -> None:
    segmenter = Segmenter(LoudnessVad())

    segmenter.feed(sound(speech(1)), 0)
    early = segmenter.open_segment
    segmenter.feed(sound(speech(1)), RATE)
    late = segmenter.open_segment

    assert early is not None
    assert late is not None
    assert early.first_sample == late.first_sample == 0
    assert early.last_sample == RATE // FRAME_SAMPLES * FRAME_SAMPLES
    assert late.pcm.startswith(early.pcm)
    assert len(late.pcm) == 2 * late.last_sample > len(early.pcm)


class CountingVad(LoudnessVad):
    def __init__(self) -> None:
        self.asked = 0

    def probability(self, frame: bytes) -> float:
        self.asked += 1
        return super().probability(frame)


def test_the_detector_is_not_asked_about_a_quiet_room_and_is_within_speech() -> None:
    vad = CountingVad()
    segmenter = Segmenter(vad)

    segmenter.feed(sound((5, 20)), 0)
    of_the_room = vad.asked
    segmenter.feed(sound(speech(1), silence(0.3)), 5 * RATE)

    assert of_the_room == 0
    assert vad.asked >= 1.25 * RATE // FRAME_SAMPLES


def test_an_open_segment_tells_since_when_nothing_is_said() -> None:
    segmenter = Segmenter(LoudnessVad())

    segmenter.feed(sound(speech(1), silence(0.4)), 0)
    progress = segmenter.progress
    (segment,) = closed(segmenter.feed(sound(silence(0.4)), int(1.4 * RATE)))

    assert progress is not None
    assert abs(progress.spoken_to - RATE) <= FRAME_SAMPLES
    assert progress.last_sample - progress.spoken_to >= 0.3 * RATE
    assert segment.spoken_to == progress.spoken_to


def test_a_gap_closes_the_segment_and_speech_after_it_is_another() -> None:
    segmenter = Segmenter(LoudnessVad())
    segmenter.feed(sound(speech(1)), 0)

    (before,) = closed(segmenter.gap(resumes_at=3 * RATE))
    (after,) = closed(segmenter.feed(sound(speech(1), silence(1)), 3 * RATE))

    assert (before.first_sample, before.last_sample) == (0, RATE)
    assert after.first_sample == 3 * RATE


def test_missing_samples_count_as_a_gap() -> None:
    segmenter = Segmenter(LoudnessVad())
    segmenter.feed(sound(speech(1)), 0)

    (segment,) = closed(segmenter.feed(sound(silence(1)), 2 * RATE))

    assert segment.last_sample == RATE


def test_samples_that_come_twice_are_heard_once() -> None:
    pcm = sound(silence(1), speech(1), silence(1))
    segmenter = Segmenter(LoudnessVad())

    events = segmenter.feed(pcm[:40_000], 0)
    events += segmenter.feed(pcm[20_000:], 10_000)

    assert events == heard(pcm)


def test_flush_without_speech_gives_nothing() -> None:
    segmenter = Segmenter(LoudnessVad())
    segmenter.feed(sound(silence(1)), 0)

    assert segmenter.flush() == []


def test_long_silence_moves_the_point_to_resume_from() -> None:
    segmenter = Segmenter(LoudnessVad())

    segmenter.feed(sound(silence(60)), 0)

    assert segmenter.resume_sample > 60 * RATE - SETTLE_SAMPLES - FRAME_SAMPLES


parts = st.tuples(st.floats(0.02, 5), st.sampled_from([0, 200, 3_000, 5_000, LOUD]))
streams = st.lists(parts, min_size=1, max_size=12).map(lambda chosen: sound(*chosen))


@settings(deadline=None, max_examples=25)
@given(pcm=streams, cuts=st.lists(st.integers(1, 9_000), min_size=1, max_size=30))
def test_how_a_stream_is_cut_into_calls_changes_nothing(pcm: bytes, cuts: list[int]) -> None:
    segmenter = Segmenter(LoudnessVad())
    events: list[SpeechEvent] = []
    at = 0
    while at * 2 < len(pcm):
        step = cuts[at % len(cuts)]
        events += segmenter.feed(pcm[2 * at : 2 * (at + step)], at)
        at += step

    assert events + segmenter.flush() == heard(pcm)


@settings(deadline=None, max_examples=25)
@given(pcm=streams, stop=st.floats(0, 1))
def test_a_new_segmenter_goes_on_where_another_was_lost(pcm: bytes, stop: float) -> None:
    lost = Segmenter(SleepyVad())
    stop_sample = int(len(pcm) // 2 * stop)
    before = closed(lost.feed(pcm[: 2 * stop_sample], 0))

    after = closed(heard(pcm[2 * lost.resume_sample :], lost.resume_sample, SleepyVad()))

    assert before + after == closed(heard(pcm, vad=SleepyVad()))
