"""Many meetings that start at given moments: one is planned as users do, and its rows copied."""

from datetime import timedelta

import asyncpg

from common import db
from common.db import Transaction
from common.ids import new_id
from scheduler.domain.definitions import Definition, Policy
from tests.support.schedulers import a_scheduler
from tests.support.servers import Database as Made
from tests.support.services import a_caller, sqlalchemy_url

SERVICE = "scheduler"
AN_HOUR = 3600

# A meeting, its occurrence and their timers; the start opens the window by itself.
_COPIES = (
    """
    create temporary table copies as
    select 'wsp_' || n % $1::int as workspace, 'mtg_copy_' || n as meeting,
        'occ_copy_' || n as occurrence, clock_timestamp()
        + make_interval(secs => $3::float + $4::float * n / $2::int) as due
    from generate_series(0, $2::int - 1) n""",
    """
    insert into meetings select r.* from meetings m, copies c, jsonb_populate_record(
        m, jsonb_build_object('workspace_id', c.workspace, 'id', c.meeting)) r
    where not m.id like 'mtg_copy_%'""",
    """
    insert into occurrences select r.* from occurrences o, copies c, jsonb_populate_record(
        o, jsonb_build_object('workspace_id', c.workspace, 'id', c.occurrence,
        'meeting_id', c.meeting, 'start_time', c.due, 'original_start_time', c.due,
        'end_time', c.due + interval '1 hour')) r
    where not o.id like 'occ_copy_%'""",
    """
    insert into plans select r.* from plans p, copies c, jsonb_populate_record(
        p, jsonb_build_object('workspace_id', c.workspace, 'meeting_id', c.meeting)) r
    where not p.meeting_id like 'mtg_copy_%'""",
    """
    insert into timers select r.* from timers t, copies c, jsonb_populate_record(
        t, jsonb_build_object('workspace_id', c.workspace, 'key', t.kind || ' ' || c.occurrence,
        'payload', jsonb_build_object('occurrence_id', c.occurrence), 'due_at',
        c.due + case t.kind when 'occurrence-start' then '0' else interval '1 hour' end)) r
    where t.kind in ('occurrence-start', 'occurrence-close') and not t.key like '%occ_copy_%'""",
)
# How the starts of all copies went; a start is late by when its fact was written.
STARTS = """
    with due as (
        select aggregate_id, count(*) as times, min(written_at) as at from outbox
        where message = 'convene.scheduler.v1.OccurrenceDue' group by aggregate_id)
    select count(*) filter (where times is null) as missed,
        coalesce(sum(times - 1), 0) as doubled,
        count(*) filter (where at < start_time) as early,
        count(*) filter (where state <> 'OPEN') as not_open,
        coalesce(percentile_cont(0.5) within group
            (order by extract(epoch from at - start_time)), 0) as p50,
        coalesce(percentile_cont(0.99) within group
            (order by extract(epoch from at - start_time)), 0) as p99,
        coalesce(max(extract(epoch from at - start_time)), 0) as latest
    from occurrences left join due on aggregate_id = meeting_id where id like 'occ_copy_%'"""
# The first meeting's own start, tomorrow, is the one that stays.
STARTS_LEFT = "select count(*) - 1 from timers where kind = 'occurrence-start'"


async def plan_one(made: Made) -> None:
    """Plan the meeting that is copied: it starts tomorrow, and any delay is caught up with."""
    async with db.connected(sqlalchemy_url(made.app_url), SERVICE) as database:
        caller = a_caller(workspace_id=new_id("wsp"), test=False)
        async with database.begin(caller, Transaction) as tx:
            start = (tx.now + timedelta(days=1)).replace(microsecond=0, tzinfo=None)
        definition = Definition(
            "Copied",
            start_time=start.isoformat(),
            time_zone="UTC",
            duration_seconds=AN_HOUR,
            policy=Policy(catch_up_seconds=AN_HOUR),
        )
        await a_scheduler(database).meetings.create(caller, definition)


async def copy_starts(
    owner: asyncpg.Connection, count: int, *, workspaces: int, ahead: float, seconds: float
) -> None:
    """Have *count* copies start evenly within *seconds*, the first *ahead* seconds from now."""
    table, *rows = _COPIES
    await owner.execute("analyze")
    async with owner.transaction():
        await owner.execute(table, workspaces, count, ahead, seconds, timeout=120)
        for statement in rows:
            await owner.execute(statement, timeout=300)
        await owner.execute("drop table copies")
    await owner.execute("analyze")
