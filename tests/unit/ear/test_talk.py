"""What counts as speaking, and what as a turn."""

from session.media.records import RATE
from session.media.talk import Talk


def a_talk(*stretches: tuple[float, float]) -> Talk:
    talk = Talk()
    for start, end in stretches:
        talk.hear(round(start * RATE), round(end * RATE))
    return talk


def test_a_short_pause_belongs_to_the_speech_around_it() -> None:
    talk = a_talk((1, 2), (2.4, 3))

    assert (talk.speaking_seconds, talk.turns) == (2.0, 1)


def test_a_longer_pause_is_silence_within_the_same_turn() -> None:
    talk = a_talk((1, 2), (3, 4))

    assert (talk.speaking_seconds, talk.turns) == (2.0, 1)


def test_a_long_pause_ends_the_turn() -> None:
    assert a_talk((0, 2), (4, 5)).turns == 2


def test_a_new_join_is_a_new_turn() -> None:
    talk = a_talk((0, 2))
    talk.begin(2)
    talk.hear(0, RATE)

    assert (talk.speaking_seconds, talk.turns) == (3.0, 2)
