"""Sessions from their start to their sealed ledger, over real gRPC and PostgreSQL."""

from functools import partial
from typing import Any

import pytest
from grpc import StatusCode, aio

from common import clock
from common.timers import Timers
from convene.common.v1.meeting_pb2 import BotSpec, Policy
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from session.domain.deadlines import NO_SHOW
from session.domain.rooms import Heard
from session.domain.sessions import SessionState
from session.service.timing import Timing
from session.store import Store
from tests.component.session.conftest import NODES, Parts, World, leases_of, replica
from tests.support.eventually import eventually
from tests.support.services import a_caller, metadata


async def code_of(call: aio.UnaryUnaryCall[Any, Any]) -> StatusCode:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.code()


async def test_a_second_start_answers_the_live_session(world: World) -> None:
    first = await world.start()
    again = await world.start()

    assert again.id == first.id
    waiting = await world.until(first.id, "WAITING")
    assert waiting.policy.no_show_seconds == 300
    assert waiting.test
    assert (await world.names_told(first.id))[:2] == ["SessionStarting", "SessionWaiting"]


async def test_an_ended_session_is_answered_again_and_sealed(world: World) -> None:
    session = await world.started()

    ending = await world.end("enough")
    ended = await world.until(session.id, "ENDED")
    again = await world.end("more")

    assert ending.state == pb.SESSION_STATE_ENDING
    assert (again.id, again.end_text) == (session.id, "enough")
    assert ended.end_reason == pb.END_REASON_API
    assert ended.ended_by.id == world.caller.id
    assert world.plane.closed == [session.id]
    assert (await world.names_told(session.id))[-3:] == [
        "SessionEnding",
        "MetricsSnapshot",
        "SessionEnded",
    ]


async def test_a_meeting_without_a_session_cannot_be_ended(world: World) -> None:
    request = pb.EndSessionRequest(meeting_id="mtg_1")
    refused = world.stub.EndSession(request, metadata=world.mine)
    assert await code_of(refused) is StatusCode.NOT_FOUND


async def test_after_the_end_a_new_session_may_start(world: World) -> None:
    first = await world.started()
    await world.end()
    await world.until(first.id, "ENDED")

    second = await world.start()

    assert second.id != first.id
    request = pb.ListSessionsRequest(meeting_id="mtg_1", page_size=1)
    page = await world.stub.ListSessions(request, metadata=world.mine)
    rest = await world.stub.ListSessions(
        pb.ListSessionsRequest(meeting_id="mtg_1", page_token=page.next_page_token),
        metadata=world.mine,
    )
    assert [one.id for one in (*page.items, *rest.items)] == [second.id, first.id]
    assert rest.next_page_token == ""


async def test_another_workspace_sees_nothing_of_it(world: World) -> None:
    session = await world.started()
    request = pb.GetSessionRequest(meeting_id="mtg_1", session_id=session.id)
    theirs = world.stub.GetSession(request, metadata=metadata(a_caller()))
    assert await code_of(theirs) is StatusCode.NOT_FOUND


async def test_nobody_came(world: World) -> None:
    session = await world.started()
    await world.pass_time(301)
    ended = await world.until(session.id, "ENDED")
    assert ended.end_reason == pb.END_REASON_NO_SHOW


async def test_a_no_show_that_the_room_contradicts_ends_nothing(parts: Parts) -> None:
    async with replica(parts, leases_of(parts, "a")) as one:
        session = await one.started()
        person = await one.exchange("Ada")
    # No owner has seen her yet.
    parts.plane.join(session.id, person.id)
    await clock.advance(parts.db, parts.caller, 301, "tick")
    store = Store(parts.db)
    timers = Timers(
        parts.db, Timing(store, parts.plane, NODES, lambda _: None, lambda *_: None).firings()
    )

    due = [timer for timer, _ in await timers.lease() if timer.kind == NO_SHOW]
    for timer in due:
        await timers.fire(timer)

    assert len(due) == 1
    async with store.begin(parts.caller) as tx:
        assert (await tx.session(session.id)).state is SessionState.WAITING
    again = [timer for timer, _ in await timers.lease(ahead=10) if timer.kind == NO_SHOW]
    assert len(again) == 1


