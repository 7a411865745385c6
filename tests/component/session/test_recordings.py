"""Recordings as callers steer them, and as what happens to the session steers them."""

from collections.abc import Sequence

import pytest
from grpc import StatusCode, aio

from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from session.domain.sessions import Session
from session.service.recorded import pause_for_hold, resume_after_hold
from session.store import Store
from tests.component.session.conftest import World
from tests.support.eventually import eventually

State = pb.RecordingState


async def start(world: World, layout: str = "GRID") -> pb.Recording:
    request = pb.StartRecordingRequest(
        meeting_id="mtg_1", session_id="active", layout=f"RECORDING_LAYOUT_{layout}"
    )
    return (await world.stub.StartRecording(request, metadata=world.mine)).recording


async def pause(world: World, one: pb.Recording) -> pb.Recording:
    request = pb.PauseRecordingRequest(
        meeting_id="mtg_1", session_id=one.session_id, recording_id=one.id
    )
    return (await world.stub.PauseRecording(request, metadata=world.mine)).recording


async def resume(world: World, one: pb.Recording) -> pb.Recording:
    request = pb.ResumeRecordingRequest(
        meeting_id="mtg_1", session_id=one.session_id, recording_id=one.id
    )
    return (await world.stub.ResumeRecording(request, metadata=world.mine)).recording


async def stop(world: World, one: pb.Recording) -> pb.Recording:
    request = pb.StopRecordingRequest(
        meeting_id="mtg_1", session_id=one.session_id, recording_id=one.id
    )
    return (await world.stub.StopRecording(request, metadata=world.mine)).recording


async def recording_facts(world: World, session_id: str) -> Sequence[str]:
    return [name for name in await world.names_told(session_id) if name.startswith("Recording")]


async def test_a_recording_is_started_paused_resumed_and_stopped(world: World) -> None:
    session = await world.started()

    begun = await start(world)
    paused = await pause(world, begun)
    resumed = await resume(world, begun)
    stopped = await stop(world, begun)

    states = [State.Name(one.state)[16:] for one in (begun, paused, resumed, stopped)]
    assert states == ["RECORDING", "PAUSED", "RECORDING", "STOPPING"]
    first, second = stopped.spans
    assert begun.room_open_time.ToSeconds() > 0
    assert 0 <= first.start_seconds <= first.end_seconds <= second.start_seconds
    assert await recording_facts(world, session.id) == [
        "RecordingStarted",
        "RecordingPaused",
        "RecordingResumed",
        "RecordingStopped",
    ]


async def test_a_second_start_answers_the_recording_under_way_or_says_that_it_differs(
    world: World,
) -> None:
    session = await world.started()
    first = await start(world)
    where = {"meeting_id": "mtg_1", "session_id": "active"}
    again = await world.stub.StartRecording(pb.StartRecordingRequest(**where), metadata=world.mine)
    assert (again.recording.id, again.found) == (first.id, True)
    with pytest.raises(aio.AioRpcError, match="under way with layout GRID") as refused:
        await start(world, "AUDIO_ONLY")
    assert refused.value.code() is StatusCode.FAILED_PRECONDITION
    assert await recording_facts(world, session.id) == ["RecordingStarted"]


async def test_who_asked_for_it_and_why_is_told_and_among_the_commands(world: World) -> None:
    session = await world.started()
    where = {"meeting_id": "mtg_1", "session_id": "active"}

    begun = await world.stub.StartRecording(
        pb.StartRecordingRequest(**where, reason="for the minutes"), metadata=world.mine
    )
    await start(world)
    which = where | {"recording_id": begun.recording.id}
    await world.stub.PauseRecording(
        pb.PauseRecordingRequest(**which, reason="a break"), metadata=world.mine
    )
    await world.stub.ResumeRecording(pb.ResumeRecordingRequest(**which), metadata=world.mine)
    await world.stub.StopRecording(
        pb.StopRecordingRequest(**which, reason="done"), metadata=world.mine
    )

    told = [one for one in await world.told(session.id) if hasattr(one, "recording")]
    assert [getattr(one, "reason", "") for one in told] == [
        "for the minutes",
        "a break",
        "",
        "done",
    ]
    listed = await world.stub.ListCommands(
        pb.ListCommandsRequest(meeting_id="mtg_1", session_id=session.id), metadata=world.mine
    )
    assert [(one.verb, one.text, one.target_id) for one in reversed(listed.items)] == [
        ("start-recording", "for the minutes", begun.recording.id),
        ("pause-recording", "a break", begun.recording.id),
        ("resume-recording", "", begun.recording.id),
        ("stop-recording", "done", begun.recording.id),
    ]
    assert {one.actor.id for one in listed.items} == {world.caller.id}
    assert {one.state for one in listed.items} == {pb.COMMAND_STATE_APPLIED}


