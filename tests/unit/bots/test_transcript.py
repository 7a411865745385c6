"""Segments: their times on the session's time line, and the ids that make them unrepeatable."""

from hypothesis import given
from hypothesis import strategies as st

from bots.domain.crew import Track
from bots.domain.transcript import Word, heard, lost, scripted, segment_id


def a_track(participant: str = "prt_1", epoch: int = 1, offset: float = 0.0) -> Track:
    return Track("ses_1", participant, epoch, "Ada", "127.0.0.1:1", offset)


def test_words_stand_on_the_sessions_time_line() -> None:
    track = a_track(offset=12.5)

    segment = heard(track, (48_000, 144_000), "hi", [Word("hi", 0.25, 0.75, 0.9)], "en")

    assert (segment.start_seconds, segment.end_seconds) == (13.5, 15.5)
    assert segment.words == (Word("hi", 13.75, 14.25, 0.9),)
    assert (segment.speaker_id, segment.speaker_name) == ("prt_1", "Ada")


def test_the_same_speech_has_the_same_id_and_other_speech_another() -> None:
    ids = {
        segment_id(track, sample)
        for track in (a_track(), a_track("prt_2"), a_track(epoch=2), a_track(offset=1.0))
        for sample in (0, 960, 0)
    }

    assert len(ids) == 6


def test_a_lost_stretch_has_bounds_and_no_text() -> None:
    gap = lost(a_track(offset=1.0), (48_000, 96_000))

    assert (gap.gap, gap.text, gap.start_seconds, gap.end_seconds) == (True, "", 2.0, 3.0)


@given(
    line=st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=30),
    first=st.integers(0, 10**8),
    length=st.integers(4_800, 10**6),
)
def test_a_scripted_lines_words_fill_its_interval_in_order(
    line: list[str], first: int, length: int
) -> None:
    segment = scripted(a_track(), (first, first + length), " ".join(line))

    assert [word.text for word in segment.words] == line
    times = [time for word in segment.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert times[0] == segment.start_seconds
    assert abs(times[-1] - segment.end_seconds) <= 0.001


def test_a_longer_word_takes_longer_to_say() -> None:
    short, long = scripted(a_track(), (0, 48_000), "a considerable").words

    assert long.end_seconds - long.start_seconds > 5 * (short.end_seconds - short.start_seconds)
