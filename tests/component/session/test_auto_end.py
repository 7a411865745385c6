"""Ends that nobody asks for: the ledger and the room have to agree, and people may come back."""

from collections.abc import Awaitable, Callable

import pytest

from common import clock
from common.ids import new_id
from common.timers import Timers
from convene.common.v1 import meeting_pb2 as meeting
from convene.session.v1 import session_pb2 as pb
from session.domain.rooms import Connection
from session.domain.sessions import SessionState
from session.service.timing import Timing
from session.store import Store
from tests.component.session.conftest import NODES, Parts, World, leases_of, replica
from tests.support.eventually import eventually


async def fired(parts: Parts, kind: str, seconds: int) -> int:
    """How many timers of *kind* were due after so many seconds, and are fired now."""
    await clock.advance(parts.db, parts.caller, seconds, new_id("tick"))
    store = Store(parts.db)
    timing = Timing(store, parts.plane, NODES, lambda _: None, lambda *_: None)
    timers = Timers(parts.db, timing.firings())
    due = [timer for timer, _ in await timers.lease() if timer.kind == kind]
    for timer in due:
        await timers.fire(timer)
    return len(due)


async def state(parts: Parts, session_id: str) -> SessionState:
    async with Store(parts.db).begin(parts.caller) as tx:
        return (await tx.session(session_id)).state


async def crowd_of(world: World, policy: meeting.Policy) -> tuple[str, str, str]:
    """A session that Ada is in, with a host who was there and left."""
    session = await world.started(policy=policy)
    ada = await world.joined(session, "Ada")
    host = await world.joined(session, "Hedy", "HOST")
    world.plane.leave(session.id, host)
    await world.until_participant(session.id, host, "LEFT")
    return session.id, ada, host


async def everybody_left(world: World) -> tuple[str, str, str]:
    session_id, ada, host = await crowd_of(world, meeting.Policy())
    world.plane.leave(session_id, ada)
    await world.until(session_id, "IDLE")
    return session_id, ada, host


async def alone(world: World) -> tuple[str, str, str]:
    return await crowd_of(world, meeting.Policy(solo_seconds=60))


async def without_host(world: World) -> tuple[str, str, str]:
    return await crowd_of(world, meeting.Policy(host_absent_seconds=60))


Situation = Callable[[World], Awaitable[tuple[str, str, str]]]
SITUATIONS = [("all_left", everybody_left), ("solo", alone), ("host_absent", without_host)]


@pytest.mark.parametrize(("kind", "situation"), SITUATIONS)
async def test_whoever_is_in_the_room_keeps_the_session_though_the_ledger_is_behind(
    parts: Parts, kind: str, situation: Situation
) -> None:
    async with replica(parts, leases_of(parts, "a")) as world:
        session_id, _, host = await situation(world)
        before = await state(parts, session_id)
    # The host is back, and no owner has seen it yet.
    parts.plane.rooms[session_id].connections[host] = Connection(host, 2)

    assert await fired(parts, kind, 61) == 1
    assert await state(parts, session_id) is before
    # Asked again a little later, the room agrees.
    del parts.plane.rooms[session_id].connections[host]
    assert await fired(parts, kind, 6) == 1
    assert await state(parts, session_id) is SessionState.ENDING


@pytest.mark.parametrize(("kind", "situation"), SITUATIONS)
async def test_no_session_ends_for_its_crowd_while_the_node_cannot_be_asked(
    parts: Parts, kind: str, situation: Situation
) -> None:
    async with replica(parts, leases_of(parts, "a")) as world:
        session_id, _, _ = await situation(world)
    parts.plane.silent = True

    assert await fired(parts, kind, 61) == 1
    assert await state(parts, session_id) is not SessionState.ENDING
    parts.plane.silent = False
    assert await fired(parts, kind, 6) == 1
    assert await state(parts, session_id) is SessionState.ENDING


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (meeting.Policy(solo_seconds=60), pb.END_REASON_SOLO),
        (meeting.Policy(host_absent_seconds=60), pb.END_REASON_HOST_ABSENT),
    ],
)
async def test_whoever_comes_back_gives_the_session_its_whole_time_again(
    world: World, policy: meeting.Policy, reason: pb.EndReason
) -> None:
    session_id, _, host = await crowd_of(world, policy)
    await world.pass_time(40)
    world.plane.join(session_id, host)
    await world.until_participant(session_id, host, "CONNECTED")
    await world.pass_time(40)
    world.plane.leave(session_id, host)
    await world.until_participant(session_id, host, "LEFT")

    await world.pass_time(40)
    assert (await world.find(session_id)).state == pb.SESSION_STATE_ACTIVE
    await world.pass_time(30)

    assert (await world.until(session_id, "ENDED")).end_reason == reason


async def test_a_host_whose_connection_is_lost_is_not_absent_yet(world: World) -> None:
    policy = meeting.Policy(host_absent_seconds=60, reconnect_grace_seconds=300)
    session = await world.started(policy=policy)
    host = await world.joined(session, "Hedy", "HOST")
    await world.joined(session, "Ada")
    world.plane.drop(session.id, host)
    await world.until_participant(session.id, host, "RECONNECTING")

    await world.pass_time(120)

    assert (await world.find(session.id)).state == pb.SESSION_STATE_ACTIVE


async def test_a_voice_keeps_nobody_company(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    request = pb.SendPromptRequest(
        meeting_id="mtg_1", session_id="active", kind=pb.PROMPT_KIND_SPOKEN, text="We begin"
    )
    await world.stub.SendPrompt(request, metadata=world.mine)
    await eventually(lambda: world.plane.rooms[session.id].voices)
    (voice,) = world.plane.rooms[session.id].voices
    world.plane.join(session.id, voice)
    await world.until_participant(session.id, voice, "CONNECTED")

    world.plane.leave(session.id, ada)
    await world.until(session.id, "IDLE")
    await world.pass_time(61)

    assert (await world.until(session.id, "ENDED")).end_reason == pb.END_REASON_ALL_LEFT
