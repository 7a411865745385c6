"""People who come by RTP: what was sent is on their track, and what was not is marked."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from grpc import StatusCode, aio

from session.media.microphone import STALL_SAMPLES
from session.media.records import RATE
from tests.support.ear_node import Ear, Kind, packets, stretches
from tests.support.eventually import eventually
from tests.support.rtp import FRAME_SECONDS, RtpSender, speech

GAP = "MARKER_KIND_GAP"
MOST_TRIES = 5


@pytest.fixture
async def sender(ear: Ear) -> AsyncIterator[RtpSender]:
    """Sends as SSRC 1, whose owner is seated."""
    seat = await ear.seat()
    sender = RtpSender((seat.host, seat.port))
    yield sender
    sender.close()


def kinds(heard: list[tuple[str, float, float]]) -> list[str]:
    """In order, but for the silence before the first word: a quick first packet leaves none."""
    found = [kind for kind, _, _ in heard]
    return found[1:] if found[:2] == ["SILENCE", "AUDIO"] else found


def lengths(heard: list[tuple[str, float, float]], kind: str) -> list[float]:
    return [round(end - start, 3) for one, start, end in heard if one == kind]


async def sound_of(ear: Ear, epoch: int = 1) -> list[tuple[str, float, float]]:
    """What is on the track, all of it: the join must be over."""
    heard = stretches(await ear.listen("prt_1", epoch))
    assert all(one[2] == two[1] for one, two in pairwise(heard))
    return heard


async def passed(ear: Ear, seconds: float) -> bool:
    """Whether so much time has passed for readers."""
    return (await ear.talk())["prt_1"].present_seconds > seconds


async def test_what_is_sent_is_on_the_track_as_it_was_sent(ear: Ear, sender: RtpSender) -> None:
    await sender.play(speech()[:60])
    await asyncio.sleep(0.15)
    await ear.unseat()

    heard = await ear.listen("prt_1")

    assert list(packets(heard).values()) == speech()[:60]
    assert kinds(stretches(heard)) == ["AUDIO", "END"]


async def test_what_came_just_before_the_end_is_kept(ear: Ear, sender: RtpSender) -> None:
    for payload in speech()[:3]:
        sender.send(payload)
    sender.skip(1)
    sender.send(speech()[4])
    await ear.unseat()

    assert list(packets(await ear.listen("prt_1")).values()) == [*speech()[:3], speech()[4]]


async def test_an_ear_that_was_busy_for_long_keeps_what_came_meanwhile(
    ear: Ear, sender: RtpSender
) -> None:
    await sender.play(speech()[:10])
    # Nothing runs in this process meanwhile, the ear neither.
    for payload in speech()[10:150]:
        sender.send(payload)
        time.sleep(0.02)  # noqa: ASYNC251
    await ear.unseat()

    heard = await ear.listen("prt_1")

    assert list(packets(heard).values()) == speech()[:150]
    # In one piece; a test that stands still behind it is told as a gap.
    assert kinds(stretches(heard)).count("AUDIO") == 1


async def test_a_seat_lies_on_the_rooms_time_line(ear: Ear) -> None:
    began = time.monotonic()
    first = await ear.seat(1, participant_id="prt_1")
    seated = time.monotonic()
    await asyncio.sleep(0.3)
    called = time.monotonic()
    second = await ear.seat(2, participant_id="prt_2")
    least, most = called - seated, time.monotonic() - began
    again = await ear.seat(3, participant_id="prt_2")

    assert least - 0.05 < second.offset_seconds - first.offset_seconds < most + 0.05
    assert again.offset_seconds == second.offset_seconds
    roster = (await ear.roster()).connections
    assert [(one.participant_id, one.scripted) for one in roster] == [
        ("prt_1", False),
        ("prt_2", False),
    ]


async def test_lost_packets_are_a_gap_of_exactly_their_length(ear: Ear, sender: RtpSender) -> None:
    await sender.play(speech()[:10])
    sender.skip(3)
    await asyncio.sleep(0.06)
    await sender.play(speech()[13:30])
    await asyncio.sleep(0.3)
    await ear.unseat()

    heard = await sound_of(ear)

    assert kinds(heard) == ["AUDIO", "GAP", "AUDIO", "END"]
    assert lengths(heard, "GAP") == [0.06]


async def test_what_overtakes_or_comes_twice_is_put_right(ear: Ear, sender: RtpSender) -> None:
    def swapped(payload: bytes) -> None:
        index = speech().index(payload)
        number = index ^ 1
        sender.sequence, sender.timestamp = 100 + number, 960 * number
        sender.send(speech()[number])
        if index % 5 == 0:
            sender.sequence, sender.timestamp = 100 + number, 960 * number
            sender.send(speech()[number])

    sender.sequence, sender.timestamp = 99, -960
    sender.send(speech()[0])
    await sender.play(speech()[:40], swapped)
    await asyncio.sleep(0.3)
    await ear.unseat()

    heard = list(packets(await ear.listen("prt_1")).values())

    assert heard == [speech()[0], *speech()[:40]]


async def test_a_pause_that_is_not_sent_is_silence(ear: Ear, sender: RtpSender) -> None:
    for epoch in range(1, MOST_TRIES + 1):
        await ear.seat(epoch=epoch)
        sender.longest_pause = 0.0
        await sender.play(speech()[:10])
        sender.skip(0, frames=40)
        await asyncio.sleep(0.8)
        await sender.play(speech()[:10])
        await asyncio.sleep(0.15)
        await ear.unseat(epoch=epoch)
        # Nothing for longer than that is told as a gap, whatever comes behind it.
        if sender.longest_pause < STALL_SAMPLES / RATE:
            break

    heard = await sound_of(ear, epoch)

    assert kinds(heard) == ["AUDIO", "SILENCE", "AUDIO", "END"]
    assert lengths(heard, "SILENCE")[-1] == 0.8


async def test_a_mute_is_marked_while_it_lasts_and_no_loss(ear: Ear, sender: RtpSender) -> None:
    await sender.play(speech()[:10])
    await asyncio.sleep(0.15)
    await ear.set_quiet(True)
    await asyncio.sleep(1.5)
    await eventually(lambda: passed(ear, 1))
    assert (await ear.roster()).connections[0].muted
    await ear.set_quiet(False)
    unheard = sender.skip_to_now() * FRAME_SECONDS
    await sender.play(speech()[:10])
    await asyncio.sleep(0.3)
    await ear.unseat()

    heard = await sound_of(ear)

    assert kinds(heard) == ["AUDIO", "MUTE", "AUDIO", "END"]
    assert sum(lengths(heard, "MUTE")) == pytest.approx(unheard, abs=0.2)
    assert lengths(heard, "AUDIO") == [0.2, 0.2]


async def test_nothing_of_a_muted_person_is_kept(ear: Ear, sender: RtpSender) -> None:
    await ear.set_quiet(True)
    await sender.play(speech()[:30])
    await ear.unseat()

    assert "AUDIO" not in kinds(await sound_of(ear))


async def test_time_goes_on_for_readers_when_nothing_comes_any_more(
    ear: Ear, sender: RtpSender
) -> None:
    await sender.play(speech()[:10])

    await eventually(lambda: passed(ear, 1))
    await ear.unseat()

    heard = await sound_of(ear)
    assert kinds(heard) == ["AUDIO", "GAP", "END"]


async def test_who_comes_back_as_the_same_join_goes_on_behind_one_gap(
    ear: Ear, sender: RtpSender
) -> None:
    await sender.play(speech()[:10])
    await asyncio.sleep(1)
    seat = await ear.seat(77)
    back = RtpSender((seat.host, seat.port), 77)
    await back.play(speech()[:10])
    await asyncio.sleep(0.15)
    back.close()
    await ear.unseat()

    heard = await sound_of(ear)

    assert kinds(heard) == ["AUDIO", "GAP", "AUDIO", "END"]
    away = back.first_at - sender.latest_at
    assert lengths(heard, "GAP")[0] == pytest.approx(away, abs=0.2)


@pytest.mark.parametrize("meanwhile", [1, 0], ids=["at once", "without sound at first"])
async def test_who_was_cut_off_goes_on_behind_one_outage(
    ear: Ear, sender: RtpSender, meanwhile: int
) -> None:
    await sender.play(speech()[:10])
    await ear.seat(meanwhile, anew=True)
    await asyncio.sleep(0.7)
    seat = await ear.seat(77)
    back = RtpSender((seat.host, seat.port), 77)
    await back.play(speech()[:10])
    back.close()
    await ear.unseat()

    heard = await ear.listen("prt_1")

    assert kinds(stretches(heard)) == ["AUDIO", "GAP", "AUDIO", "END"]
    assert [one.marker.outage for one in heard if one.marker.kind == Kind.Value(GAP)] == [True]


async def test_who_was_muted_when_cut_off_has_missed_nothing(ear: Ear, sender: RtpSender) -> None:
    await sender.play(speech()[:10])
    await ear.set_quiet(True)
    await ear.seat(1, anew=True)
    await asyncio.sleep(0.7)
    await ear.set_quiet(False)
    sender.skip(40)
    await sender.play(speech()[:10])
    await ear.unseat()

    assert kinds(await sound_of(ear)) == ["AUDIO", "MUTE", "AUDIO", "END"]


async def test_a_stream_that_counts_anew_stays_where_it_is_heard(
    ear: Ear, sender: RtpSender
) -> None:
    await sender.play(speech()[:20])
    sender.sequence, sender.timestamp = 31_000, 1_234_567
    await sender.play(speech()[:20])
    await asyncio.sleep(0.15)
    await ear.unseat()

    heard = await sound_of(ear)

    sounds = [(start, end) for kind, start, end in heard if kind == "AUDIO"]
    sent = sender.latest_at - sender.first_at + FRAME_SECONDS
    assert sounds[-1][1] - sounds[0][0] == pytest.approx(sent, abs=0.15)
    assert sum(lengths(heard, "AUDIO")) > 0.7


async def test_a_join_with_no_microphone_is_silent(ear: Ear) -> None:
    await ear.seat(0)
    await eventually(lambda: passed(ear, 0.9))
    await ear.unseat()

    assert kinds(await sound_of(ear)) == ["SILENCE", "END"]


async def test_a_newer_join_takes_the_older_ones_place(ear: Ear, sender: RtpSender) -> None:
    await sender.play(speech()[:10])
    await ear.seat(1, epoch=2)
    await sender.play(speech()[:10])
    await asyncio.sleep(0.15)
    await ear.unseat(epoch=2)

    assert kinds(await sound_of(ear, 1)) == ["AUDIO", "END"]
    assert kinds(await sound_of(ear, 2)) == ["AUDIO", "END"]


async def test_an_unknown_ssrc_and_what_is_no_rtp_disturb_nobody(
    ear: Ear, sender: RtpSender
) -> None:
    stranger = RtpSender(sender.address, 666)
    stranger.send(b"never mind")
    stranger.send_raw(b"\xff" * 40)
    stranger.close()
    await sender.play(speech()[:10])
    await asyncio.sleep(0.15)
    await ear.unseat()

    assert list(packets(await ear.listen("prt_1")).values()) == speech()[:10]


async def test_what_cannot_be_seated_is_refused_with_the_remedy(ear: Ear) -> None:
    await ear.seat(1, epoch=2)

    assert await refusal(ear.seat(1, participant_id="prt_2")) is StatusCode.ALREADY_EXISTS
    assert await refusal(ear.seat(9, epoch=1)) is StatusCode.FAILED_PRECONDITION
    assert await refusal(ear.seat(9, epoch=0)) is StatusCode.INVALID_ARGUMENT
    assert await refusal(ear.seat(9, camera_ssrc=9, epoch=2)) is StatusCode.INVALID_ARGUMENT
    assert await refusal(ear.seat(9, participant_id="..")) is StatusCode.INVALID_ARGUMENT
    await ear.unseat(epoch=2)
    await ear.unseat(epoch=2)
    assert await refusal(ear.seat(1, epoch=2)) is StatusCode.FAILED_PRECONDITION
    assert await refusal(ear.set_quiet(True, epoch=2)) is StatusCode.FAILED_PRECONDITION


async def refusal(call: object) -> StatusCode:
    with pytest.raises(aio.AioRpcError) as refused:
        await call  # type: ignore[misc]
    return refused.value.code()
