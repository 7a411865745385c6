"""The live feed: the log after a sequence, then what happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from grpc import StatusCode, aio

from common import bus
from common.jsonshape import to_json
from common.principal import Principal
from common.receiver import Receiver
from convene.bots.v1.bots_pb2 import Segment
from convene.bots.v1.events_pb2 import LivePartial, TranscriptSegment
from convene.gateway.v1 import webhooks_pb2 as pb
from convene.session.v1.events_pb2 import SessionWaiting
from convene_cli.nats import NatsServer
from tests.support.eventually import CEILING_SECONDS, eventually
from tests.support.gateway import NO_MEETING, Core, a_core
from tests.support.services import a_caller, metadata

WAITING = SessionWaiting(session_id="ses_1")
WHERE = {"meeting": "mtg_1", "session": "ses_1"}


def watch(core: Core, caller: Principal, after: int = 0, meeting: str = "mtg_1") -> Any:
    return core.webhooks.WatchEvents(
        pb.WatchEventsRequest(meeting_id=meeting, after_sequence=after),
        metadata=metadata(caller),
        timeout=2 * CEILING_SECONDS,
    )


async def read(call: Any, count: int) -> list[pb.PublicEvent]:
    async with asyncio.timeout(CEILING_SECONDS):
        return [(await call.read()).event for _ in range(count)]


async def hear(core: Core, caller: Principal, times: int = 1) -> None:
    for _ in range(times):
        await core.hears("session", WAITING, caller, **WHERE)


@asynccontextmanager
async def another_replica(
    core: Core, nats_server: NatsServer, guarded: Receiver
) -> AsyncIterator[Core]:
    async with (
        bus.connected(nats_server.url, "other") as nats,
        a_core(core.db, nats, guarded, {}) as other,
    ):
        yield other


async def test_a_watcher_reads_the_log_and_then_what_happens(core: Core) -> None:
    caller = a_caller()
    await hear(core, caller, 3)
    call = watch(core, caller)

    before = await read(call, 3)
    await hear(core, caller, 2)
    after = await read(call, 2)

    assert [event.sequence for event in [*before, *after]] == [1, 2, 3, 4, 5]
    assert after[0].type == "session.waiting"
    assert after[0].data["session_id"] == "ses_1"
    call.cancel()


async def test_who_asks_for_what_comes_now_is_spared_what_was(core: Core) -> None:
    caller = a_caller()
    await hear(core, caller, 3)
    call = core.webhooks.WatchEvents(
        pb.WatchEventsRequest(meeting_id="mtg_1", from_now=True),
        metadata=metadata(caller),
        timeout=2 * CEILING_SECONDS,
    )
    await call.initial_metadata()

    await hear(core, caller)

    assert [event.sequence for event in await read(call, 1)] == [4]
    call.cancel()


async def test_resuming_while_events_come_in_has_no_gap_and_no_duplicate(
    core: Core, nats_server: NatsServer, guarded: Receiver
) -> None:
    caller = a_caller()
    seen: list[int] = []
    async with another_replica(core, nats_server, guarded) as other:
        writing = asyncio.create_task(hear(core, caller, 60))
        for turn in range(6):
            call = watch(other if turn % 2 else core, caller, after=seen[-1] if seen else 0)
            seen += [event.sequence for event in await read(call, 10)]
            call.cancel()
        await writing

    assert seen == list(range(1, 61))


async def test_what_another_replica_records_is_seen(
    core: Core, nats_server: NatsServer, guarded: Receiver
) -> None:
    caller = a_caller()
    async with another_replica(core, nats_server, guarded) as other:
        call = watch(other, caller)
        await call.initial_metadata()

        await hear(core, caller)

        assert [event.sequence for event in await read(call, 1)] == [1]
        call.cancel()


async def test_partial_words_pass_by_without_a_sequence(core: Core) -> None:
    caller = a_caller()
    call = watch(core, caller)
    await call.initial_metadata()
    await core.nats.flush()
    subject = bus.live_subject(caller.workspace_id, "mtg_1")
    partial = LivePartial(
        workspace_id=caller.workspace_id,
        meeting_id="mtg_1",
        session_id="ses_1",
        segment=Segment(id="seg_1", text="hel"),
    )

    await core.nats.publish(subject, partial.SerializeToString())
    (event,) = await read(call, 1)
    await hear(core, caller)
    (kept,) = await read(call, 1)

    assert (event.type, event.sequence) == ("transcript.segment", 0)
    shown = to_json(event)["data"]
    assert isinstance(shown, dict)
    assert (shown["segment"]["text"], shown["segment"]["final"]) == ("hel", False)
    assert kept.sequence == 1
    call.cancel()


async def test_words_are_for_those_who_may_read_artifacts(core: Core) -> None:
    caller = a_caller()
    limited = replace(caller, scopes=frozenset({"meetings:read"}))
    trusted = replace(caller, scopes=frozenset({"meetings:read", "artifacts:read"}))
    await hear(core, caller)
    segment = TranscriptSegment(segment={"text": "secret"})
    await core.hears("bots", segment, caller, meeting="mtg_1", session="ses_2")
    calls = [watch(core, limited), watch(core, trusted)]
    for call in calls:
        await call.initial_metadata()
    await core.nats.flush()
    partial = LivePartial(
        workspace_id=caller.workspace_id, meeting_id="mtg_1", segment=Segment(id="s", text="sec")
    )
    await core.nats.publish(
        bus.live_subject(caller.workspace_id, "mtg_1"), partial.SerializeToString()
    )
    kept = await read(calls[1], 3)
    await hear(core, caller)

    without, with_words = await read(calls[0], 2), kept + await read(calls[1], 1)

    assert [event.sequence for event in without] == [1, 3]
    assert [event.sequence for event in with_words] == [1, 2, 0, 3]
    for call in calls:
        call.cancel()


async def test_a_sequence_that_is_yet_to_come_is_refused(core: Core) -> None:
    caller = a_caller()
    await hear(core, caller, 2)

    with pytest.raises(aio.AioRpcError) as refused:
        await watch(core, caller, after=3).read()

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
    assert "last event, which is 2" in (refused.value.details() or "")


async def test_a_watcher_sees_nothing_of_another_workspace_or_meeting(core: Core) -> None:
    caller, stranger = a_caller(), a_caller()
    watching = [watch(core, stranger), watch(core, caller, meeting="mtg_2")]
    for call in watching:
        await call.initial_metadata()

    await hear(core, caller)
    await core.hears("session", WAITING, stranger, meeting="mtg_1", session="ses_9")
    await core.hears("session", WAITING, caller, meeting="mtg_2", session="ses_2")

    (first,) = await read(watching[0], 1)
    (second,) = await read(watching[1], 1)
    assert first.workspace_id == stranger.workspace_id
    assert second.meeting_id == "mtg_2"
    for call in watching:
        call.cancel()


@pytest.mark.parametrize("meeting", ["*", ">", "mtg_1.*", "mtg_1 queue", "mtg_1\r\nPUB x"])
async def test_a_wildcard_is_no_meeting(core: Core, meeting: str) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await watch(core, a_caller(), meeting=meeting).read()

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("after", [0, 3])
async def test_a_meeting_that_there_is_not_has_no_feed(core: Core, after: int) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await watch(core, a_caller(), after=after, meeting=NO_MEETING).read()

    assert refused.value.code() is StatusCode.NOT_FOUND
    assert refused.value.details() == f"no meeting {NO_MEETING}"


async def test_the_log_of_a_meeting_outlives_it(core: Core) -> None:
    caller = a_caller()
    await core.hears("session", WAITING, caller, meeting=NO_MEETING, session="ses_1")

    call = watch(core, caller, meeting=NO_MEETING)

    assert [event.sequence for event in await read(call, 1)] == [1]
    call.cancel()


async def test_a_sequence_that_is_no_longer_kept_is_refused(core: Core) -> None:
    caller = a_caller()
    await hear(core, caller, 5)
    async with core.db.begin_system() as connection:
        await connection.execute("delete from event_log where sequence < 4")

    with pytest.raises(aio.AioRpcError) as refused:
        await watch(core, caller, after=1).read()
    call = watch(core, caller, after=3)

    assert refused.value.code() is StatusCode.NOT_FOUND
    assert [event.sequence for event in await read(call, 2)] == [4, 5]
    call.cancel()


async def test_a_replica_serves_no_more_feeds_than_it_can_and_frees_those_that_end(
    core: Core,
) -> None:
    caller = a_caller()
    calls = [watch(core, caller) for _ in range(8)]
    for call in calls:
        await call.initial_metadata()

    with pytest.raises(aio.AioRpcError) as refused:
        await watch(core, caller).read()
    for call in calls:
        call.cancel()

    assert refused.value.code() is StatusCode.RESOURCE_EXHAUSTED

    async def has_room() -> bool:
        call = watch(core, caller)
        try:
            await call.initial_metadata()
            return not call.done()
        finally:
            call.cancel()

    await eventually(has_room)
