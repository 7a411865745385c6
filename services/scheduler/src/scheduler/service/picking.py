"""Who of a pool is picked for a meeting, within the transaction that makes or moves it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from scheduler.domain.availability import Interval
from scheduler.domain.definitions import Definition, HostRole, Invitee
from scheduler.domain.meetings import MeetingId
from scheduler.domain.people import address_key
from scheduler.domain.planning import Outlook
from scheduler.domain.pools import (
    Busy,
    Pick,
    Pool,
    PoolDemand,
    PoolId,
    PoolNotFound,
    demand_of,
    free_members,
    picked_anew,
)
from scheduler.domain.traits import HOSTS
from scheduler.store import MeetingTransaction


async def picked(
    tx: MeetingTransaction,
    meeting_id: MeetingId,
    definition: Definition,
    outlook: Outlook | None,
) -> Definition:
    """*definition* with those who are picked of its pools among its invitees, and its hosts.

    A meeting with no time is held now. Whoever picks one of the same people waits until *tx* ends;
    a meeting with no id is none that is to be, so nobody waits for it and it takes no turn. Raises
    ``PoolNotFound`` or ``NobodyFree``.
    """
    if not definition.pools or await tx.find(meeting_id) is not None:
        return definition
    is_dry = not meeting_id
    held = [Interval(one.start, one.end) for one in outlook.held] if outlook else []
    times = held or [Interval(tx.now, tx.now + definition.duration)]
    # In one order for all, so that two never wait for each other.
    names = sorted({PoolId(one.pool_id) for one in definition.pools})
    pools = await _pools_of(tx, names, lock=not is_dry)
    for place, one in enumerate(definition.pools):
        if one.pool_id not in pools:
            raise PoolNotFound(one.pool_id, f"meeting.pools[{place}].pool_id")
    emails = [one.email for pool in pools.values() for one in pool.members]
    if not is_dry:
        await tx.hold_people(emails)
    busy = await tx.busy(emails, _whole(times))
    for demand in definition.pools:
        pool = pools[PoolId(demand.pool_id)]
        picks = free_members(pool, demand, times, busy, _there(definition))
        if picks:
            pools[pool.id] = replace(pool, last_taken=picks[-1].email)
        definition = _with(definition, pool, demand, picks)
    if not is_dry:
        await _note_turns(tx, pools)
    return definition


async def repicked(
    tx: MeetingTransaction, meeting_id: MeetingId, definition: Definition, outlook: Outlook | None
) -> Definition:
    """*definition* of a meeting that moved: whoever was picked and is busy then is replaced.

    *meeting_id* is the meeting, whose own time makes nobody busy. If its next time stays, so do
    they all, with what they cannot attend told anew. Who is not invited any more counts as picked
    no more. Raises ``NobodyFree``.
    """
    invited = {address_key(one.email) for one in definition.invitees}
    picks = [one for one in definition.picks if address_key(one.email) in invited]
    definition = replace(definition, picks=tuple(picks))
    if not picks or outlook is None or not outlook.held:
        return definition
    times = [Interval(one.start, one.end) for one in outlook.held]
    planned = {Interval(one.start_time, one.end_time) for one in await tx.upcoming(meeting_id)}
    pools = (
        {}
        if times[0] in planned
        else await _pools_of(tx, sorted({PoolId(one.pool_id) for one in picks}))
    )
    emails = [one.email for pool in pools.values() for one in pool.members]
    emails += [one.email for one in picks]
    await tx.hold_people(emails)
    busy = await tx.busy(emails, _whole(times), but=meeting_id)
    definition = replace(definition, picks=())
    for former in picks:
        pool = pools.get(PoolId(former.pool_id))
        now = _place_of(former, pool, definition, times, busy)
        if times[0] in planned:
            now = replace(former, conflicts=now.conflicts)
        elif pool is not None and now.replaces:
            pools[pool.id] = replace(pool, last_taken=now.email)
            definition = _swapped(definition, former, now, pool)
        definition = replace(definition, picks=(*definition.picks, now))
    await _note_turns(tx, pools)
    return definition


def _place_of(
    former: Pick,
    pool: Pool | None,
    definition: Definition,
    times: Sequence[Interval],
    busy: Busy,
) -> Pick:
    demand = demand_of(former, definition.pools)
    others = set(_there(definition)) - {former.email.casefold()}
    return picked_anew(pool, former, demand, times, busy, others)


async def _pools_of(
    tx: MeetingTransaction, names: Sequence[PoolId], *, lock: bool = True
) -> dict[PoolId, Pool]:
    """Those of *names* that are there; in their order, which is one for all, they are held."""
    found = [await tx.find_pool(name, lock=lock) for name in names]
    return {one.id: one for one in found if one is not None}


async def _note_turns(tx: MeetingTransaction, pools: Mapping[PoolId, Pool]) -> None:
    for pool in pools.values():
        await tx.note_turn(pool.id, pool.last_taken)


def _whole(times: Sequence[Interval]) -> Interval:
    return Interval(times[0].start, max(one.end for one in times))


def _there(definition: Definition) -> Collection[str]:
    """The emails, in small letters, of those who are in the meeting."""
    invited = {one.email.casefold() for one in definition.invitees}
    return invited | {one.email.casefold() for one in definition.host_roles}


def _swapped(definition: Definition, former: Pick, now: Pick, pool: Pool) -> Definition:
    """*definition* where *now* has the places of *former*."""
    names = {one.email: one.name for one in pool.members}
    gone = address_key(former.email)
    invitees = [
        _invited(now, names) if address_key(one.email) == gone else one
        for one in definition.invitees
    ]
    hosts = [
        HostRole(now.email, one.role) if address_key(one.email) == gone else one
        for one in definition.host_roles
    ]
    return replace(definition, invitees=tuple(invitees), host_roles=tuple(hosts))


def _invited(pick: Pick, names: Mapping[str, str]) -> Invitee:
    return Invitee(names[pick.email], pick.email, pick.role, "EMAIL", "")


def _with(
    definition: Definition, pool: Pool, demand: PoolDemand, picks: Sequence[Pick]
) -> Definition:
    names = {one.email: one.name for one in pool.members}
    invitees = [_invited(one, names) for one in picks]
    hosts = [HostRole(one.email, one.role) for one in picks if demand.role in HOSTS]
    return replace(
        definition,
        invitees=(*definition.invitees, *invitees),
        host_roles=(*definition.host_roles, *hosts),
        picks=(*definition.picks, *picks),
    )
