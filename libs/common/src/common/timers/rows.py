"""The table of timers: leased ahead, put off, given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import text

from common.db import Database
from common.ids import new_id

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that is due; its fields are the columns that a lease reads, in their order.

    *attempts* counts earlier tries that failed. *traceparent* is where it was armed; its firing
    *continues* that trace or begins another.
    """

    workspace_id: str
    key: str
    kind: str
    due_at: datetime
    payload: Mapping[str, Any]
    attempts: int
    traceparent: str
    token: str
    continues: bool = False
    test: bool = False


_DUE_AT = [one.name for one in fields(Timer)].index("due_at")
# `greatest` keeps a leased row out of the way until its lease ends. A clock that runs ahead is a
# test workspace's, and few have one: only they pay for looking further.
_LEASE = text("""
    with edge as materialized (
        select clock_timestamp() + make_interval(secs => :ahead) as until),
    soon as (
        select workspace_id, key from timers
        where greatest(due_at, leased_until) <= (select until from edge)
          and (leased_until is null or leased_until < clock_timestamp())
          and kind = any(:kinds) and workspace_id <> all(cast(:sated as text[]))
        order by greatest(due_at, leased_until) limit :batch for update skip locked),
    sooner as (
        select found.workspace_id, found.key from clock_offsets o cross join lateral (
            select t.workspace_id, t.key from timers t
            where t.test and t.workspace_id = o.workspace_id
              and t.due_at <= (select until from edge) + make_interval(secs => o.by_seconds)
              and (t.leased_until is null or t.leased_until < clock_timestamp())
              and t.kind = any(:kinds) and t.workspace_id <> all(cast(:sated as text[]))
            order by t.due_at limit :batch for update skip locked) found),
    mine as (select * from soon union select * from sooner limit :batch)
    update timers t set token = :token,
        leased_until = clock_timestamp() + make_interval(secs => :lease)
    from mine where t.workspace_id = mine.workspace_id and t.key = mine.key
    returning t.workspace_id, t.key, t.kind, t.due_at, t.payload, t.attempts, t.traceparent,
        t.token, t.continues, t.test,
        coalesce((select by_seconds from clock_offsets o
                  where o.workspace_id = t.workspace_id), 0) as by_seconds""")
_FEW = """
    from unnest(cast(:workspaces as text[]), cast(:keys as text[]), cast(:tokens as text[]))
        as few (workspace_id, key, token)
    where t.workspace_id = few.workspace_id and t.key = few.key and t.token = few.token"""
_PUT_OFF = text(
    "update timers t set attempts = t.attempts + :failures,"
    " leased_until = clock_timestamp() + make_interval(secs => :wait)" + _FEW
)


class TimerRows:
    """One service's timers as its replicas share them; a lease lasts *lease* seconds.

    Other than the known *kinds* wait for a replica of the release that arms them.
    """

    def __init__(self, db: Database, kinds: Sequence[str], lease: float) -> None:
        self._db = db
        self._kinds = list(kinds)
        self._lease = lease

    async def lease(
        self, ahead: float, most: int, sated: Sequence[str] = ()
    ) -> Sequence[tuple[Timer, float]]:
        """Take at most *most* that are due within *ahead* seconds, none of *sated* workspaces.

        Each comes with the seconds that it still waits, counted from the answer.
        """
        values = {
            "ahead": ahead,
            "batch": most,
            "sated": list(sated),
            "kinds": self._kinds,
            "token": new_id("tok"),
            "lease": self._lease,
        }
        async with self._db.begin_system() as connection:
            rows = (await connection.execute(_LEASE, values)).all()
            if not rows:
                return ()
            # Asked last: reading many rows takes longer than a timer may be late.
            now = (await connection.execute("select clock_timestamp()")).scalar_one()
        return [(_timer(row), (row[_DUE_AT] - now).total_seconds() - row[-1]) for row in rows]

    async def put_off(self, timers: Sequence[Timer], *, wait: float, failures: int = 0) -> bool:
        """Have *timers* leased again after *wait* seconds; false when none was held any more."""
        values = {
            "workspaces": [one.workspace_id for one in timers],
            "keys": [one.key for one in timers],
            "tokens": [one.token for one in timers],
        }
        try:
            async with self._db.begin_system() as connection:
                rows = await connection.execute(
                    _PUT_OFF, {**values, "wait": wait, "failures": failures}
                )
        except Exception as error:
            # Their leases run out by themselves.
            log.warning("timers not put off", error=str(error) or type(error).__name__)
            return True
        return bool(rows.rowcount)


def _timer(row: Any) -> Timer:
    # By place: by name, reading it costs as much as all else that is done for a timer.
    return Timer(*row[:-1])
