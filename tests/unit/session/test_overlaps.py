"""Stretches of speech against each other: counted once each, the same however they are settled."""

from session.media.overlaps import PAUSE_SAMPLES, Speech, settle, totals
from session.media.records import RATE


def spoken(*stretches: tuple[float, float]) -> Speech:
    """Speech at these seconds."""
    speech = Speech()
    for start, end in stretches:
        speech.add(round(start * RATE), round(end * RATE))
    return speech


def figures(speeches: dict[str, Speech]) -> dict[str, tuple[int, float]]:
    return {
        name: (one.overlaps, one.overlap_samples / RATE) for name, one in totals(speeches).items()
    }


def test_two_who_speak_in_turn_do_not_overlap() -> None:
    assert figures({"ada": spoken((0, 2)), "bo": spoken((2, 4))}) == {"ada": (0, 0), "bo": (0, 0)}


def test_an_overlap_counts_for_both() -> None:
    speeches = {"ada": spoken((0, 3)), "bo": spoken((2, 4))}
    assert figures(speeches) == {"ada": (1, 1), "bo": (1, 1)}


def test_three_at_once_are_no_more_than_the_time_it_takes() -> None:
    speeches = {"ada": spoken((0, 10)), "bo": spoken((1, 3)), "cy": spoken((2, 4))}
    assert figures(speeches) == {"ada": (1, 3), "bo": (1, 2), "cy": (1, 2)}


def test_a_short_pause_does_not_make_two_overlaps_of_one() -> None:
    speeches = {"ada": spoken((0, 10)), "bo": spoken((1, 2), (2.3, 3), (6, 7))}
    assert figures(speeches)["bo"] == (2, 3)


def test_settling_changes_no_figure() -> None:
    ada = [(start, start + 3.0) for start in range(0, 400, 5)]
    bo = [(start + 2, start + 4.0) for start in range(0, 400, 7)]
    speeches = {"ada": spoken(*ada), "bo": spoken(*bo)}
    expected = figures(speeches)

    for until in range(1, 400, 13):
        speeches = settle(speeches, until * RATE)

    assert figures(speeches) == expected
    assert sum(len(one.recent) for one in speeches.values()) < 10


def test_pauses_are_bridged_up_to_half_a_second() -> None:
    speech = Speech()
    speech.add(0, RATE)
    speech.add(RATE + PAUSE_SAMPLES - 1, 2 * RATE)
    speech.add(2 * RATE + PAUSE_SAMPLES, 3 * RATE)
    assert speech.recent == [[0, 2 * RATE], [2 * RATE + PAUSE_SAMPLES, 3 * RATE]]
