"""Prompts: kept, announced to whom they are for, and said aloud by the session's voice."""

from typing import Any

import pytest
from grpc import StatusCode, aio

from convene.common.v1 import meeting_pb2 as meeting
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from session.domain.rooms import node_for
from tests.component.session.conftest import NODES, World
from tests.component.session.test_control import applied, refused


async def sent(world: World, session: pb.Session) -> list[facts.PromptSent]:
    return [one for one in await world.told(session.id) if isinstance(one, facts.PromptSent)]


async def test_a_prompt_is_chat_for_everybody_where_nothing_else_is_said(world: World) -> None:
    session = await world.started()

    receipt = await applied(world, "SendPrompt", text="Hello, all", reference="mine")

    (told,) = await sent(world, session)
    assert receipt.text == told.prompt.text == told.text == "Hello, all"
    assert told.prompt.kind == pb.PROMPT_KIND_CHAT
    assert told.prompt.id.startswith("pmt_")
    assert (told.prompt.to_role, told.prompt.to_participant_id) == (0, "")
    assert told.voice_participant_id == ""
    assert (told.reference, told.from_role) == ("mine", meeting.ROLE_UNSPECIFIED)


async def test_a_notice_may_be_for_one_role(world: World) -> None:
    session = await world.started()

    await applied(
        world,
        "SendPrompt",
        text="5 min left",
        kind=pb.PROMPT_KIND_SYSTEM,
        to_role=meeting.ROLE_HOST,
    )

    (told,) = await sent(world, session)
    assert told.prompt.kind == pb.PROMPT_KIND_SYSTEM
    assert told.prompt.to_role == meeting.ROLE_HOST


async def test_a_prompt_for_one_needs_them_to_be_there(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    await applied(world, "SendPrompt", text="Psst", to_participant_id=ada)
    world.plane.leave(session.id, ada)
    await world.until_participant(session.id, ada, "LEFT")

    reason = await refused(world, "SendPrompt", text="Psst", to_participant_id=ada)

    assert reason == "PARTICIPANT_GONE"
    assert [one.prompt.to_participant_id for one in await sent(world, session)] == [ada]


async def test_a_prompt_for_nobody_known_is_not_found(world: World) -> None:
    await world.started()
    request = pb.SendPromptRequest(
        meeting_id="mtg_1", session_id="active", text="Psst", to_participant_id="prt_nobody"
    )
    with pytest.raises(aio.AioRpcError) as unknown:
        await world.stub.SendPrompt(request, metadata=world.mine)
    assert unknown.value.code() is StatusCode.NOT_FOUND


async def test_what_is_spoken_is_said_by_one_voice_that_does_not_count(world: World) -> None:
    session = await world.started()
    spoken: dict[str, Any] = {"kind": pb.PROMPT_KIND_SPOKEN}

    await applied(world, "SendPrompt", text="Please take your seats", **spoken)
    await applied(world, "SendPrompt", text="We begin", **spoken)

    (voice,) = await world.roster(session.id)
    assert (voice.name, voice.kind) == ("Convene", pb.PARTICIPANT_KIND_BOT)
    assert world.plane.rooms[session.id].voices == {voice.id: "Convene"}
    told = await sent(world, session)
    assert [one.text for one in told] == ["Please take your seats", "We begin"]
    assert {(one.voice_participant_id, one.ear_address) for one in told} == {
        (voice.id, node_for(session.id, NODES, 0))
    }
    assert (await world.find()).state == pb.SESSION_STATE_WAITING
