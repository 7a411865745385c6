"""Who of a pool is picked for a new meeting, within the transaction that makes it."""

from collections.abc import Sequence
from dataclasses import replace

from scheduler.domain.availability import Interval
from scheduler.domain.definitions import Definition, HostRole, Invitee
from scheduler.domain.meetings import MeetingId
from scheduler.domain.planning import Outlook
from scheduler.domain.pools import Pick, Pool, PoolDemand, PoolId, free_members
from scheduler.domain.traits import HOSTS
from scheduler.store import MeetingTransaction


async def picked(
    tx: MeetingTransaction,
    meeting_id: MeetingId,
    definition: Definition,
    outlook: Outlook | None,
) -> Definition:
    """*definition* with those who are picked of its pools among its invitees, and its hosts.

    A meeting with no time is held now. Whoever picks one of the same people waits until *tx* ends.
    Raises ``PoolNotFound`` or ``NobodyFree``.
    """
    if not definition.pools or await tx.find(meeting_id) is not None:
        return definition
    times = _times(definition, outlook, tx)
    # In one order for all, so that two never wait for each other.
    names = sorted({PoolId(one.pool_id) for one in definition.pools})
    pools = {name: await tx.pool(name, lock=True) for name in names}
    emails = [one.email for pool in pools.values() for one in pool.members]
    await tx.hold_people(emails)
    busy = await tx.busy(emails, Interval(times[0].start, max(one.end for one in times)))
    for demand in definition.pools:
        pool = pools[PoolId(demand.pool_id)]
        there = {one.email.casefold() for one in definition.invitees}
        there |= {one.email.casefold() for one in definition.host_roles}
        picks = free_members(pool, demand, times, busy, there)
        if picks:
            pools[pool.id] = replace(pool, last_taken=picks[-1].email)
            await tx.note_turn(pool.id, picks[-1].email)
        definition = _with(definition, pool, demand, picks)
    return definition


def _times(
    definition: Definition, outlook: Outlook | None, tx: MeetingTransaction
) -> Sequence[Interval]:
    held = [Interval(one.start, one.end) for one in outlook.held] if outlook else []
    return held or [Interval(tx.now, tx.now + definition.duration)]


def _with(
    definition: Definition, pool: Pool, demand: PoolDemand, picks: Sequence[Pick]
) -> Definition:
    names = {one.email: one.name for one in pool.members}
    invitees = [Invitee(names[one.email], one.email, one.role, "EMAIL", "") for one in picks]
    hosts = [HostRole(one.email, one.role) for one in picks if demand.role in HOSTS]
    return replace(
        definition,
        invitees=(*definition.invitees, *invitees),
        host_roles=(*definition.host_roles, *hosts),
        picks=(*definition.picks, *picks),
    )
