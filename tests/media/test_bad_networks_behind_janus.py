"""Speech that a real Janus forwards over a bad network: what the ear keeps, and bots make of it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio
from grpc import aio

from bots.domain.sound import Mark, MarkKind, Sound
from bots.engines.vad import SileroVad
from bots.service.cutting import Cutter, Loss, Speech
from convene.session.v1 import ear_pb2 as pb
from session.domain.rooms import Room
from session.media.janus.videoroom import VOICE_SSRC
from session.media.node import hearing
from tests.media.conftest import SESSION
from tests.support.ear_node import RATE, Ear, Kind, ear_settings, packets
from tests.support.eventually import eventually
from tests.support.held_plane import a_held_plane
from tests.support.janus import a_janus
from tests.support.relay import Relay, Weather, relaying
from tests.support.rtp import FRAME, RtpSender, speech

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "127.0.0.1:1"
FRAMES = 300
WEATHERS = {
    "prt_fine": Weather(),
    "prt_lost_1": Weather(lost=0.01),
    "prt_lost_5": Weather(lost=0.05),
    "prt_lost_20": Weather(lost=0.20),
    "prt_rough": Weather(twice=0.1, late=0.2),
    "prt_dark": Weather(blackout=(2.0, 4.0)),
}


@dataclass(frozen=True)
class Kept:
    """What became of one person's speech: *heard* by the ear, after *relay* had dropped some."""

    relay: Relay
    heard: list[pb.ListenResponse]

    @property
    def places(self) -> dict[int, int]:
        """Where each packet lies, in samples from the first, by its number in the speech."""
        numbers = {payload: number for number, payload in enumerate(speech())}
        found = packets(self.heard)
        return {numbers[payload]: sample - min(found) for sample, payload in found.items()}

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """The stretches that are marked as lost; those that touch as one."""
        found: list[tuple[int, int]] = []
        for one in self.heard:
            if one.marker.kind == Kind.Value("MARKER_KIND_GAP"):
                begins, ends = one.marker.from_sample, one.marker.to_sample
                touches = found and found[-1][1] == begins
                found.append((found.pop()[0] if touches else begins, ends))
        return found

    @property
    def dropped(self) -> int:
        """How many packets between the first and the last that came were dropped on the way."""
        return sum(number < max(self.places) for number in self.relay.dropped)

    @property
    def pieces(self) -> Sequence[Speech | Loss]:
        """What a bot cuts out of it, with the voice detector that bots have."""
        cutter = Cutter(SileroVad(), 0)
        found = [piece for one in self.heard for piece in cutter.take(_part(one))]
        return [piece for piece in found if isinstance(piece, Speech | Loss)]


def _part(told: pb.ListenResponse) -> Sound | Mark:
    if told.HasField("audio"):
        return Sound(told.audio.first_sample, tuple(told.audio.packets))
    marker = told.marker
    kind = MarkKind(Kind.Name(marker.kind).removeprefix("MARKER_KIND_"))
    return Mark(kind, marker.from_sample, marker.to_sample, outage=marker.outage)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kept]:
    """The same speech through every weather at once, Janus before it and the ear behind it."""
    folder = tmp_path_factory.mktemp("weathers")
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        janus = await enter(a_janus(folder))
        address = f"127.0.0.1:{await enter(hearing(ear_settings(folder / 'spool', NOBODY)))}"
        ear = Ear(await enter(aio.insecure_channel(address)))
        plane = await enter(a_held_plane(janus, address))
        room = Room(address, SESSION, "wsp_1", True)
        await plane.open(room)
        relays, senders = {}, []
        for name, weather in WEATHERS.items():
            person = await plane.publisher(room, name)
            relays[name] = await enter(relaying(person.ear, weather))
            await plane.forward(room, person, relays[name].address)
            senders.append(RtpSender(("127.0.0.1", person.port), VOICE_SSRC))
            stack.callback(senders[-1].close)
        await asyncio.gather(*(one.play(speech()[:FRAMES]) for one in senders))
        await eventually(lambda: all(one.passed == FRAMES for one in relays.values()))
        # What is late is on its way for so long.
        await asyncio.sleep(2 * max(one.late_seconds for one in WEATHERS.values()))
        for name in relays:
            await ear.unseat(name)
        return {name: Kept(relay, await ear.listen(name)) for name, relay in relays.items()}


@pytest.mark.parametrize(
    "name", ["prt_fine", "prt_lost_1", "prt_lost_5", "prt_lost_20", "prt_dark"]
)
async def test_what_was_dropped_is_marked_and_the_rest_lies_where_it_was_said(
    kept: dict[str, Kept], name: str
) -> None:
    one = kept[name]

    numbers = set(range(FRAMES)) - set(one.relay.dropped)
    assert one.places == {number: (number - min(numbers)) * FRAME for number in numbers}
    assert sum(ends - begins for begins, ends in one.gaps) == one.dropped * FRAME
    assert bool(one.relay.dropped) is (name != "prt_fine")
    assert one.heard[-1].marker.kind == pb.MARKER_KIND_END


async def test_what_overtakes_or_comes_twice_is_kept_once_and_in_order(
    kept: dict[str, Kept],
) -> None:
    places = kept["prt_rough"].places

    # A busy machine may deliver one later than anybody waits.
    assert len(places) >= FRAMES * 0.98
    assert all(places[number] == (number - min(places)) * FRAME for number in places)


async def test_two_dark_seconds_are_one_gap_for_bots_and_speech_goes_on_behind_it(
    kept: dict[str, Kept],
) -> None:
    dark = kept["prt_dark"]
    (gap,) = dark.gaps

    pieces = dark.pieces

    assert [piece for piece in pieces if isinstance(piece, Loss)] == [Loss(*gap)]
    assert gap[1] - gap[0] == pytest.approx(2 * RATE, abs=RATE / 2)
    assert any(isinstance(piece, Speech) and piece.last_sample > gap[1] for piece in pieces)


@pytest.mark.parametrize(
    ("name", "share"), [("prt_lost_1", 0.98), ("prt_lost_5", 0.95), ("prt_lost_20", 0.8)]
)
async def test_bots_make_up_for_what_is_lost_and_hear_the_speech_as_one(
    kept: dict[str, Kept], name: str, share: float
) -> None:
    whole, pieces = _spoken(kept["prt_fine"].pieces), kept[name].pieces

    assert not [piece for piece in pieces if isinstance(piece, Loss)]
    assert share * whole <= _spoken(pieces) <= 1.05 * whole


def _spoken(pieces: Sequence[Speech | Loss]) -> int:
    """Samples of speech."""
    return sum(one.last_sample - one.first_sample for one in pieces if isinstance(one, Speech))
