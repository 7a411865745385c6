"""Scenarios: kept, armed for a meeting, played by its session's owner."""

from typing import Any

import pytest
from grpc import StatusCode, aio

from convene.session.v1 import sandbox_pb2 as sandbox
from convene.session.v1 import session_pb2 as session_pb
from session.domain.archives import pack_files
from tests.component.session.conftest import Parts, World, leases_of, replica
from tests.support.eventually import eventually
from tests.support.services import metadata

PEOPLE = """
people:
  - {name: Ada, role: host, says: [{at: 1s, text: hello}], leaves: 3s}
  - {name: Bo, joins: 1s, says: [{at: 2s, text: hi}], leaves: 3s}
"""
SCRIPTED = f"title: Kick-off\nengine: script\n{PEOPLE}"


def a_zip(script: str = SCRIPTED) -> bytes:
    return pack_files({"scenario.yaml": script.encode()})


async def put(world: World, content: bytes, name: str = "kick-off") -> sandbox.Scenario:
    request = sandbox.PutScenarioRequest(name=name, content=content)
    return (await world.sandbox.PutScenario(request, metadata=world.mine)).scenario


async def a_run(world: World, meeting_id: str = "mtg_1", **changes: Any) -> sandbox.ScenarioRun:
    fields: dict[str, Any] = {"name": "kick-off", "meeting_id": meeting_id}
    request = sandbox.RunScenarioRequest(**fields | changes)
    return (await world.sandbox.RunScenario(request, metadata=world.mine)).run


async def until_run(world: World, run_id: str, state: str) -> sandbox.ScenarioRun:
    async def there() -> sandbox.ScenarioRun | None:
        request = sandbox.GetScenarioRunRequest(run_id=run_id)
        found = (await world.sandbox.GetScenarioRun(request, metadata=world.mine)).run
        assert found.state == state
        return found

    found = await eventually(there)
    assert found is not None
    return found


async def refused(call: aio.UnaryUnaryCall[Any, Any]) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as error:
        await call
    return error.value.code(), error.value.details() or ""


async def test_a_kept_scenario_says_what_it_is(world: World) -> None:
    kept = await put(world, a_zip())
    await put(world, a_zip(), "again")
    listed = await world.sandbox.ListScenarios(sandbox.ListScenariosRequest(), metadata=world.mine)

    assert (kept.title, kept.people) == ("Kick-off", 2)
    assert kept.engine == sandbox.SCENARIO_ENGINE_SCRIPT
    assert kept.duration_seconds >= 3
    assert [one.name for one in listed.items] == ["again", "kick-off"]


async def test_a_zip_that_is_none_is_refused(world: World) -> None:
    request = sandbox.PutScenarioRequest(name="broken", content=b"no zip")
    code, why = await refused(world.sandbox.PutScenario(request, metadata=world.mine))
    assert code is StatusCode.INVALID_ARGUMENT
    assert "zip" in why


async def test_an_armed_run_is_played_when_people_may_come(world: World) -> None:
    await put(world, a_zip())
    run = await a_run(world)
    assert run.state == "ARMED"
    assert run.id.startswith("opn_ses_")

    session = await world.started()
    running = await until_run(world, run.id, "RUNNING")
    played = world.plane.rooms[session.id].played[run.id]
    assert running.session_id == session.id
    people = [await world.exchange("", code) for code in played.codes]
    assert [one.name for one in people] == ["Ada", "Bo"]

    world.plane.finish(session.id, run.id)
    await until_run(world, run.id, "DONE")


async def test_a_performance_that_breaks_fails_its_run(world: World) -> None:
    await put(world, a_zip())
    session = await world.started()
    run = await a_run(world)
    await until_run(world, run.id, "RUNNING")
    await eventually(lambda: world.plane.rooms[session.id].watchers)

    world.plane.finish(session.id, run.id, "ada-1.wav is damaged")

    failed = await until_run(world, run.id, "FAILED")
    assert failed.reason == "ada-1.wav is damaged"


async def test_a_run_that_the_end_cuts_short_fails(world: World) -> None:
    await put(world, a_zip())
    await world.started()
    run = await a_run(world)
    await until_run(world, run.id, "RUNNING")
    await world.end()
    failed = await until_run(world, run.id, "FAILED")
    assert "ended before" in failed.reason


async def test_a_room_built_again_is_played_from_where_it_was(world: World) -> None:
    await put(world, a_zip())
    session = await world.started()
    run = await a_run(world, speed=4)
    await until_run(world, run.id, "RUNNING")

    await world.pass_time(10)
    del world.plane.rooms[session.id]

    await eventually(lambda: session.id in world.plane.rooms)
    await eventually(lambda: run.id in world.plane.rooms[session.id].played)
    assert world.plane.rooms[session.id].played[run.id].from_seconds >= 40


async def test_without_a_meeting_one_is_made_and_started(world: World) -> None:
    await put(world, a_zip())
    run = await a_run(world, meeting_id="")
    assert run.meeting_id == "mtg_1"
    assert world.scheduler.started == ["Kick-off"]


async def test_somebody_else_keeps_an_accelerated_meeting_going(world: World) -> None:
    await put(world, a_zip())
    session = await world.started()
    guest = await world.joined(session, "Guest")
    run = await a_run(world, speed=20)
    await until_run(world, run.id, "RUNNING")
    world.plane.finish(session.id, run.id)
    await until_run(world, run.id, "DONE")
    assert (await world.find()).state == session_pb.SESSION_STATE_ACTIVE

    world.plane.leave(session.id, guest)

    ended = await world.until(session.id, "ENDED")
    assert ended.end_reason == session_pb.END_REASON_ALL_LEFT


async def test_a_retried_run_is_armed_once(world: World) -> None:
    await put(world, a_zip())
    request = sandbox.RunScenarioRequest(name="kick-off", meeting_id="mtg_1")
    mine = metadata(world.caller, "once")
    first = await world.sandbox.RunScenario(request, metadata=mine)
    again = await world.sandbox.RunScenario(request, metadata=mine)
    assert again.run.id == first.run.id


async def test_only_a_script_runs_at_another_speed(world: World) -> None:
    kept = SCRIPTED.replace("engine: script", "engine: script\nseed: 7")
    await put(world, a_zip(kept))
    await a_run(world, speed=10)
    request = sandbox.RunScenarioRequest(name="unknown", meeting_id="mtg_1")
    code, _ = await refused(world.sandbox.RunScenario(request, metadata=world.mine))
    assert code is StatusCode.NOT_FOUND


async def test_an_unknown_run_is_not_found(world: World) -> None:
    request = sandbox.GetScenarioRunRequest(run_id="opn_ses_nothing")
    code, _ = await refused(world.sandbox.GetScenarioRun(request, metadata=world.mine))
    assert code is StatusCode.NOT_FOUND


async def test_a_run_outlives_its_owner(parts: Parts) -> None:
    async with replica(parts, leases_of(parts, "b")) as other:
        async with replica(parts, leases_of(parts, "a")) as one:
            await put(one, a_zip())
            session = await one.started()
            run = await a_run(one)
            await until_run(one, run.id, "RUNNING")
        parts.plane.finish(session.id, run.id)
        await until_run(other, run.id, "DONE")
