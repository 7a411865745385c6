"""A real Janus and a real ear: browsers are on its tracks, and what it says is heard."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from common import rpc
from convene.session.v1 import ear_pb2 as pb
from convene_cli.loopback import free_port
from session.domain.rooms import MediaUnavailable, Room, Seat
from session.media.janus.plane import JanusPlane
from session.media.node import hearing
from tests.media.conftest import SESSION, a_plane
from tests.media.test_janus_voices import a_voice
from tests.support.ear_node import RATE, SUITE, Ear, ear_settings, stretches
from tests.support.eventually import eventually
from tests.support.janus import a_janus
from tests.support.page import Page, a_page
from tests.support.services import metadata

NOBODY = "127.0.0.1:1"
LISTEN_SECONDS = 10.0


class World:
    """An ear that can be ended and started again at its address, and a plane over it."""

    plane: JanusPlane

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = f"127.0.0.1:{free_port()}"
        self.room = Room(self.address, SESSION, "wsp_1", True)

    @asynccontextmanager
    async def hearing(self) -> AsyncIterator[Ear]:
        settings = ear_settings(self._folder, NOBODY).model_copy(update={"listen": self.address})
        async with hearing(settings), rpc.channel(self.address) as channel:
            yield Ear(channel)

    @asynccontextmanager
    async def page(self, who: str) -> AsyncIterator[Page]:
        async with a_page(await self.plane.connect(self.room, Seat(who, 1, who))) as page:
            await page.publish()
            yield page

    async def here(self) -> set[str]:
        with suppress(MediaUnavailable):
            found = (await self.plane.occupancy(self.room)).connections
            return {one.participant_id for one in found}
        return set()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "spool")
    async with a_janus(tmp_path) as janus, a_plane(janus, world.address) as plane:
        world.plane = plane
        yield world


async def length(ear: Ear, who: str) -> float:
    """Of their track, in seconds."""
    talk = (await ear.talk()).get(who)
    return talk.present_seconds if talk is not None else 0.0


async def sound(ear: Ear, who: str, after: float = 0.0, *, after_mute: bool = False) -> None:
    """Wait until there is sound on their track after so many seconds of it, or after a mute."""
    await eventually(lambda: length(ear, who))
    request = pb.ListenRequest(
        session_id=SESSION, participant_id=who, epoch=1, from_sample=int(after * RATE)
    )
    call = ear.ear.Listen(request, metadata=metadata(SUITE), timeout=LISTEN_SECONDS)
    async for part in call:
        if part.marker.kind == pb.MARKER_KIND_MUTE:
            after_mute = False
        if part.HasField("audio") and not after_mute:
            break
    call.cancel()


async def test_what_is_said_in_a_browser_is_on_its_track(world: World) -> None:
    async with world.hearing() as ear:
        await world.plane.open(world.room)
        async with world.page("prt_ann") as ann:
            await sound(ear, "prt_ann")
            await world.plane.set_muted(world.room, "prt_ann", True)
            muted = await length(ear, "prt_ann")
            await eventually(lambda: is_longer(ear, "prt_ann", muted + 0.5))
            await world.plane.set_muted(world.room, "prt_ann", False)
            await sound(ear, "prt_ann", after_mute=True)
            await ann.peer.leave()
            heard = stretches(await ear.listen("prt_ann"))

    assert heard[-1][0] == "END"


async def is_longer(ear: Ear, who: str, seconds: float) -> bool:
    return await length(ear, who) > seconds


async def test_an_ear_that_was_away_hears_everybody_again(world: World) -> None:
    async with AsyncExitStack() as stack:
        async with world.hearing() as ear:
            await world.plane.open(world.room)
            await stack.enter_async_context(world.page("prt_ann"))
            await sound(ear, "prt_ann")
        async with world.hearing() as ear:
            await eventually(world.here)
            await sound(ear, "prt_ann", await length(ear, "prt_ann"))


async def test_what_a_bot_says_through_the_ear_is_heard_in_a_browser(world: World) -> None:
    async with world.hearing() as ear:
        await world.plane.open(world.room)
        async with world.page("prt_ann") as ann:
            await eventually(world.here)
            await world.plane.voice(world.room, "prt_bot", "Bot")
            await eventually(lambda: ann.offers)

            await ear.speak(list(a_voice(1.0)), "prt_bot")

            await eventually(lambda: ann.loud.get("prt_bot", 0) > 20)
