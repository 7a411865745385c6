"""Which notice is sent next, claimed by lease over any replicas; and what came of it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from common.db import Database, Transaction
from common.ids import new_id
from common.principal import Principal
from scheduler.domain.notices import (
    Channel,
    Letter,
    Notice,
    NoticeKind,
    NoticeState,
    Recipient,
)
from scheduler.domain.sending import Dispatch
from scheduler.domain.signing import FIRST_SECRET, Signing
from scheduler.store.tellings import WITHOUT_SECRETS

# From one workspace with something to say to the next by one probe of the index each, however
# much they all have to say.
_PENDING = """
    with recursive pending as (
        (select n.workspace_id from notices n
         where n.channel = :channel and n.state in ('QUEUED', 'SENDING')
         order by n.workspace_id limit 1)
        union all
        select (select n.workspace_id from notices n
                where n.channel = :channel and n.state in ('QUEUED', 'SENDING')
                  and n.workspace_id > p.workspace_id
                order by n.workspace_id limit 1)
        from pending p where p.workspace_id is not null)"""
_TURNS = f"""
    {_PENDING}
    insert into notice_turns (workspace_id, channel)
    select workspace_id, :channel from pending where workspace_id is not null
    on conflict do nothing"""
_READY = f"""
    {_PENDING}
    select t.workspace_id from pending p
    join notice_turns t on t.workspace_id = p.workspace_id and t.channel = :channel
    where exists (
        select 1 from notices n where n.channel = :channel and n.workspace_id = t.workspace_id
        and n.state in ('QUEUED', 'SENDING') and n.due_at <= convene_now(t.workspace_id)
        and (n.leased_until is null or n.leased_until < clock_timestamp()))
    order by t.claimed_at limit :slots for no key update of t skip locked"""
_CLAIM = """
    with room as (
        select t.workspace_id, convene_now(t.workspace_id) as now, greatest(least(
            :cap - (select count(*) from notices n where n.channel = :channel
                    and n.workspace_id = t.workspace_id and n.state = 'SENDING'
                    and n.leased_until >= clock_timestamp()),
            :hourly - case when t.hour = date_trunc('hour', clock_timestamp())
                           then t.in_hour else 0 end,
            :daily - case when t.day = date_trunc('day', clock_timestamp())
                          then t.in_day else 0 end), 0) as free
        from notice_turns t
        where t.channel = :channel and t.workspace_id = any(:workspaces)),
    picked as (
        select due.id from room cross join lateral (
            select n.id from notices n
            where n.channel = :channel and n.workspace_id = room.workspace_id
              and n.state in ('QUEUED', 'SENDING') and n.due_at <= room.now
              and (n.leased_until is null or n.leased_until < clock_timestamp())
            order by n.due_at, n.id limit room.free for update skip locked) as due
        limit :slots),
    taken as (
        update notices n set state = 'SENDING', attempts = attempts + 1, lease = :lease,
            leased_until = clock_timestamp() + make_interval(secs => :span)
        from picked where n.id = picked.id returning n.id, n.workspace_id, n.test),
    counted as (
        select w.workspace_id, count(taken.id) filter (where not taken.test) as mails
        from unnest(cast(:workspaces as text[])) as w(workspace_id)
        left join taken on taken.workspace_id = w.workspace_id group by 1),
    turned as (
        update notice_turns t set claimed_at = clock_timestamp(),
            hour = date_trunc('hour', clock_timestamp()),
            in_hour = counted.mails + case when t.hour = date_trunc('hour', clock_timestamp())
                                           then t.in_hour else 0 end,
            day = date_trunc('day', clock_timestamp()),
            in_day = counted.mails + case when t.day = date_trunc('day', clock_timestamp())
                                          then t.in_day else 0 end
        from counted
        where t.channel = :channel and t.workspace_id = counted.workspace_id)
    select id from taken"""
_EXPIRE = """
    with late as (
        select n.id from notices n left join clock_offsets o on o.workspace_id = n.workspace_id
        where n.channel = :channel and n.state in ('QUEUED', 'SENDING')
          and n.expires_at <= clock_timestamp()
              + make_interval(secs => coalesce(o.by_seconds, 0))
          and (n.leased_until is null or n.leased_until < clock_timestamp())
        limit :slots for update of n skip locked)
    update notices n set state = 'SENDING', lease = :lease,
        leased_until = clock_timestamp() + make_interval(secs => :span)
    from late where n.id = late.id returning n.id"""
_DISPATCHES = """
    select n.*, convene_now(n.workspace_id) as now, s.version as secret_version,
        s.rotate_time as secret_since
    from notices n left join webhook_secrets s on s.workspace_id = n.workspace_id
    where n.id = any(:ids) order by n.due_at, n.id"""


@dataclass(frozen=True, slots=True)
class Limits:
    """*cap* bounds what a workspace has under way at once; *hourly* and *daily* what it begins."""

    cap: int
    hourly: int
    daily: int


class NoticeQueue:
    """Claims the notices of one *channel* over all workspaces, in turn."""

    def __init__(
        self, db: Database, channel: Channel, limits: Limits, *, lease_seconds: float
    ) -> None:
        self.channel = channel
        self._db = db
        self._limits = limits
        self._lease_seconds = lease_seconds

    async def claim(self, slots: int) -> Sequence[Dispatch]:
        """At most *slots* due notices, those first whose workspace waited longest."""
        lease = new_id("tok")
        async with self._db.begin_system() as connection:
            here = {"channel": self.channel.value, "slots": slots}
            await connection.execute(text(_TURNS), {"channel": self.channel.value})
            ready = await connection.execute(text(_READY), here)
            workspaces = [row.workspace_id for row in ready.all()]
            if not workspaces:
                return ()
            # A statement of its own: it sees what was leased before the turns were locked.
            claimed = await connection.execute(
                text(_CLAIM),
                here
                | {
                    "workspaces": workspaces,
                    "cap": self._limits.cap,
                    "hourly": self._limits.hourly,
                    "daily": self._limits.daily,
                    "lease": lease,
                    "span": self._lease_seconds,
                },
            )
            return await _dispatches(connection, [row.id for row in claimed.all()], lease)

    async def claim_late(self, slots: int) -> Sequence[Dispatch]:
        """At most *slots* notices that it is too late for, whatever keeps them from being sent."""
        lease = new_id("tok")
        async with self._db.begin_system() as connection:
            late = await connection.execute(
                text(_EXPIRE),
                {
                    "channel": self.channel.value,
                    "slots": slots,
                    "lease": lease,
                    "span": self._lease_seconds,
                },
            )
            return await _dispatches(connection, [row.id for row in late.all()], lease)


class SendingTransaction(Transaction):
    async def find_leased(self, notice_id: str, lease: str) -> Notice | None:
        """The notice while *lease* is still on it; then held against change."""
        found = await self.run(
            "select * from notices where id = :id and lease = :lease and state = 'SENDING' "
            "for update",
            id=notice_id,
            lease=lease,
        )
        row = found.one_or_none()
        return _notice(row) if row else None

    async def release(self, notice: Notice) -> None:
        """Write how *notice* stands and give the lease back; its secrets go with its end."""
        await self.run(
            f"""
            update notices set state = :state, due_at = :due, detail = :detail, lease = '',
                leased_until = null {f", {WITHOUT_SECRETS}" if notice.is_ended else ""}
            where id = :id""",
            id=notice.id,
            state=notice.state.value,
            due=notice.due_at,
            detail=notice.detail,
        )


class SendingStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, caller: Principal) -> AbstractAsyncContextManager[SendingTransaction]:
        return self._db.begin(caller, SendingTransaction)


async def _dispatches(connection: Any, ids: Sequence[str], lease: str) -> Sequence[Dispatch]:
    if not ids:
        return ()
    found = await connection.execute(text(_DISPATCHES), {"ids": ids})
    return [
        Dispatch(_notice(row), row.workspace_id, lease, row.traceparent, row.now, _signing(row))
        for row in found.all()
    ]


def _signing(row: Any) -> Signing:
    if row.secret_version is None:
        return FIRST_SECRET
    return Signing(row.secret_version, row.secret_since)


def _notice(row: Any) -> Notice:
    return Notice(
        id=row.id,
        meeting_id=row.meeting_id,
        invitation_id=row.invitation_id,
        occurrence_id=row.occurrence_id,
        kind=NoticeKind(row.kind),
        recipient=Recipient(**row.recipient | {"channel": Channel(row.channel)}),
        letter=_letter(row.letter),
        state=NoticeState(row.state),
        due_at=row.due_at,
        expires_at=row.expires_at,
        attempts=row.attempts,
        detail=row.detail,
        test=row.test,
    )


def _letter(kept: dict[str, Any]) -> Letter:
    instants = {
        name: datetime.fromisoformat(kept[name])
        for name in ("start_time", "end_time", "original_start_time", "previous_start_time")
        if kept.get(name)
    }
    return Letter(**kept | instants)
