"""Extending: the planned end and the longest duration move away, with their warnings."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from convene.common.v1 import meeting_pb2 as meeting
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from session.store import Store
from tests.component.session.conftest import World
from tests.component.session.test_control import applied
from tests.support.eventually import eventually


async def now(world: World) -> datetime:
    async with Store(world.db).begin(world.caller) as tx:
        return tx.now


async def planned(world: World, seconds: int, **policy: Any) -> pb.Session:
    """A session that is planned to end in so many seconds."""
    end = Timestamp()
    end.FromDatetime(await now(world) + timedelta(seconds=seconds))
    rules = meeting.Policy(no_show_seconds=80_000, **policy)
    return await world.started(planned_end_time=end, policy=rules)


async def warnings(world: World, session: pb.Session) -> list[int]:
    told = await world.told(session.id)
    return [one.remaining_seconds for one in told if isinstance(one, facts.SessionEndingSoon)]


async def warned(world: World, session: pb.Session, expected: list[int]) -> None:
    async def there() -> bool:
        return await warnings(world, session) == expected

    await eventually(there)


async def test_an_extended_session_outlives_its_planned_end(world: World) -> None:
    session = await planned(world, 600, scheduled_end=meeting.SCHEDULED_END_HARD)
    before = (await world.find()).planned_end_time

    await applied(world, "ExtendSession", extend_seconds=900)
    await world.pass_time(700)

    await warned(world, session, [])
    after = await world.find()
    assert after.state == pb.SESSION_STATE_WAITING
    moved = after.planned_end_time.ToDatetime(UTC) - before.ToDatetime(UTC)
    assert moved == timedelta(seconds=900)
    await world.pass_time(900)
    ended = await world.until(session.id, "ENDED")
    assert ended.end_reason == pb.END_REASON_SCHEDULED_END


async def test_what_was_warned_of_before_is_warned_of_again(world: World) -> None:
    session = await planned(world, 600)
    await world.pass_time(350)
    await warned(world, session, [300])

    await applied(world, "ExtendSession", extend_seconds=900)
    await world.pass_time(900)
    await warned(world, session, [300, 300])
    await world.pass_time(240)

    await warned(world, session, [300, 300, 60])


async def test_the_longest_duration_moves_too(world: World) -> None:
    session = await world.started(
        policy=meeting.Policy(max_duration_seconds=600, no_show_seconds=80_000)
    )
    await applied(world, "ExtendSession", extend_seconds=600)

    await world.pass_time(700)
    await warned(world, session, [])
    assert (await world.find()).state == pb.SESSION_STATE_WAITING
    await world.pass_time(600)

    ended = await world.until(session.id, "ENDED")
    assert ended.end_reason == pb.END_REASON_MAX_DURATION


async def test_a_session_that_overruns_is_extended_from_now(world: World) -> None:
    session = await planned(world, 600)
    await world.pass_time(1200)

    await applied(world, "ExtendSession", extend_seconds=120)

    told = [one for one in await world.told(session.id) if isinstance(one, facts.SessionExtended)]
    left = told[0].planned_end_time.ToDatetime(UTC) - await now(world)
    assert timedelta(seconds=100) < left <= timedelta(seconds=120)
    assert (told[0].extend_seconds, told[0].reason) == (120, "because")


async def test_extending_twice_adds_up(world: World) -> None:
    await planned(world, 600)
    before = (await world.find()).planned_end_time.seconds

    for _ in range(2):
        await applied(world, "ExtendSession", extend_seconds=60)

    assert (await world.find()).planned_end_time.seconds - before == pytest.approx(120, abs=1)
