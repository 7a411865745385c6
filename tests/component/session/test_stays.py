"""A stay outlives its connections: lost ones, replaced ones, lost media, lost nodes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from convene.common.v1.meeting_pb2 import Policy
from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import signal_pb2 as signal
from convene_cli.loopback import free_port
from session.domain.rooms import Offered
from session.service.charge import Waits
from tests.component.session.conftest import NODES, Parts, World, leases_of, replica
from tests.support.eventually import eventually
from tests.support.pages import Page, connected
from tests.support.sessions import NODE, FakePeer

IMPATIENT = Waits(look_seconds=0.05, move_seconds=0.3, give_up_seconds=0.3)
# An owner that does not look by itself for longer than anybody waits in a test.
SLEEPY = Waits(look_seconds=600)


def peer_of(world: World, welcome: signal.Welcome) -> FakePeer:
    return world.plane.rooms[welcome.session.id].peers[welcome.self.id]


async def connected_as(world: World, welcome: signal.Welcome) -> pb.Participant:
    return await world.until_participant(welcome.session.id, welcome.self.id, "CONNECTED")


async def publish(page: Page) -> None:
    await page.say(publish=signal.Publish(sdp="offer"))
    await page.hear("published")


async def test_a_lost_connection_that_comes_back_goes_on_where_it_was(world: World) -> None:
    await world.started()
    async with world.page("Ada") as (page, welcome):
        await connected_as(world, welcome)
        await publish(page)
        peer = peer_of(world, welcome)
        page.lose()
        async with world.page("", token=welcome.join_token) as (again, back):
            peer.happen(Offered("more", []))
            assert (await again.hear("offer")).sdp == "more"
            here = await connected_as(world, welcome)

    assert back.resumed
    assert (back.self.id, here.epoch) == (welcome.self.id, 1)
    assert peer_of(world, welcome) is peer


async def test_a_page_that_lost_its_media_too_gets_new_media_as_the_same_join(
    world: World,
) -> None:
    await world.started()
    async with world.page("Ada") as (page, welcome):
        await publish(page)
        was = peer_of(world, welcome)
        page.lose()
        async with connected(world.signalling) as again:
            await again.say(hello=signal.Hello(join_token=welcome.join_token, fresh=True))
            back = await again.hear("welcome")
            await publish(again)

    assert not back.resumed
    assert was.published == peer_of(world, welcome).published == [("offer", {})]
    assert peer_of(world, welcome) is not was
    assert peer_of(world, welcome).seat.epoch == 1


async def test_what_was_offered_meanwhile_is_offered_again(world: World) -> None:
    await world.started()
    async with world.page("Ada") as (page, welcome):
        page.lose()
        peer_of(world, welcome).happen(Offered("while away", []))
        await eventually(lambda: peer_of(world, welcome).was_heard)
        async with world.page("", token=welcome.join_token) as (again, _):
            assert (await again.hear("offer")).sdp == "while away"


async def test_who_does_not_come_back_within_the_grace_has_left(world: World) -> None:
    session = await world.started(policy=Policy(reconnect_grace_seconds=0))
    async with world.page("Ada") as (page, welcome):
        await connected_as(world, welcome)
        page.lose()
        await world.until_participant(session.id, welcome.self.id, "LEFT")

    async with world.page("", token=welcome.join_token) as (_, back):
        here = await connected_as(world, back)
    assert not back.resumed
    assert here.epoch == 2


async def test_the_same_person_from_elsewhere_takes_the_place_of_the_first(world: World) -> None:
    session = await world.started()
    request = pb.CreateJoinLinkRequest(meeting_id="mtg_1", name="Ada")
    link = (await world.stub.CreateJoinLink(request, metadata=world.mine)).join_link
    code = link.url.rsplit("/", 1)[1]
    async with (
        world.page("Ada", token=await world.token("Ada", code)) as (first, welcome),
        world.page("Ada", token=await world.token("Ada", code)) as (_, other),
    ):
        assert (await first.hear("goodbye")).reason == "REPLACED"
        await first.end()

        async def joined_anew() -> bool:
            return (await connected_as(world, other)).epoch == 2

        await eventually(joined_anew)
        assert other.self.id == welcome.self.id
        # The first one's end, heard late, is none of the second one's business.
        assert peer_of(world, other).seat.epoch == 2
        assert list(world.plane.rooms[session.id].connections) == [other.self.id]


async def test_lost_media_comes_back_as_the_same_join_without_a_word_of_the_page(
    world: World,
) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        await connected_as(world, welcome)
        world.plane.crash(session.id)
        await page.hear("rejoin")
        await page.say(publish=signal.Publish(sdp="anew"))
        assert (await page.hear("published")).sdp == "answer to anew"
        assert peer_of(world, welcome).seat.epoch == 1


async def test_a_node_that_is_silent_for_a_moment_is_waited_for(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        node, peer = world.plane.rooms[session.id].node, peer_of(world, welcome)
        world.plane.dead.add(node)
        await page.say(publish=signal.Publish(sdp="into the void"))
        await eventually(lambda: peer.asked)
        world.plane.dead.clear()
        await page.hear("rejoin")
        assert world.plane.rooms[session.id].node == node
        assert peer_of(world, welcome).seat.epoch == 1


@asynccontextmanager
async def an_impatient_world(parts: Parts, *nodes: str) -> AsyncIterator[World]:
    async with replica(parts, leases_of(parts, "a"), nodes or NODES, waits=IMPATIENT) as world:
        yield world


async def test_a_dead_node_s_session_goes_to_another_node_and_its_people_follow(
    parts: Parts,
) -> None:
    async with an_impatient_world(parts) as world:
        session = await world.started()
        async with world.page("Ada") as (page, welcome):
            await connected_as(world, welcome)
            dead = world.plane.rooms[session.id].node
            world.plane.dead.add(dead)

            await page.hear("rejoin")
            await page.say(publish=signal.Publish(sdp="there"))
            await page.hear("published")

            assert world.plane.rooms[session.id].node != dead
            assert peer_of(world, welcome).seat.epoch == 2

            async def joined_anew() -> bool:
                return (await connected_as(world, welcome)).epoch == 2

            await eventually(joined_anew)
        assert (await world.find(session.id)).state == pb.SESSION_STATE_ACTIVE


async def test_without_a_node_that_answers_the_session_ends(parts: Parts) -> None:
    async with an_impatient_world(parts, NODE) as world:
        session = await world.started()
        async with world.page("Ada") as (page, _):
            world.plane.silent = True
            assert (await page.hear("goodbye")).reason == "ENDED"
        assert (await world.find(session.id)).end_reason == pb.END_REASON_MEDIA_FAILURE
        world.plane.silent = False


@asynccontextmanager
async def two_replicas(
    parts: Parts, waits: Waits | None = None
) -> AsyncIterator[tuple[World, World]]:
    """The first owns what there is; the second can be reached, too."""
    async with AsyncExitStack() as stack:
        worlds = []
        for name in ("a", "b"):
            listen = f"127.0.0.1:{free_port()}"
            leases = leases_of(parts, name, listen)
            worlds.append(
                await stack.enter_async_context(replica(parts, leases, listen=listen, waits=waits))
            )
            if name == "a":
                await worlds[0].started()
        yield worlds[0], worlds[1]


async def test_any_replica_takes_the_connection_and_pipes_it_to_the_owner(parts: Parts) -> None:
    async with (
        two_replicas(parts) as (one, other),
        other.page("Ada") as (ada, _),
        one.page("Bo") as (bo, _),
    ):
        await ada.say(chat=signal.Chat(text="from afar"))
        assert (await bo.hear("prompt")).text == "from afar"
        await ada.say(publish=signal.Publish(sdp="offer"))
        assert (await ada.hear("published")).sdp == "answer to offer"
        await ada.say(leave=signal.Leave())
        assert (await ada.hear("goodbye")).reason == "LEFT"
        await ada.end()


async def test_a_command_given_to_any_replica_wakes_the_owner(parts: Parts) -> None:
    async with two_replicas(parts, SLEEPY) as (one, other), one.page("Ada") as (page, welcome):
        await connected_as(one, welcome)
        request = pb.MuteParticipantRequest(
            meeting_id="mtg_1", session_id="active", participant_id=welcome.self.id
        )
        await other.stub.MuteParticipant(request, metadata=other.mine)
        # Long before it would look by itself.
        await page.until("participant", participant__muted=True)


async def test_a_page_whose_owner_stops_is_told_to_come_again_and_does(parts: Parts) -> None:
    listen = f"127.0.0.1:{free_port()}"
    async with AsyncExitStack() as stack:
        owner = AsyncExitStack()
        one = await owner.enter_async_context(replica(parts, leases_of(parts, "a")))
        await one.started()
        other = await stack.enter_async_context(
            replica(parts, leases_of(parts, "b", listen), listen=listen)
        )
        parts.plane.adopts = True
        async with one.page("Ada") as (page, welcome):
            await publish(page)
            await connected_as(one, welcome)
            await owner.aclose()
        async with connected(other.signalling) as page:
            await page.hello(welcome.join_token)
            back = await page.hear("welcome")
            here = await connected_as(other, back)
    assert back.resumed
    assert here.epoch == 1