async def test_all_left(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    active = await world.until(session.id, "ACTIVE")

    world.plane.leave(session.id, ada)
    await world.until(session.id, "IDLE")
    await world.pass_time(61)
    ended = await world.until(session.id, "ENDED")

    assert ended.end_reason == pb.END_REASON_ALL_LEFT
    assert active.HasField("start_time")
    names = await world.names_told(session.id)
    assert [name for name in names if name != "ParticipantLeft"] == [
        "SessionStarting",
        "SessionWaiting",
        "ParticipantJoined",
        "SessionStarted",
        "SessionIdle",
        "SessionEnding",
        "MetricsSnapshot",
        "SessionEnded",
    ]


async def test_somebody_who_comes_back_keeps_an_idle_session(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    world.plane.leave(session.id, ada)
    await world.until(session.id, "IDLE")

    world.plane.join(session.id, ada)
    await world.until(session.id, "ACTIVE")
    await world.pass_time(61)

    assert (await world.find(session.id)).state == pb.SESSION_STATE_ACTIVE
    assert "SessionResumed" in await world.names_told(session.id)


async def test_only_bots_are_left(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    bot = await world.exchange("Scribe", world.code(kind="BOT"))
    world.plane.join(session.id, bot.id)
    await world.until_participant(session.id, bot.id, "CONNECTED")

    world.plane.leave(session.id, ada)
    await world.until(session.id, "IDLE")
    await world.pass_time(61)

    ended = await world.until(session.id, "ENDED")
    assert ended.end_reason == pb.END_REASON_BOTS_ONLY


async def test_the_longest_duration_is_warned_of_and_ends_it(world: World) -> None:
    session = await world.started(policy=Policy(max_duration_seconds=120, no_show_seconds=600))
    await world.joined(session, "Ada")

    await world.pass_time(61)
    await eventually(lambda: told(world, session, facts.SessionEndingSoon))
    await world.pass_time(60)
    ended = await world.until(session.id, "ENDED")

    warned = [
        one for one in await world.told(session.id) if isinstance(one, facts.SessionEndingSoon)
    ]
    assert [one.remaining_seconds for one in warned] == [60]
    assert ended.end_reason == pb.END_REASON_MAX_DURATION


async def told(world: World, session: pb.Session, kind: type) -> bool:
    return any(isinstance(one, kind) for one in await world.told(session.id))


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (Policy(solo_seconds=30), pb.END_REASON_SOLO),
        (Policy(host_absent_seconds=30), pb.END_REASON_HOST_ABSENT),
    ],
)
async def test_a_crowd_that_the_policy_does_not_want_ends_it(
    world: World, policy: Policy, reason: pb.EndReason
) -> None:
    session = await world.started(policy=policy)
    await world.joined(session, "Ada")
    await world.pass_time(31)
    assert (await world.until(session.id, "ENDED")).end_reason == reason


async def test_a_host_who_is_there_keeps_it(world: World) -> None:
    session = await world.started(policy=Policy(host_absent_seconds=30))
    await world.joined(session, "Ada")
    await world.joined(session, "Bo", role="HOST")
    await world.pass_time(31)

    await world.end()
    ended = await world.until(session.id, "ENDED")
    assert ended.end_reason == pb.END_REASON_API
    assert ended.host_present


async def test_an_ending_session_waits_for_its_bots(world: World) -> None:
    session = await world.started(bots=[BotSpec(kind="transcriber")])
    await world.end()
    await eventually(lambda: world.plane.closed)
    assert (await world.find(session.id)).state == pb.SESSION_STATE_ENDING

    await world.sessions.crew_flushed(world.caller, session.id)

    await world.until(session.id, "ENDED")


async def test_a_closed_room_is_watched_no_longer(world: World) -> None:
    bots, hasty = [BotSpec(kind="transcriber")], Policy(drain_seconds=3)
    session = await world.started(bots=bots, policy=hasty)
    await eventually(lambda: world.plane.rooms[session.id].watchers)
    await world.end()

    # Draining takes longer than a watch that ended waits before the next.
    await world.until(session.id, "ENDED")

    assert world.plane.watched == [session.id]


async def test_bots_that_never_finish_are_waited_for_no_longer_than_the_drain(
    world: World,
) -> None:
    session = await world.started(bots=[BotSpec(kind="transcriber")])
    await world.end()
    await eventually(lambda: world.plane.closed)
    await world.pass_time(31)
    await world.until(session.id, "ENDED")


async def test_a_start_while_the_last_session_ends_is_told_to_come_back(world: World) -> None:
    await world.started(bots=[BotSpec(kind="transcriber")])
    await world.end()
    with pytest.raises(aio.AioRpcError) as refused:
        await world.start()
    assert refused.value.code() is StatusCode.FAILED_PRECONDITION


async def test_a_room_that_never_opens_fails_after_three_nodes(world: World) -> None:
    world.plane.silent = True
    session = await world.start()
    for attempt in range(1, 4):
        await eventually(partial(tried, world, attempt))
        await world.pass_time(11)

    await world.until(session.id, "FAILED")
    assert set(world.plane.opened_on) == set(NODES)
    assert (await world.names_told(session.id))[-1] == "SessionFailed"


def tried(world: World, nodes: int) -> bool:
    return len(set(world.plane.opened_on)) == nodes


async def test_the_ledger_has_everybodys_presence_and_speech(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    bo = await world.joined(session, "Bo")
    world.plane.leave(session.id, bo)
    await world.until_participant(session.id, bo, "LEFT")
    request = pb.GetLedgerRequest(session_id=session.id)
    early = world.stub.GetLedger(request, metadata=world.mine)
    assert await code_of(early) is StatusCode.FAILED_PRECONDITION

    world.plane.spoken = {ada: Heard(21.5, 3600.0)}
    await world.end()
    ended = await world.until(session.id, "ENDED")
    ledger = await world.stub.GetLedger(request, metadata=world.mine)

    assert ledger.meeting_title == "Kick-off"
    by_name = {one.name: one for one in ledger.participants}
    assert by_name["Ada"].speaking_seconds == 21.5
    # Bo's presence is the clock's: nothing longer was heard of them.
    assert by_name["Ada"].present_seconds == 3600
    assert by_name["Bo"].present_seconds < 60
    assert by_name["Ada"].intervals[0].left == ended.end_time
    assert by_name["Bo"].intervals[0].left.ToDatetime() < ended.end_time.ToDatetime()
    assert {one.state for one in ledger.participants} == {pb.PARTICIPANT_STATE_LEFT}
