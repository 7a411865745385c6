"""Which delivery is sent next: claimed by lease, fair per endpoint, over any replicas."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from common.db import Database
from common.ids import new_id
from gateway.domain.dispatch import Dispatch
from gateway.store.endpoints import COLUMNS, endpoint_of

# A failing endpoint is probed by one request at a time.
_READY = """
    select e.id from webhook_endpoints e
    left join clock_offsets o on o.workspace_id = e.workspace_id
    cross join lateral (select clock_timestamp()
        + make_interval(secs => coalesce(o.by_seconds, 0)) as now) as clock
    where not e.deleted and e.state <> 'DISABLED'
      and (e.paused_until is null or e.paused_until <= clock.now)
      and exists (
          select 1 from deliveries d where d.endpoint_id = e.id and d.state = 'PENDING'
          and d.next_attempt_time <= clock.now
          and (d.leased_until is null or d.leased_until < clock_timestamp()))
    order by e.claimed_at limit :slots for no key update of e skip locked"""
_CLAIM = """
    with room as (
        select e.id, e.workspace_id,
            greatest(case e.state when 'FAILING' then 1 else :cap end - (
                select count(*) from deliveries d where d.endpoint_id = e.id
                and d.lease <> '' and d.leased_until >= clock_timestamp()), 0) as free
        from webhook_endpoints e where e.id = any(:ids)),
    picked as (
        select due.id from room cross join lateral (
            select d.id from deliveries d
            where d.endpoint_id = room.id and d.state = 'PENDING'
              and d.next_attempt_time <= convene_now(room.workspace_id)
              and (d.leased_until is null or d.leased_until < clock_timestamp())
            order by d.next_attempt_time limit room.free for update skip locked) as due
        limit :slots),
    turned as (update webhook_endpoints set claimed_at = clock_timestamp() where id = any(:ids))
    update deliveries d set lease = :lease,
        leased_until = clock_timestamp() + make_interval(secs => :span)
    from picked where d.id = picked.id returning d.id"""
_DISPATCHES = f"""
    select d.id as delivery_id, d.event_id, log.body, log.traceparent, log.test, e.*,
        convene_now(d.workspace_id) as now
    from deliveries d
    join event_log log on log.event_id = d.event_id
    cross join lateral (select {COLUMNS} from webhook_endpoints where id = d.endpoint_id) e
    where d.id = any(:ids)"""


class DeliveryQueue:
    """Claims over all workspaces. *cap* bounds what one endpoint may have under way at once."""

    def __init__(self, db: Database, *, cap: int, lease_seconds: float) -> None:
        self._db = db
        self._cap = cap
        self._lease_seconds = lease_seconds

    async def claim(self, slots: int) -> Sequence[Dispatch]:
        """At most *slots* due deliveries, those first whose endpoint waited longest."""
        lease = new_id("tok")
        async with self._db.begin_system() as connection:
            ready = await connection.execute(text(_READY), {"slots": slots})
            endpoints = [row.id for row in ready.all()]
            if not endpoints:
                return ()
            # A statement of its own: it sees what was leased before the endpoints were locked.
            claimed = await connection.execute(
                text(_CLAIM),
                {
                    "ids": endpoints,
                    "slots": slots,
                    "cap": self._cap,
                    "lease": lease,
                    "span": self._lease_seconds,
                },
            )
            ids = [row.id for row in claimed.all()]
            found = await connection.execute(text(_DISPATCHES), {"ids": ids})
            return [_dispatch(row, lease) for row in found.all()]


def _dispatch(row: Any, lease: str) -> Dispatch:
    return Dispatch(
        delivery_id=row.delivery_id,
        lease=lease,
        endpoint=endpoint_of(row),
        event_id=row.event_id,
        body=row.body,
        traceparent=row.traceparent,
        test=row.test,
        now=row.now,
    )
