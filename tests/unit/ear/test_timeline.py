"""Timestamps lie where they say; a clock that drifts is followed, one that jumps is doubted."""

from session.media.timeline import Timeline

RATE, FRAME = 48_000, 960


def a_timeline(start: int = 0, timestamp: int = 0) -> Timeline:
    timeline = Timeline(RATE, FRAME, FRAME)
    timeline.anchor([(timestamp, start)], 0)
    return timeline


def test_the_fastest_of_the_first_packets_says_where_a_stream_lies() -> None:
    timeline = Timeline(RATE, FRAME, FRAME)

    # A process that was busy for 100 ms found five at once.
    timeline.anchor([(number * FRAME, 50 * FRAME) for number in range(5)], 0)

    assert timeline.place(0, 50 * FRAME, 0, jumped=False) == 46 * FRAME


def test_a_stream_begins_behind_what_is_there_and_on_the_grid() -> None:
    timeline = Timeline(RATE, FRAME, FRAME)

    timeline.anchor([(7, 100)], 1000)

    assert timeline.place(7, 100, 1000, jumped=False) == 2 * FRAME


def test_timestamps_go_on_over_the_wrap_and_come_late() -> None:
    timeline = a_timeline(RATE, 2**32 - FRAME)

    assert timeline.place(0, RATE, 0, jumped=False) == RATE + FRAME
    assert timeline.place(2**32 - FRAME, RATE, 0, jumped=False) == RATE
    assert timeline.place(4 * FRAME, RATE, 0, jumped=False) == RATE + 5 * FRAME


def test_a_clock_of_another_rate_is_counted_in_our_samples() -> None:
    timeline = Timeline(90_000, 1, RATE)
    timeline.anchor([(0, RATE)], 0)

    assert timeline.place(90_000, 2 * RATE, 0, jumped=False) == 2 * RATE


def drift(parts_per_million: int) -> int:
    """How far a sender with such a clock is off after ten minutes, in samples."""
    timeline, sample, now = a_timeline(), 0, 0
    for number in range(10 * 60 * 50):
        now = round(number * FRAME * (1 - parts_per_million / 1e6))
        sample = timeline.place(number * FRAME, now, 0, jumped=False)
    return sample - now


def test_a_clock_that_drifts_is_followed() -> None:
    assert abs(drift(400)) < RATE * 0.09
    assert abs(drift(-400)) < RATE * 0.09


def test_packets_that_are_late_for_a_while_move_nothing() -> None:
    timeline = a_timeline()
    for number in range(1000):
        late = RATE // 2 if number % 25 else 0
        place = timeline.place(number * FRAME, number * FRAME + late, 0, jumped=False)

        assert place == number * FRAME


def test_a_timestamp_from_the_future_means_nothing() -> None:
    timeline = a_timeline()

    assert timeline.place(3600 * RATE, RATE, 0, jumped=False) == RATE


def test_after_a_jump_a_timestamp_is_believed_when_the_arrival_agrees() -> None:
    timeline = a_timeline()

    assert timeline.place(30 * RATE, 30 * RATE + 2 * FRAME, 0, jumped=True) == 30 * RATE
    assert timeline.place(31 * RATE, 90 * RATE, 0, jumped=True) == 90 * RATE
