"""Speech over a network that loses, delays, repeats and goes dark: the time line stays exact."""

import asyncio

import pytest

from tests.support.ear_node import Ear, packets, stretches
from tests.support.relay import Relay, Weather, relaying
from tests.support.rtp import FRAME, RtpSender

FRAMES = 300
STILL_SECONDS = 1.0
MOST_TRIES = 5
RATE = 48_000


def numbered(count: int) -> list[bytes]:
    """Packets that say which one they are, behind the first byte of Opus with 20 ms."""
    return [bytes([0x48]) + number.to_bytes(4, "big") for number in range(count)]


async def sent_through(ear: Ear, weather: Weather, epoch: int) -> tuple[Relay, float]:
    """Send a stream through *weather*; and the longest time in which nothing was sent."""
    seat = await ear.seat(epoch=epoch)
    async with relaying((seat.host, seat.port), weather) as relay:
        sender = RtpSender(relay.address)
        await sender.play(numbered(FRAMES))
        await asyncio.sleep(0.4)
        sender.close()
    await ear.unseat(epoch=epoch)
    return relay, sender.longest_pause


async def played_through(ear: Ear, weather: Weather) -> tuple[Relay, dict[int, int], list[str]]:
    """What is on the track of a stream sent through *weather*: number by sample, and the kinds."""
    for epoch in range(1, MOST_TRIES + 1):
        relay, pause = await sent_through(ear, weather, epoch)
        # A sender that stood still for longer is no bad network.
        if pause < STILL_SECONDS:
            break
    heard = await ear.listen("prt_1", epoch)
    found = {sample: int.from_bytes(packet[1:], "big") for sample, packet in packets(heard).items()}
    return relay, found, [kind for kind, _, _ in stretches(heard)]


def check_time_line(found: dict[int, int]) -> None:
    """Everything lies where it was said: within 1 % of the whole, in order."""
    numbers = [found[sample] for sample in sorted(found)]
    assert numbers == sorted(set(numbers))
    start = min(found) - found[min(found)] * FRAME
    off = [abs(sample - start - number * FRAME) for sample, number in found.items()]
    assert max(off) <= FRAMES * FRAME / 100


@pytest.mark.parametrize("lost", [0.01, 0.05, 0.20])
async def test_what_is_lost_is_a_gap_and_the_rest_lies_where_it_was_said(
    ear: Ear, lost: float
) -> None:
    relay, found, kinds = await played_through(ear, Weather(lost=lost))

    assert relay.dropped
    missing = set(range(FRAMES)) - set(found.values())
    assert missing >= set(relay.dropped)
    # On a machine that is late itself the clock is followed by a packet now and then.
    assert len(missing) <= len(relay.dropped) + FRAMES / 100
    check_time_line(found)
    assert set(kinds) <= {"SILENCE", "AUDIO", "GAP", "END"}
    assert kinds.count("SILENCE") == 1


async def test_what_overtakes_and_comes_twice_is_heard_once_and_in_order(ear: Ear) -> None:
    relay, found, _ = await played_through(ear, Weather(twice=0.1, late=0.2))

    assert relay.passed == FRAMES
    # A busy machine may deliver one later than anybody waits.
    assert len(set(found.values())) >= FRAMES * 0.98
    check_time_line(found)


async def test_everything_at_once_leaves_the_time_line_exact(ear: Ear) -> None:
    weather = Weather(lost=0.05, twice=0.05, late=0.1, blackout=(2.0, 4.0))

    relay, found, _ = await played_through(ear, weather)

    assert len(set(found.values())) >= (FRAMES - len(relay.dropped)) * 0.97
    check_time_line(found)


async def test_two_dark_seconds_are_one_gap(ear: Ear) -> None:
    relay, found, kinds = await played_through(ear, Weather(blackout=(2.0, 4.0)))

    assert kinds == ["SILENCE", "AUDIO", "GAP", "AUDIO", "END"]
    assert relay.dropped == list(range(100, 200))
    check_time_line(found)
