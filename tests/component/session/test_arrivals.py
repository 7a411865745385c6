"""Coming in without a device, late, or never: everybody is awaited, and nobody for ever."""

import asyncio
from contextlib import suppress
from datetime import datetime

from convene.common.v1.meeting_pb2 import Policy
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import signal_pb2 as signal
from tests.component.session.conftest import World
from tests.component.session.test_lobby import knock
from tests.support.eventually import eventually
from tests.support.pages import Page, connected

# More than the third of the patience after which the deadline is put off.
STEP_SECONDS = 25
LISTENING = signal.SetMedia(muted=True, listening=True)


async def deadline(world: World) -> datetime:
    """Until when the one who is to come is awaited."""
    async with world.db.begin_system() as connection:
        rows = await connection.execute("select due_at from timers where kind = 'abort'", {})
    found: datetime = rows.scalar_one()
    return found


async def until_put_off(world: World, was: datetime) -> None:
    """Have time pass until the deadline is another one; never so much that it is reached."""

    async def put_off() -> bool:
        return await deadline(world) > was

    # The first step may be over before the page is counted from.
    await world.pass_time(STEP_SECONDS)
    with suppress(AssertionError):
        await eventually(put_off, 2.5)
        return
    await world.pass_time(STEP_SECONDS)
    await eventually(put_off)


async def until_given_up(world: World, page: Page, seconds: int) -> signal.Goodbye:
    """What *page* is told when time, passing by so many *seconds*, has become too long."""
    hearing = asyncio.create_task(page.hear("goodbye"))
    while not hearing.done():
        await world.pass_time(seconds)
        await asyncio.wait([hearing], timeout=0.3)
    goodbye: signal.Goodbye = await hearing
    return goodbye


async def reasons(world: World, session: pb.Session) -> list[str]:
    told = await world.told(session.id)
    return [one.reason for one in told if isinstance(one, facts.ParticipantAborted)]


async def test_who_has_no_device_is_in_as_long_as_their_page_is_there(world: World) -> None:
    world.plane.carries = False
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        await page.say(set_media=LISTENING)
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
        await world.until(session.id, "ACTIVE")
        page.lose()
        await world.until_participant(session.id, welcome.self.id, "RECONNECTING")
        async with world.page("", token=welcome.join_token) as (again, _):
            await again.say(set_media=LISTENING)
            here = await world.until_participant(session.id, welcome.self.id, "CONNECTED")
    assert here.epoch == 1


async def test_a_page_that_says_nothing_of_its_devices_counts_by_its_media_alone(
    world: World,
) -> None:
    world.plane.carries = False
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        await page.say(set_media=signal.SetMedia())
        await page.say(ping=signal.Ping())
        await page.hear("pong")
        await world.until_participant(session.id, welcome.self.id, "JOINING")


async def test_whose_page_is_there_is_awaited_longer(world: World) -> None:
    world.plane.carries = False
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        due = await deadline(world)
        await until_put_off(world, due)
        await world.pass_time(40)
        await page.say(set_media=LISTENING)
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
    assert await reasons(world, session) == []


async def test_whose_media_never_flows_is_told_what_to_do(world: World) -> None:
    world.plane.carries = False
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        goodbye = await until_given_up(world, page, 59)
        await world.until_participant(session.id, welcome.self.id, "ABORTED")

    assert goodbye.reason == "NO_MEDIA"
    assert "network" in goodbye.text
    assert await reasons(world, session) == ["NO_MEDIA"]


async def test_who_is_not_let_in_is_not_left_waiting_for_ever(world: World) -> None:
    session = await world.started(policy=Policy(lobby=True, no_show_seconds=86_400))
    async with connected(world.signalling) as page:
        due = await deadline_after_knocking(world, page)
        await until_put_off(world, due)

        goodbye = await until_given_up(world, page, 400)

    assert goodbye.reason == "NOT_ADMITTED"
    assert await reasons(world, session) == ["NOT_ADMITTED"]


async def deadline_after_knocking(world: World, page: Page) -> datetime:
    await knock(world, page)
    return await deadline(world)
