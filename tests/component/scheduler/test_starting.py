"""Starts that are due together: one transaction for all, and nobody's trouble is another's."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import text

from common.db import Database, Transaction
from common.principal import Principal
from convene.scheduler.v1 import events_pb2 as facts
from convene.session.v1.session_pb2 import Session
from scheduler.domain.definitions import Policy
from scheduler.domain.occurrences import Occurrence, OccurrenceState
from scheduler.domain.recurrence import OverlapPolicy
from scheduler.service.announcing import View
from scheduler.store import MeetingTransaction
from tests.support.planning import a_series, announced, armed_timers, move_clock, run_timers, utc
from tests.support.schedulers import SchedulerHouse

# In Lisbon, which is at UTC in winter.
FIRST = "2030-01-10T09:00:00"
EVE = utc("2030-01-09T12:00:00")
A_SECOND = timedelta(seconds=1)


async def some_series(
    db: Database, scheduler: SchedulerHouse, caller: Principal, *changes: Mapping[str, object]
) -> list[View]:
    """Meetings on five mornings at nine, each with its changes; it is the eve of the first."""
    await move_clock(db, caller, EVE)
    return [
        await scheduler.meetings.create(caller, a_series("FREQ=DAILY;COUNT=5", FIRST, **one))
        for one in changes
    ]


async def occurrences_of(
    scheduler: SchedulerHouse, caller: Principal, view: View
) -> list[Occurrence]:
    found, _ = await scheduler.occurrences.list(caller, view.meeting.id, 10, "")
    return [one.occurrence for one in found]


async def states_of(
    scheduler: SchedulerHouse, caller: Principal, views: Sequence[View], place: int = 0
) -> list[OccurrenceState]:
    return [(await occurrences_of(scheduler, caller, one))[place].state for one in views]


async def start_all(db: Database, scheduler: SchedulerHouse, count: int) -> Sequence[str]:
    """Fire until so many are due; answers the meetings of all that were, in order."""

    async def are_due() -> bool:
        return len(await announced(db, facts.OccurrenceDue)) >= count

    await run_timers(db, scheduler, are_due)
    return [one.snapshot.meeting_id for one in await announced(db, facts.OccurrenceDue)]


async def hold_all(
    db: Database, scheduler: SchedulerHouse, caller: Principal, views: Sequence[View]
) -> None:
    """Let the first morning come, and a session run for each; then let the second come."""
    await move_clock(db, caller, utc(FIRST))
    await start_all(db, scheduler, len(views))
    for view in views:
        first, second, *_ = await occurrences_of(scheduler, caller, view)
        session = Session(
            id=f"ses_{view.meeting.id}", meeting_id=view.meeting.id, occurrence_id=first.id
        )
        await scheduler.runs.session_started(caller, session)
    await move_clock(db, caller, second.start_time)


async def told_of(db: Database, meeting_id: str) -> list[tuple[int, str]]:
    """The numbered facts of one meeting, in the order in which they go out."""
    async with db.begin_system() as connection:
        rows = await connection.execute(
            text("select * from outbox where aggregate_id = :m order by position"),
            {"m": meeting_id},
        )
        return [(row.aggregate_sequence, row.message.rsplit(".", 1)[1]) for row in rows]


async def commits_of(db: Database, message: str) -> int:
    async with db.begin_system() as connection:
        found = await connection.execute(
            text("select count(distinct xmin::text) from outbox where message = :m"),
            {"m": f"convene.scheduler.v1.{message}"},
        )
        count: int = found.scalar_one()
        return count


async def test_what_is_due_together_starts_once_each_in_one_commit(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    views = await some_series(db, scheduler, caller, *[{}] * 20)
    await move_clock(db, caller, utc(FIRST) - 30 * A_SECOND)

    async def are_open() -> bool:
        return set(await states_of(scheduler, caller, views)) == {OccurrenceState.OPEN}

    await run_timers(db, scheduler, are_open)
    assert await announced(db, facts.OccurrenceDue) == []
    await move_clock(db, caller, utc(FIRST))

    started = await start_all(db, scheduler, len(views))

    assert sorted(started) == sorted(view.meeting.id for view in views)
    assert await commits_of(db, "OccurrenceOpened") == 1
    assert await commits_of(db, "OccurrenceDue") == 1


async def test_facts_of_a_group_are_numbered_meeting_by_meeting(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    views = await some_series(db, scheduler, caller, {}, {}, {})
    await move_clock(db, caller, utc(FIRST))

    await start_all(db, scheduler, len(views))

    expected = [(1, "MeetingCreated"), (2, "OccurrenceOpened"), (3, "OccurrenceDue")]
    for view in views:
        assert await told_of(db, view.meeting.id) == expected


async def test_a_meeting_that_cannot_be_started_holds_up_none_of_its_group(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    views = await some_series(db, scheduler, caller, *[{}] * 9)
    bad = views[4]
    async with db.begin(caller, Transaction) as tx:
        await tx.run(
            "update meetings set definition = definition - 'policy' where id = :m",
            m=bad.meeting.id,
        )
    await move_clock(db, caller, utc(FIRST))

    started = await start_all(db, scheduler, len(views) - 1)

    assert sorted(started) == sorted(one.meeting.id for one in views if one is not bad)

    async def failed() -> list[str]:
        async with db.begin_system() as connection:
            rows = await connection.execute(
                text("select key from timers where attempts > 0 and kind = 'occurrence-start'")
            )
            return [row.key for row in rows]

    # Its own turn may come after the others' is over.
    await run_timers(db, scheduler, failed)
    assert await failed() == [f"occurrence-start {bad.upcoming[0].id}"]


async def test_a_meeting_that_somebody_else_holds_is_not_waited_for(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    views = await some_series(db, scheduler, caller, *[{}] * 9)
    held = views[4]
    async with db.begin(caller, MeetingTransaction) as slow:
        await slow.get(held.meeting.id, lock=True)
        await move_clock(db, caller, utc(FIRST))
        started = await start_all(db, scheduler, len(views) - 1)
        assert held.meeting.id not in started
    assert set(await start_all(db, scheduler, len(views))) == {one.meeting.id for one in views}


async def test_each_of_a_group_follows_its_own_overlap_policy(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    policies = (OverlapPolicy.SKIP, OverlapPolicy.ALLOW, OverlapPolicy.END_PREVIOUS)
    views = await some_series(db, scheduler, caller, *[{"overlap_policy": one} for one in policies])
    await hold_all(db, scheduler, caller, views)
    # Its first is on this second morning.
    idle = await scheduler.meetings.create(
        caller, a_series("FREQ=DAILY;COUNT=5", "2030-01-11T09:00:10")
    )
    await move_clock(db, caller, utc("2030-01-11T09:00:10"))

    started = await start_all(db, scheduler, len(views) + 1)

    assert started[3:] == [idle.meeting.id]
    assert await commits_of(db, "OccurrenceDue") == 2
    assert await states_of(scheduler, caller, views, place=1) == [
        OccurrenceState.SKIPPED,
        OccurrenceState.LIVE,
        OccurrenceState.OPEN,
    ]
    (skipped,) = await announced(db, facts.OccurrenceSkipped)
    (revoked,) = await announced(db, facts.SessionRevoked)
    seconds = [(await occurrences_of(scheduler, caller, view))[1] for view in views]
    assert (skipped.occurrence_id, skipped.reason) == (seconds[0].id, "OVERLAP")
    assert seconds[1].session_id == f"ses_{views[1].meeting.id}"
    assert (revoked.occurrence_id, revoked.session_id) == (seconds[2].id, seconds[2].waits_for)
    # Who is over, or held, needs no timer any more; who waits may still be missed.
    left = await armed_timers(db)
    assert not [key for key in left if seconds[0].id in key or seconds[1].id in key]
    assert f"occurrence-close {seconds[2].id}" in left


async def test_two_of_one_meeting_in_a_group_meet_each_other(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    """The session that somebody started by hand takes the first; the second is skipped."""
    two_days = 2 * 86_400
    lasting = {"policy": Policy(catch_up_seconds=two_days), "duration_seconds": two_days}
    (view,) = await some_series(db, scheduler, caller, lasting)
    await scheduler.runs.session_started(caller, Session(id="ses_1", meeting_id=view.meeting.id))
    _, second, *_ = await occurrences_of(scheduler, caller, view)
    await move_clock(db, caller, second.start_time)

    async def both_are_done() -> bool:
        left = await armed_timers(db)
        return not [key for key in left if second.id in key]

    await run_timers(db, scheduler, both_are_done)
    first, second, *_ = await occurrences_of(scheduler, caller, view)
    assert (first.state, first.session_id) == (OccurrenceState.LIVE, "ses_1")
    assert second.state is OccurrenceState.SKIPPED


async def test_only_those_of_a_group_start_whose_catch_up_window_lasts(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    patient = {"policy": Policy(catch_up_seconds=3600)}
    late, held = await some_series(db, scheduler, caller, {}, patient)
    await move_clock(db, caller, utc(FIRST) + timedelta(seconds=301))

    started = await start_all(db, scheduler, 1)

    assert started == [held.meeting.id]
    assert await states_of(scheduler, caller, [late, held]) == [OccurrenceState.OPEN] * 2
    assert await told_of(db, late.meeting.id) == [(1, "MeetingCreated"), (2, "OccurrenceOpened")]


async def test_a_start_within_the_catch_up_window_still_happens(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    await some_series(db, scheduler, caller, {}, {})
    await move_clock(db, caller, utc(FIRST) + timedelta(seconds=290))
    assert len(await start_all(db, scheduler, 2)) == 2
