"""Commands: a receipt at once, an effect by the owner, a reason where there is none."""

from typing import Any

import pytest
from grpc import StatusCode, aio

from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from tests.component.session.conftest import World
from tests.support.eventually import eventually


async def muted(world: World, participant_id: str) -> pb.Command:
    request = pb.MuteParticipantRequest(
        meeting_id="mtg_1", session_id="active", participant_id=participant_id, reason="noise"
    )
    return (await world.stub.MuteParticipant(request, metadata=world.mine)).command


async def removed(world: World, participant_id: str, ban: bool = False) -> pb.Command:
    request = pb.RemoveParticipantRequest(
        meeting_id="mtg_1", session_id="active", participant_id=participant_id, ban=ban
    )
    return (await world.stub.RemoveParticipant(request, metadata=world.mine)).command


async def code_of(call: aio.UnaryUnaryCall[Any, Any]) -> StatusCode:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.code()


async def test_a_mute_is_accepted_then_applied(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")

    accepted = await muted(world, ada)
    applied = await world.until_settled(accepted, "APPLIED")

    assert accepted.state == pb.COMMAND_STATE_ACCEPTED
    assert applied.HasField("settle_time")
    assert (await world.roster(session.id))[0].muted
    assert world.plane.rooms[session.id].connections[ada].muted
    told = [one for one in await world.told(session.id) if isinstance(one, facts.ParticipantMuted)]
    assert [(one.participant_id, one.reason) for one in told] == [(ada, "noise")]


async def test_whoever_is_not_connected_cannot_be_muted(world: World) -> None:
    await world.started()
    person = await world.exchange("Ada")
    refused = await world.until_settled(await muted(world, person.id), "REFUSED")
    assert refused.reason == "PARTICIPANT_NOT_CONNECTED"


async def test_a_removed_person_is_cut_and_may_come_again(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")

    await world.until_settled(await removed(world, ada), "APPLIED")

    await world.until_participant(session.id, ada, "REMOVED")
    assert world.plane.rooms[session.id].connections == {}
    assert "ParticipantRemoved" in await world.names_told(session.id)
    await world.until(session.id, "IDLE")
    assert await world.joined(session, "Ada")


async def test_a_banned_person_stays_out_with_an_old_token_too(world: World) -> None:
    session = await world.started()
    request = pb.CreateJoinLinkRequest(meeting_id="mtg_1", name="Ada")
    link = (await world.stub.CreateJoinLink(request, metadata=world.mine)).join_link
    code = link.url.rsplit("/", 1)[1]
    ada = (await world.exchange("Ada", code)).id
    world.plane.join(session.id, ada)
    await world.until_participant(session.id, ada, "CONNECTED")

    await world.until_settled(await removed(world, ada, ban=True), "APPLIED")
    world.plane.join(session.id, ada)

    await eventually(lambda: not world.plane.rooms[session.id].connections)
    assert (await world.roster(session.id))[0].state == pb.PARTICIPANT_STATE_REMOVED
    again = world.stub.ExchangeJoinLink(pb.ExchangeJoinLinkRequest(code=code))
    assert await code_of(again) is StatusCode.PERMISSION_DENIED


async def test_whoever_has_left_cannot_be_removed(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    world.plane.leave(session.id, ada)
    await world.until_participant(session.id, ada, "LEFT")

    refused = await world.until_settled(await removed(world, ada), "REFUSED")
    assert refused.reason == "PARTICIPANT_GONE"


async def test_a_command_to_nobody_is_not_found(world: World) -> None:
    await world.started()
    request = pb.MuteParticipantRequest(
        meeting_id="mtg_1", session_id="active", participant_id="prt_nobody"
    )
    refused = world.stub.MuteParticipant(request, metadata=world.mine)
    assert await code_of(refused) is StatusCode.NOT_FOUND


async def test_an_ended_session_takes_no_commands(world: World) -> None:
    session = await world.started()
    await world.end()
    await world.until(session.id, "ENDED")
    request = pb.LockSessionRequest(meeting_id="mtg_1", session_id=session.id)
    refused = world.stub.LockSession(request, metadata=world.mine)
    assert await code_of(refused) is StatusCode.FAILED_PRECONDITION


async def test_a_command_that_comes_too_late_is_refused_at_the_end(world: World) -> None:
    world.plane.silent = True
    session = await world.start()
    request = pb.LockSessionRequest(meeting_id="mtg_1", session_id=session.id)
    accepted = (await world.stub.LockSession(request, metadata=world.mine)).command
    await world.end()
    world.plane.silent = False
    await world.until(session.id, "ENDED")

    settled = await world.until_settled(accepted, "REFUSED")
    # Which of the two depends on whether the owner still looked at it while the session ended.
    assert settled.reason in {"SESSION_ENDED", "SESSION_NOT_LIVE"}


async def test_commands_are_listed_newest_first_with_who_gave_them(world: World) -> None:
    session = await world.started()
    lock = pb.LockSessionRequest(meeting_id="mtg_1", session_id=session.id)
    locked = (await world.stub.LockSession(lock, metadata=world.mine)).command
    await world.until_settled(locked, "APPLIED")
    await world.end("enough")

    request = pb.ListCommandsRequest(meeting_id="mtg_1", session_id=session.id)
    listed = (await world.stub.ListCommands(request, metadata=world.mine)).items
    assert [one.verb for one in listed] == ["end", "lock"]
    assert {one.actor.id for one in listed} == {world.caller.id}
