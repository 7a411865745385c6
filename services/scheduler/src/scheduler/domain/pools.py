"""Pools of people, one of whom is picked for a meeting: who is next, and who is free. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
    def __init__(self, pool_id: str) -> None:
        super().__init__(f"no pool {pool_id}", field="pool_id", pool_id=pool_id)


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

    *conflicts* are the starts of later occurrences at which they are busy.
    """

    pool_id: str
    email: str
    role: str
    start: datetime
    end: datetime
    conflicts: Sequence[datetime] = ()


def free_members(
    pool: Pool,
    demand: PoolDemand,
    times: Sequence[Interval],
    busy: Mapping[str, Sequence[Interval]],
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
        missed = [time.start for time in times[1:] if busy_until(busy[one.email], time)]
        first = times[0]
        picks.append(
            Pick(
                pool.id,
                one.email,
                demand.role,
                first.start,
                first.end,
                tuple(missed[:MOST_CONFLICTS]),
            )
        )
    if len(picks) < demand.count and not demand.may_be_nobody:
        raise NobodyFree(pool, until)
    return picks


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
    )


def refuse_pools(changed: Collection[str]) -> None:
    """Raise ``PoolsAreSettled`` for a change of what is settled when a meeting is made."""
    if "pools" in changed:
        raise PoolsAreSettled
