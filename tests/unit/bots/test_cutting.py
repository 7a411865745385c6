"""From what the ear says to pieces: nothing lost, nothing twice, whatever way it is told."""

from collections.abc import Sequence

import pytest

from bots.domain.sound import SAMPLES_PER_PACKET, Mark, MarkKind, Sound
from bots.service.cutting import Cutter, Line, Loss, Over, Piece, Quiet, Speech
from tests.support.speech import opus_packets
from tests.support.tones import ToneVad, pause, said, tone

SECOND = 48_000


def cut(parts: Sequence[Sound | Mark], from_sample: int = 0) -> list[Piece]:
    cutter = Cutter(ToneVad(), from_sample)
    return [piece for part in parts for piece in cutter.take(part)]


def sound(packets: Sequence[bytes], first_sample: int = 0) -> Sound:
    return Sound(first_sample, packets)


def after(packets: Sequence[bytes], first_sample: int = 0) -> int:
    return first_sample + len(packets) * SAMPLES_PER_PACKET


def bounds(pieces: Sequence[Piece], kind: type[Piece]) -> list[tuple[int, int]]:
    return [
        (one.first_sample, one.last_sample)
        for one in pieces
        if isinstance(one, kind) and isinstance(one, Speech | Loss | Line)
    ]


def end(at: int) -> Mark:
    return Mark(MarkKind.END, at, at)


def test_speech_is_cut_out_with_its_bounds_at_48_khz() -> None:
    ((first, last),) = bounds(cut([sound(said("alpha"))]), Speech)

    assert abs(first - 0.2 * SECOND) < 0.06 * SECOND
    assert abs(last - (1.1 + 0.5) * SECOND) < 0.06 * SECOND


def test_a_track_that_ends_closes_what_is_open_and_then_is_over() -> None:
    packets = said("alpha")[:40]

    speech, over = cut([sound(packets), end(after(packets))])

    assert isinstance(speech, Speech)
    assert speech.last_sample == after(packets)
    assert over == Over(after(packets))