async def test_the_session_shows_the_recording_under_way_and_no_stopped_one(world: World) -> None:
    await world.started()
    begun = await start(world)
    shown = await world.find()
    await stop(world, begun)
    after = await world.find()

    assert (shown.recording_id, shown.recording_state) == (begun.id, "RECORDING")
    assert (after.recording_id, after.recording_state) == ("", "")


async def test_a_recording_asked_for_before_the_room_is_open_begins_with_it(world: World) -> None:
    world.plane.silent = True
    session = await world.start()
    waiting = await start(world)
    world.plane.silent = False
    await world.until(session.id, "WAITING")

    assert waiting.state == State.RECORDING_STATE_STARTING
    assert (await world.find(session.id)).recording_state == "RECORDING"


async def test_a_pause_before_anything_is_recorded_is_refused(world: World) -> None:
    world.plane.silent = True
    await world.start()
    waiting = await start(world)

    with pytest.raises(aio.AioRpcError) as refused:
        await pause(world, waiting)

    assert refused.value.code() is StatusCode.FAILED_PRECONDITION


async def test_an_unknown_recording_is_not_found(world: World) -> None:
    session = await world.started()

    with pytest.raises(aio.AioRpcError) as refused:
        await stop(world, pb.Recording(id="rec_none", session_id=session.id))

    assert refused.value.code() is StatusCode.NOT_FOUND


async def test_stopping_twice_answers_the_same_and_tells_once(world: World) -> None:
    session = await world.started()
    begun = await start(world)

    first, second = await stop(world, begun), await stop(world, begun)

    assert first == second
    assert (await recording_facts(world, session.id)).count("RecordingStopped") == 1


async def test_the_end_of_the_session_stops_its_recording_first(world: World) -> None:
    session = await world.started()
    await start(world)

    await world.end()

    names = await world.names_told(session.id)
    assert names.index("RecordingStopped") < names.index("SessionEnding")


async def test_a_policy_records_from_the_moment_that_the_first_person_is_there(
    world: World,
) -> None:
    session = await world.started()
    assert (await world.find()).recording_state == ""
    await world.end()
    await world.until(session.id, "ENDED")
    session = await world.started(policy={"auto_record": True})

    await world.joined(session, "Ada")

    names = await world.names_told(session.id)
    assert names.index("SessionStarted") < names.index("RecordingStarted")


async def test_video_is_captured_while_a_grid_is_recorded_and_not_for_sound_alone(
    world: World,
) -> None:
    session = await world.started()
    room = world.plane.rooms[session.id]
    sound = await start(world, "AUDIO_ONLY")
    looks = len(world.plane.opened_on)
    await world.joined(session, "Ada")
    assert not room.captured
    assert looks == 1
    await stop(world, sound)

    grid = await start(world)
    await eventually(lambda: room.captured)
    await stop(world, grid)
    await eventually(lambda: not room.captured)


async def test_a_hold_pauses_the_recording_and_the_release_resumes_it(world: World) -> None:
    session = await world.started()
    begun = await start(world)

    async with Store(world.db).begin(world.caller) as tx:
        await pause_for_hold(tx, await tx.session_to_change(session.id))
    assert (await world.find()).recording_state == "PAUSED"
    async with Store(world.db).begin(world.caller) as tx:
        await resume_after_hold(tx, await tx.session_to_change(session.id))

    assert (await world.find()).recording_state == "RECORDING"
    told = [one for one in await world.told(session.id) if isinstance(one, facts.RecordingResumed)]
    assert [one.recording.id for one in told] == [begun.id]
    assert len(told[0].recording.spans) == 2


async def test_a_release_leaves_a_recording_paused_that_somebody_paused_before(
    world: World,
) -> None:
    session = await world.started()
    await pause(world, await start(world))

    held: Session
    async with Store(world.db).begin(world.caller) as tx:
        held = await pause_for_hold(tx, await tx.session_to_change(session.id))
        await resume_after_hold(tx, held)

    assert (await world.find()).recording_state == "PAUSED"


async def test_two_recordings_of_one_session_follow_each_other(world: World) -> None:
    await world.started()
    first = await start(world)
    await stop(world, first)

    second = await start(world)

    assert second.id != first.id
    assert second.state == State.RECORDING_STATE_RECORDING
