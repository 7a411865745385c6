"""The same person again: a page that is loaded anew, and somebody who was banned."""

import pytest

from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import signal_pb2 as signal
from tests.component.session.conftest import World
from tests.component.session.test_commands import removed
from tests.component.session.test_joining import a_link, code_in, refusal
from tests.support.eventually import eventually
from tests.support.pages import connected


async def arrival(
    world: World, code: str = "", device: str = "", token: str = ""
) -> pb.ExchangeJoinLinkResponse:
    request = pb.ExchangeJoinLinkRequest(
        code=code or world.code(), name="Ada", device=device, join_token=token
    )
    return await world.stub.ExchangeJoinLink(request)


async def refused_arrival(world: World, **how: str) -> str:
    request = pb.ExchangeJoinLinkRequest(
        code=how.get("code") or world.code(),
        name="Bea",
        device=how.get("device", ""),
        join_token=how.get("token", ""),
    )
    return (await refusal(world.stub.ExchangeJoinLink(request))).reason


async def banned(world: World, code: str = "", device: str = "firefox-1") -> str:
    """The token of somebody who was in and is banned."""
    session = await world.find()
    came = await arrival(world, code, device)
    world.plane.join(session.id, came.participant.id)
    await world.until_participant(session.id, came.participant.id, "CONNECTED")
    order = await removed(world, came.participant.id, ban=True)
    await world.until_settled(order, "APPLIED")
    return came.join_token


async def test_who_is_banned_stays_out_of_the_session_in_the_same_browser(world: World) -> None:
    await world.started()
    personal = code_in(await a_link(world))
    await banned(world)

    assert await refused_arrival(world, device="firefox-1") == "PARTICIPANT_BANNED"
    assert await refused_arrival(world, device="firefox-1", code=personal) == "PARTICIPANT_BANNED"
    assert (await arrival(world, device="firefox-2")).participant.id
    assert (await arrival(world)).participant.id


async def test_a_ban_from_a_browser_keeps_no_host_out(world: World) -> None:
    await world.started()
    await banned(world)

    came = await arrival(world, world.code(role="HOST"), "firefox-1")

    assert came.participant.id


async def test_who_is_banned_stays_out_with_the_old_token_too(world: World) -> None:
    await world.started()
    token = await banned(world, device="")

    assert await refused_arrival(world, token=token) == "PARTICIPANT_BANNED"


async def test_a_place_taken_before_the_ban_in_the_same_browser_is_of_no_use(
    world: World,
) -> None:
    await world.started()
    spare = await arrival(world, device="firefox-1")
    await banned(world)

    async with connected(world.signalling) as page:
        await page.hello(spare.join_token)
        assert (await page.hear("goodbye")).reason == "BANNED"


@pytest.mark.parametrize("shared", [False, True])
async def test_a_page_loaded_again_is_the_same_participant(world: World, shared: bool) -> None:
    session = await world.started()
    code = world.code() if shared else code_in(await a_link(world, single_use=True))
    first = await arrival(world, code)
    async with world.page("", token=first.join_token) as (page, welcome):
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
        await page.say(leave=signal.Leave())
        await page.hear("goodbye")
    await world.until_participant(session.id, welcome.self.id, "LEFT")

    again = await arrival(world, code, token=welcome.join_token)
    async with world.page("", token=again.join_token) as (_, back):
        here = await world.until_participant(session.id, welcome.self.id, "CONNECTED")

    assert back.self.id == again.participant.id == first.participant.id
    assert (here.epoch, len(await world.roster(session.id))) == (2, 1)


async def test_a_link_that_works_once_does_so_for_nobody_else_and_not_after_the_grace(
    world: World,
) -> None:
    session = await world.started()
    code = code_in(await a_link(world, single_use=True))
    first = await arrival(world, code)
    other = await arrival(world)
    async with world.page("", token=first.join_token) as (page, welcome):
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
        await page.say(leave=signal.Leave())
        await page.hear("goodbye")
    await world.until_participant(session.id, welcome.self.id, "LEFT")

    assert await refused_arrival(world, code=code) == "JOIN_LINK_USED"
    assert await refused_arrival(world, code=code, token=other.join_token) == "JOIN_LINK_USED"
    assert await refused_arrival(world, code=code, token="not ours") == "JOIN_LINK_USED"
    await world.pass_time(30)
    assert await refused_arrival(world, code=code, token=welcome.join_token) == "JOIN_LINK_USED"


async def test_who_came_and_left_before_anybody_looked_was_there(world: World) -> None:
    session = await world.started()
    await eventually(lambda: world.plane.rooms[session.id].watchers)
    ada = await world.exchange("Ada")

    # In one breath: no look at the room can fall in between.
    world.plane.join(session.id, ada.id)
    world.plane.drop(session.id, ada.id)
    world.plane.join(session.id, ada.id)
    world.plane.leave(session.id, ada.id)

    gone = await world.until_participant(session.id, ada.id, "LEFT")
    assert gone.epoch == 2
    told = await world.names_told(session.id)
    assert told[2:] == [
        *("ParticipantJoined", "ParticipantJoined", "SessionStarted"),
        *("ParticipantLeft", "SessionIdle"),
    ]
