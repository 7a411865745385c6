"""Pools of people, one of whom is picked for a meeting: who is next, and who is free. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, NewType

from common.errors import EtagMismatch, InvalidInput, NotFound, WrongState
from scheduler.domain.availability import Interval, busy_until

PoolId = NewType("PoolId", str)

# Of the later occurrences that whoever is picked cannot attend, so many are told.
MOST_CONFLICTS = 20
# So many are named, where nobody is free.
MOST_NAMED = 10


class Strategy(Enum):
    FIRST_FREE = "FIRST_FREE"
    ROUND_ROBIN = "ROUND_ROBIN"


class PoolNotFound(NotFound):
    def __init__(self, pool_id: str, field: str = "pool_id") -> None:
        super().__init__(f"no pool {pool_id}", field=field, pool_id=pool_id)


class MemberTwice(InvalidInput):
    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is in the pool twice; name everybody once", field="pool.members")


class PoolsAreSettled(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "who is picked from a pool is settled when the meeting is made; change its invitees",
            field="meeting.pools",
        )


class NobodyFree(WrongState):
    """Nobody of a pool is free; *busy* says until when each of them is not."""

    def __init__(self, pool: "Pool", busy: Mapping[str, datetime]) -> None:
        soonest = sorted(busy.items(), key=lambda one: one[1])[:MOST_NAMED]
        named = ", ".join(f"{email} until {until:%Y-%m-%dT%H:%M:%SZ}" for email, until in soonest)
        super().__init__(
            f"not enough people of the pool {pool.name} are free then; busy are: "
            f"{named or 'nobody, but all others are in the meeting already'}",
            field="meeting.pools",
            pool_id=pool.id,
            busy=named,
        )


@dataclass(frozen=True, slots=True)
class Member:
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Pool:
    """*last_taken* is the email of whom a round robin took last."""

    id: PoolId
    name: str
    strategy: Strategy
    members: Sequence[Member]
    create_time: datetime
    update_time: datetime
    last_taken: str = ""
    version: int = 1

    @property
    def etag(self) -> str:
        return f"v{self.version}"

    def check(self) -> None:
        """Raise ``MemberTwice``."""
        seen: set[str] = set()
        for one in self.members:
            if one.email.casefold() in seen:
                raise MemberTwice(one.email)
            seen.add(one.email.casefold())

    def check_etag(self, etag: str) -> None:
        """Raise ``EtagMismatch`` when the caller read another version; an empty one is no claim."""
        if etag and etag != self.etag:
            raise EtagMismatch(
                "the pool has changed since you read it; read it again", current=self.etag
            )

    def in_turn(self) -> Sequence[Member]:
        """The members in the order in which they are asked."""
        emails = [one.email for one in self.members]
        if self.strategy is Strategy.FIRST_FREE or self.last_taken not in emails:
            return self.members
        after = emails.index(self.last_taken) + 1
        return [*self.members[after:], *self.members[:after]]


@dataclass(frozen=True, slots=True)
class PoolDemand:
    """So many of a pool, in a role; *may_be_nobody* where fewer will do."""

    pool_id: str
    role: str = "PARTICIPANT"
    count: int = 1
    may_be_nobody: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """Who was picked of a pool for the time from *start* to *end*.

    *conflicts* are the starts of later occurrences at which they are busy; of the first too, where
    the meeting moved and nobody else was free. *replaces* is who had been picked before it moved.
    """

    pool_id: str
    email: str
    role: str
    start: datetime
    end: datetime
    conflicts: Sequence[datetime] = ()
    replaces: str = ""


Busy = Mapping[str, Sequence[Interval]]


def free_members(
    pool: Pool,
    demand: PoolDemand,
    times: Sequence[Interval],
    busy: Busy,
    there: Collection[str],
) -> Sequence[Pick]:
    """Who of *pool* is free at the first of *times*, as many as are demanded, in their turn.

    *there* are emails, in small letters, of those who are in the meeting already. Raises
    ``NobodyFree``.
    """
    picks: list[Pick] = []
    until: dict[str, datetime] = {}
    for one in pool.in_turn():
        if one.email.casefold() in there or len(picks) == demand.count:
            continue
        if ends := busy_until(busy[one.email], times[0]):
            until[one.email] = ends
            continue
        picks.append(_pick_of(pool.id, one.email, demand.role, times, busy))
    if len(picks) < demand.count and not demand.may_be_nobody:
        raise NobodyFree(pool, until)
    return picks


def picked_anew(
    pool: Pool | None,
    former: Pick,
    demand: PoolDemand,
    times: Sequence[Interval],
    busy: Busy,
    there: Collection[str],
) -> Pick:
    """Who has the place of *former* in a meeting that is now held at *times*.

    That is *former* where they are free at the first, else the next of *pool* who is, else again
    *former* with that time among the conflicts, if *demand* allows. Raises ``NobodyFree``.
    """
    stays = _pick_of(former.pool_id, former.email, former.role, times, busy)
    if pool is None or not busy_until(busy[former.email], times[0]):
        return stays
    for one in free_members(pool, replace(demand, count=1), times, busy, there):
        return replace(one, replaces=former.email)
    return stays


def demand_of(pick: Pick, demands: Sequence[PoolDemand]) -> PoolDemand:
    """The demand that *pick* was for."""
    same = [one for one in demands if (one.pool_id, one.role) == (pick.pool_id, pick.role)]
    return same[0] if same else PoolDemand(pick.pool_id, pick.role)


def _pick_of(pool_id: str, email: str, role: str, times: Sequence[Interval], busy: Busy) -> Pick:
    first = times[0]
    missed = [one.start for one in times if busy_until(busy[email], one)]
    return Pick(pool_id, email, role, first.start, first.end, tuple(missed[:MOST_CONFLICTS]))


def pick_from(kept: Mapping[str, Any]) -> Pick:
    """The pick that was *kept* with its meeting."""
    moment = datetime.fromisoformat
    return Pick(
        kept["pool_id"],
        kept["email"],
        kept["role"],
        moment(kept["start"]),
        moment(kept["end"]),
        tuple(moment(one) for one in kept["conflicts"]),
        kept.get("replaces", ""),
    )


def refuse_pools(changed: Collection[str]) -> None:
    """Raise ``PoolsAreSettled`` for a change of what is settled when a meeting is made."""
    if "pools" in changed:
        raise PoolsAreSettled
