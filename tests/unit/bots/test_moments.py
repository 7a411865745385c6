"""What a bot listened to, by when it was said."""

from dataclasses import replace

import pytest

from bots.domain.bot import MOST_BEHIND_SECONDS, MOST_PAUSES, BotState
from bots.domain.crew import Track
from bots.domain.transcript import Segment, SegmentId, Word
from bots.service.cutting import Line, Loss, Over, Piece, Quiet, Speech, up_to
from tests.unit.bots.test_bot import a_bot

R = MOST_BEHIND_SECONDS


def a_segment(first: float, last: float, *words: tuple[float, float], gap: bool = False) -> Segment:
    return Segment(
        SegmentId("seg_1"),
        "ada",
        "Ada",
        first,
        last,
        words=[Word("word", begin, end, 0.9) for begin, end in words],
        gap=gap,
    )


@pytest.mark.parametrize(
    ("first", "last", "is_heard"),
    [
        (8.0, 10.0, True),
        (8.0, 10.1, False),
        (12.0, 13.0, False),
        (19.0, 22.0, False),
        (9.0, 21.0, False),
        (20.0, 22.0, False),
        (20.0 + R, 22.0, True),
    ],
)
def test_a_bot_that_was_paused_hears_what_was_said_wholly_before_or_after(
    first: float, last: float, is_heard: bool
) -> None:
    bot = a_bot().deafened(10.0).listening(20.0)

    assert bot.hears(a_segment(first, last)) is is_heard


def test_a_bot_that_is_paused_hears_what_was_said_before() -> None:
    bot = a_bot().deafened(10.0)

    assert bot.hears(a_segment(8.0, 10.0))
    assert not bot.hears(a_segment(1000.0, 1001.0))


def test_words_count_and_not_the_silence_around_them() -> None:
    bot = a_bot().deafened(10.0).listening(20.0)

    assert bot.hears(a_segment(8.0, 10.5, (8.2, 9.0), (9.1, 9.9)))
    assert bot.hears(a_segment(19.9, 22.0, (20.0 + R, 21.0)))
    assert not bot.hears(a_segment(8.0, 10.5, (8.2, 9.0), (9.1, 10.1)))


def test_of_missing_sound_a_bot_is_told_unless_all_of_it_was_in_its_pause() -> None:
    bot = a_bot().deafened(10.0).listening(20.0)

    assert bot.hears(a_segment(8.0, 12.0, gap=True))
    assert bot.hears(a_segment(19.0, 22.0, gap=True))
    assert not bot.hears(a_segment(11.0, 19.0, gap=True))


def test_a_bot_that_is_paused_twice_or_resumed_twice_stays_as_it_is() -> None:
    paused = a_bot().deafened(10.0)

    assert paused.deafened(15.0) is paused
    resumed = paused.listening(20.0)
    assert resumed.listening(30.0) is resumed
    assert (paused.deaf_since, resumed.deaf_since) == (10.0, None)


def test_a_bot_that_leaves_listens_to_nothing_more_whatever_it_is_told() -> None:
    leaving = a_bot(state=BotState.LEAVING).deafened(10.0)

    assert leaving.listening(20.0) is leaving


def test_a_bot_whose_pause_has_no_moment_hears_nothing_until_it_is_resumed() -> None:
    before = a_bot(state=BotState.JOINED).deafened(10.0).listening(20.0)
    paused = replace(before, paused=True).made_consistent()

    assert not paused.hears(a_segment(1.0, 2.0))
    assert not paused.hears(a_segment(1000.0, 1001.0))
    resumed = replace(paused.listening(30.0), paused=False).made_consistent()
    assert resumed.deaf_until == 30.0 + R
    assert resumed.hears(a_segment(31.0, 32.0))


@pytest.mark.parametrize("state", [BotState.SCHEDULED, BotState.JOINING, BotState.JOINED])
def test_a_bot_that_is_not_paused_listens_though_its_resumption_has_no_moment(
    state: BotState,
) -> None:
    before = a_bot(state=state).deafened(10.0).listening(20.0)
    resumed = before.deafened(30.0).made_consistent()

    assert resumed == before
    assert resumed.hears(a_segment(31.0, 32.0))


@pytest.mark.parametrize("state", [BotState.LEAVING, BotState.DONE, BotState.FAILED])
def test_a_bot_that_was_told_to_leave_stays_deaf_from_that_moment_on(state: BotState) -> None:
    leaving = a_bot(state=state).deafened(10.0)

    assert leaving.made_consistent() is leaving


def test_a_bot_whose_moments_are_known_is_as_it_was_written() -> None:
    paused = a_bot(state=BotState.JOINED, paused=True).deafened(10.0)
    resumed = replace(paused.listening(20.0), paused=False)

    assert paused.made_consistent() is paused
    assert resumed.made_consistent() is resumed
    assert (a_bot().deaf_until, paused.deaf_until, resumed.deaf_until) == (None, None, 20.0 + R)


def test_many_pauses_are_kept_as_few_and_nothing_said_in_one_is_heard() -> None:
    bot = a_bot()
    for pause in range(3 * MOST_PAUSES):
        bot = bot.deafened(10.0 * pause).listening(10.0 * pause + 5.0)

    assert len(bot.deaf) == MOST_PAUSES
    assert not any(
        bot.hears(a_segment(at + 1.0, at + 2.0)) for at in range(0, 30 * MOST_PAUSES, 10)
    )
    assert bot.hears(a_segment(30.0 * MOST_PAUSES - 4.0, 30.0 * MOST_PAUSES - 3.0))


def test_what_lies_before_a_sample_is_kept_of_each_piece() -> None:
    speech = Speech(300, 900, bytes(400), 600)
    pieces: list[Piece] = [speech, Loss(300, 900), Line(300, 900, "hello"), Quiet(900), Over(900)]

    assert [up_to(piece, 900) for piece in pieces] == pieces
    assert [up_to(piece, 300) for piece in pieces] == [None] * 5
    cut = [up_to(piece, 450) for piece in pieces]
    assert cut == [Speech(300, 450, bytes(100), 450), Loss(300, 450), None, None, None]


def test_a_sample_and_its_second_are_the_same_place() -> None:
    track = Track("ses_1", "ada", 1, "Ada", "", offset_seconds=2.5)

    assert track.sample_at(track.seconds_at(96_000)) == 96_000
    assert track.sample_at(1.5) == -48_000
