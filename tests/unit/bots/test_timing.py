"""When words were said."""

from bots.engines.recognition import Word
from bots.engines.timing import joined, onset_seconds, settled

QUIET_SECOND = bytes(32_000)
LOUD_SECOND = b"\x00\x20" * 16_000


def a_word(text: str = "so", start: float = 0.0, end: float = 0.5, confidence: float = 0.9) -> Word:
    return Word(text, start, end, confidence)


def test_the_onset_is_where_the_sound_begins() -> None:
    assert onset_seconds(QUIET_SECOND + LOUD_SECOND) == 1.0


def test_silence_and_nothing_have_no_onset() -> None:
    assert onset_seconds(QUIET_SECOND) == 0.0
    assert onset_seconds(b"") == 0.0


def test_the_first_word_begins_with_the_sound() -> None:
    (word,) = settled([a_word(start=0.0, end=1.5)], QUIET_SECOND + LOUD_SECOND)

    assert (word.start_seconds, word.end_seconds) == (1.0, 1.5)


def test_no_word_lasts_longer_than_the_clip() -> None:
    (word,) = settled([a_word(start=0.5, end=7.0)], LOUD_SECOND)

    assert (word.start_seconds, word.end_seconds) == (0.5, 1.0)


def test_no_word_begins_before_the_one_before_it() -> None:
    first, second = settled([a_word(start=0.4, end=0.6), a_word(start=0.1, end=0.7)], LOUD_SECOND)

    assert first.start_seconds <= second.start_seconds <= second.end_seconds


def test_times_are_whole_milliseconds() -> None:
    (word,) = settled([a_word(start=0.12345, end=0.34567)], LOUD_SECOND)

    assert (word.start_seconds, word.end_seconds) == (0.123, 0.346)


def test_a_hyphenated_word_is_one_word_as_sure_as_its_least_sure_part() -> None:
    cold, hearted = a_word(" cold", 0.1, 0.3, 0.9), a_word("-hearted.", 0.3, 0.7, 0.6)

    assert joined([cold, hearted]) == (a_word("cold-hearted.", 0.1, 0.7, 0.6),)
