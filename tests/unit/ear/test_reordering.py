"""Packets come out in order, once, and wait only while one is missing."""

from hypothesis import given
from hypothesis import strategies as st

from session.media.reordering import Reordering

HOLD = 0.1
MOST = 25


def through(arrivals: list[tuple[int, float]], start: int = 0) -> list[int]:
    """The numbers that come out, of packets that carry their own, sent from *start* on."""
    order: Reordering[int] = Reordering(HOLD, MOST)
    out: list[tuple[int, int]] = []
    for number, at in arrivals:
        out += order.push((start + number) & 0xFFFF, number, at)
    out += order.overdue(float("inf"))
    return [number for _, number in out]


def test_a_packet_that_comes_early_waits_for_the_one_before() -> None:
    order: Reordering[str] = Reordering(HOLD, MOST)

    assert order.push(7, "a", 0.0) == ((7, "a"),)
    assert order.push(9, "c", 0.02) == []
    assert order.push(8, "b", 0.03) == [(8, "b"), (9, "c")]


def test_what_is_missing_is_given_up_after_the_hold() -> None:
    order: Reordering[str] = Reordering(HOLD, MOST)
    order.push(7, "a", 0.0)
    order.push(9, "c", 0.02)
    order.push(11, "e", 0.06)

    assert order.overdue(0.11) == []
    assert order.overdue(0.13) == [(9, "c")]
    assert order.overdue(0.17) == [(11, "e")]
    assert order.lost == 2


def test_what_comes_twice_or_too_late_is_dropped() -> None:
    order: Reordering[str] = Reordering(HOLD, MOST)
    order.push(7, "a", 0.0)
    order.push(9, "c", 0.0)

    assert order.push(9, "c", 0.0) == []
    assert order.push(7, "a", 0.0) == []
    assert order.duplicates == 2


def test_numbers_go_on_over_the_wrap() -> None:
    order: Reordering[str] = Reordering(HOLD, MOST)
    order.push(0xFFFF, "a", 0.0)

    assert order.push(1, "c", 0.0) == []
    assert order.push(0, "b", 0.0) == [(0x10000, "b"), (0x10001, "c")]


def test_a_far_jump_is_believed_once_the_next_packet_confirms_it() -> None:
    order: Reordering[str] = Reordering(HOLD, MOST)
    order.push(7, "a", 0.0)

    assert order.push(5000, "stray", 0.0) == ()
    assert order.push(8, "b", 0.0) == ((8, "b"),)
    assert order.push(300, "x", 0.0) == ()
    assert order.push(301, "y", 0.0) == [(300, "x"), (301, "y")]
    assert order.push(302, "z", 0.0) == ((302, "z"),)


def test_a_sender_that_begins_anew_is_taken_up() -> None:
    order: Reordering[str] = Reordering(HOLD, MOST)
    order.push(30_000, "a", 0.0)
    order.push(10, "b", 0.0)

    (first, _), (second, _) = order.push(11, "c", 0.0)

    assert second == first + 1
    assert first > 30_000


@st.composite
def rough_arrivals(draw: st.DrawFn) -> tuple[list[tuple[int, float]], set[int]]:
    """Packets of a network that delays by up to four, repeats and loses; and who was lost."""
    count = draw(st.integers(1, 150))
    lost = draw(st.sets(st.integers(1, count), max_size=count // 3))
    delays = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    twice = draw(st.sets(st.integers(0, count), max_size=10))
    arrivals = [
        (number, (number + delays[number]) * 0.02) for number in range(count) if number not in lost
    ]
    arrivals += [(number, at + 0.04) for number, at in arrivals if number in twice]
    # The first packet starts the stream; what overtakes it cannot be told from the first.
    arrivals[0] = (0, 0.0)
    return sorted(arrivals, key=lambda one: one[1]), lost


@given(rough_arrivals(), st.integers(0, 0xFFFF))
def test_whatever_a_rough_network_does_each_packet_comes_out_once_in_order(
    rough: tuple[list[tuple[int, float]], set[int]], start: int
) -> None:
    arrivals, lost = rough
    gone = 0
    for number in range(151):
        gone = gone + 1 if number in lost else 0
        if gone > MOST - 5:
            return

    out = through(arrivals, start)

    assert out == sorted({number for number, _ in arrivals})


@given(st.lists(st.integers(0, 0xFFFF), max_size=200))
def test_no_sequence_of_numbers_is_ever_out_of_order_or_held_without_bound(
    sequences: list[int],
) -> None:
    order: Reordering[int] = Reordering(HOLD, MOST)
    out: list[int] = []
    for place, sequence in enumerate(sequences):
        out += [unwrapped for unwrapped, _ in order.push(sequence, sequence, place * 0.02)]
    out += [unwrapped for unwrapped, _ in order.overdue(float("inf"))]

    assert out == sorted(set(out))