def test_what_was_heard_before_the_position_is_not_heard_again() -> None:
    packets = said("alpha", "bravo")
    whole = bounds(cut([sound(packets)]), Speech)

    resumed = bounds(cut([sound(packets)], from_sample=whole[0][1]), Speech)

    assert [first // 960 for first, _ in resumed] == [first // 960 for first, _ in whole[1:]]


def test_a_batch_that_comes_twice_counts_once() -> None:
    packets = said("alpha")
    again = sound(packets[20:60], after(packets[:20]))

    assert bounds(cut([sound(packets[:60]), again, sound(packets[60:], after(packets[:60]))]),
                  Speech) == bounds(cut([sound(packets)]), Speech)  # fmt: skip


def test_it_asks_for_a_little_more_than_it_needs_to_warm_the_decoder_up() -> None:
    assert Cutter(ToneVad(), 10 * 960 + 3).wanted_sample == 6 * 960
    assert Cutter(ToneVad(), 960).wanted_sample == 0


def test_a_gap_closes_the_speech_before_it_and_is_told_exactly() -> None:
    packets = said("alpha")[:40]
    at = after(packets)
    gap = Mark(MarkKind.GAP, at, at + SECOND)

    speech, loss, _ = cut([sound(packets), gap, end(at + SECOND)])

    assert isinstance(speech, Speech)
    assert loss == Loss(at, at + SECOND)


def test_speech_before_a_long_gap_does_not_wait_for_its_end() -> None:
    packets = said("alpha")[:40]
    at = after(packets)

    (speech,) = cut([sound(packets), Mark(MarkKind.GAP, at, at + SECOND)])

    assert isinstance(speech, Speech)


def test_gaps_that_touch_are_one_loss_told_at_its_end() -> None:
    packets = opus_packets(pause(1.0))
    at = after(packets)
    gaps = [
        Mark(MarkKind.GAP, at + part * SECOND // 2, at + (part + 1) * SECOND // 2)
        for part in range(12)
    ]

    assert bounds(cut([sound(packets), *gaps]), Loss) == []
    pieces = cut([sound(packets), *gaps, sound(packets, at + 6 * SECOND)])

    assert bounds(pieces, Loss) == [(at, at + 6 * SECOND)]
    assert not any(isinstance(piece, Quiet) for piece in pieces)


def test_a_gap_that_goes_on_is_told_in_parts() -> None:
    gaps = [Mark(MarkKind.GAP, at * SECOND, (at + 1) * SECOND) for at in range(1, 62)]

    pieces = cut([sound(opus_packets(pause(1.0))), *gaps])

    assert bounds(pieces, Loss) == [(SECOND, 31 * SECOND), (31 * SECOND, 61 * SECOND)]


@pytest.mark.parametrize("lost", [1, 2, 5, 40])
def test_a_gap_under_a_second_is_bridged_and_not_told(lost: int) -> None:
    packets = opus_packets(pause(0.5) + tone("alpha", 2.0) + pause(1.5))
    hole = Mark(MarkKind.GAP, after(packets[:40]), after(packets[: 40 + lost]))

    pieces = cut([sound(packets[:40]), hole, sound(packets[40 + lost :], hole.to_sample)])

    assert bounds(pieces, Loss) == []
    last = bounds(pieces, Speech)[-1][1]
    assert abs(last - bounds(cut([sound(packets)]), Speech)[-1][1]) < 0.05 * SECOND


@pytest.mark.parametrize(("lost", "is_told"), [(9, False), (10, True), (40, True)])
def test_words_lost_with_the_connection_are_told_however_few(lost: int, is_told: bool) -> None:
    packets = opus_packets(pause(3.0))
    begins, ends = after(packets[:40]), after(packets[: 40 + lost])
    hole = Mark(MarkKind.GAP, begins, ends, outage=True)

    pieces = cut([sound(packets[:40]), hole, sound(packets[40 + lost :], ends)])

    assert bounds(pieces, Loss) == ([(begins, ends)] if is_told else [])


def test_a_loss_on_the_way_after_an_outage_is_bridged_again() -> None:
    packets = opus_packets(pause(3.0))
    outage = Mark(MarkKind.GAP, after(packets[:20]), after(packets[:40]), outage=True)
    jitter = Mark(MarkKind.GAP, after(packets[:60]), after(packets[:80]))

    pieces = cut(
        [
            sound(packets[:20]),
            outage,
            sound(packets[40:60], outage.to_sample),
            jitter,
            sound(packets[80:], jitter.to_sample),
        ]
    )

    assert bounds(pieces, Loss) == [(outage.from_sample, outage.to_sample)]


@pytest.mark.parametrize("told", [0, 1, 5], ids=["nothing", "a part", "more than it was"])
def test_a_track_that_goes_on_elsewhere_is_lost_up_to_there(told: int) -> None:
    packets = opus_packets(pause(1.0))
    at = after(packets)
    cutter = Cutter(ToneVad(), 0)
    cutter.take(sound(packets))
    if told:
        cutter.take(Mark(MarkKind.GAP, at, at + told * SECOND))

    pieces = cutter.cut_off(at + 3 * SECOND)

    assert pieces == [Loss(at, at + 3 * SECOND), Over(at + 3 * SECOND)]


@pytest.mark.parametrize("told", [0, 1])
def test_a_track_that_goes_on_elsewhere_before_its_end_has_lost_nothing(told: int) -> None:
    packets = opus_packets(pause(1.0))
    cutter = Cutter(ToneVad(), 0)
    cutter.take(sound(packets))
    if told:
        cutter.take(Mark(MarkKind.GAP, after(packets), after(packets) + told * SECOND))

    assert cutter.cut_off(after(packets) - 960) == [Over(after(packets))]


def test_a_hole_that_nothing_explains_is_a_loss() -> None:
    packets = opus_packets(pause(1.0))

    pieces = cut([sound(packets), sound(packets, after(packets) + SECOND)])

    assert bounds(pieces, Loss) == [(after(packets), after(packets) + SECOND)]


@pytest.mark.parametrize("kind", [MarkKind.SILENCE, MarkKind.MUTE])
def test_silence_and_mute_lose_nothing(kind: MarkKind) -> None:
    packets = said("alpha")[:40]
    at = after(packets)

    pieces = cut([sound(packets), Mark(kind, at, at + 3 * SECOND), sound(packets, at + 3 * SECOND)])

    assert bounds(pieces, Loss) == []
    assert len(bounds(pieces, Speech)) == 1


def test_a_person_who_begins_late_lost_nothing_before() -> None:
    assert cut([sound(opus_packets(pause(1.0)), 4 * SECOND)])[:1] == []


def test_a_short_gap_does_not_cut_a_word() -> None:
    pcm = pause(0.5) + tone("alpha", 1.0) + pause(1.0)
    packets = opus_packets(pcm)
    hole = Mark(MarkKind.GAP, after(packets[:50]), after(packets[:53]))

    pieces = cut([sound(packets[:50]), hole, sound(packets[53:], after(packets[:53]))])

    assert len(bounds(pieces, Speech)) == 1
    assert bounds(pieces, Loss) == []


def test_a_scripted_line_is_a_piece_of_its_own() -> None:
    line = Mark(MarkKind.SCRIPT, SECOND, 2 * SECOND, "hello there")

    assert cut([line, line]) == [Line(SECOND, 2 * SECOND, "hello there")]


def test_a_line_that_had_begun_before_the_bot_came_is_not_its_to_hear() -> None:
    line = Mark(MarkKind.SCRIPT, SECOND, 10 * SECOND, "hello there")

    pieces = cut([line], from_sample=2 * SECOND)

    assert pieces == [Quiet(10 * SECOND)]


def test_contiguous_lines_are_all_heard() -> None:
    lines = [Mark(MarkKind.SCRIPT, at, at + 1001, "x") for at in range(0, 5005, 1001)]

    assert len(bounds(cut(lines), Line)) == 5


def test_a_long_silence_moves_the_cursor() -> None:
    pieces = cut([Mark(MarkKind.SILENCE, 0, 60 * SECOND)])

    assert pieces == [Quiet(60 * SECOND)]


def test_a_sounding_silence_moves_the_cursor_now_and_then() -> None:
    pieces = cut([sound(opus_packets(pause(1.0)), second * SECOND) for second in range(25)])

    assert 1 <= len(pieces) <= 3
    assert all(isinstance(piece, Quiet) for piece in pieces)
