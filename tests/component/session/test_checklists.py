"""A meeting's checklist: written and ticked before or in its session, which it may end."""

from typing import Any

import pytest
from grpc import StatusCode, aio

from common import outbox
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from tests.component.session.conftest import World


async def put(
    world: World, item: str, meeting_id: str = "mtg_1", **fields: Any
) -> pb.ChecklistItem:
    request = pb.PutChecklistItemRequest(meeting_id=meeting_id, item=item, **fields)
    return (await world.stub.PutChecklistItem(request, metadata=world.mine)).item


async def listed(world: World) -> pb.ListChecklistResponse:
    request = pb.ListChecklistRequest(meeting_id="mtg_1")
    return await world.stub.ListChecklist(request, metadata=world.mine)


async def test_a_checklist_is_written_before_the_session(world: World) -> None:
    await put(world, "budget", text="Agree on the budget", ends_session=True)
    await put(world, "date", text="Set a date")
    await put(world, "budget", completed=True)

    found = await listed(world)

    assert found.ends_session
    assert [(one.id, one.text, one.completed) for one in found.items] == [
        ("budget", "Agree on the budget", True),
        ("date", "Set a date", False),
    ]
    assert found.items[0].actor.id == world.caller.id
    assert found.items[0].HasField("complete_time")
    kept, _ = await outbox.facts_of(world.db, "mtg_1", 1, 10)
    assert [one.message.rsplit(".", 1)[1] for one in kept] == ["ChecklistItemCompleted"]


async def test_a_new_item_needs_a_text(world: World) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await put(world, "budget", completed=True)
    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
    assert "text" in (refused.value.details() or "")


async def test_a_checklist_needs_a_meeting(world: World) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await put(world, "budget", meeting_id="mtg_unknown", text="Agree on the budget")
    assert refused.value.code() is StatusCode.NOT_FOUND


async def test_an_item_is_unticked(world: World) -> None:
    await put(world, "budget", text="Agree on the budget", completed=True)
    item = await put(world, "budget")
    assert not item.completed
    assert not item.HasField("actor")


async def test_the_last_item_ends_the_session_where_the_checklist_says_so(world: World) -> None:
    session = await world.started()
    await put(world, "budget", text="Agree on the budget", ends_session=True)
    await put(world, "date", text="Set a date")
    await put(world, "date", completed=True)
    assert (await world.find()).state == pb.SESSION_STATE_WAITING

    await put(world, "budget", completed=True)

    ended = await world.until(session.id, "ENDED")
    assert ended.end_reason == pb.END_REASON_TRIGGER
    assert ended.ended_by.id == world.caller.id
    told = await world.told(session.id)
    items = [one.item.id for one in told if isinstance(one, facts.ChecklistItemCompleted)]
    assert items == ["date", "budget"]
    (done,) = [one for one in told if isinstance(one, facts.ChecklistCompleted)]
    assert (done.session_id, done.ends_session) == (session.id, True)


async def test_a_completed_checklist_ends_nothing_unless_it_says_so(world: World) -> None:
    session = await world.started()
    await put(world, "budget", text="Agree on the budget", completed=True)
    await put(world, "budget", completed=True)

    told = await world.names_told(session.id)

    assert told.count("ChecklistItemCompleted") == told.count("ChecklistCompleted") == 1
    assert (await world.find()).state == pb.SESSION_STATE_WAITING
