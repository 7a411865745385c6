"""A session has one owner; another replica takes it over and none speaks out of turn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from common.leases import Lease, LeaseLost, Leases
from common.links import LinkSigner
from convene.common.v1.meeting_pb2 import BotSpec
from convene.session.v1 import session_pb2 as pb
from session.domain.sessions import SessionId
from session.service.charge import Charge
from session.store import Store
from tests.component.session.conftest import LONG_TTL, Parts, World, replica
from tests.support.eventually import eventually
from tests.support.facts import expire_leases
from tests.support.sessions import a_session


class CutLeases(Leases):
    """Leases of a replica that can be cut off from the lease table, as by a long pause."""

    cut = False

    async def acquire(self, name: str) -> Lease | None:
        self._check()
        return await super().acquire(name)

    async def renew(self, lease: Lease) -> bool:
        self._check()
        return await super().renew(lease)

    async def release(self, lease: Lease) -> None:
        self._check()
        await super().release(lease)

    def _check(self) -> None:
        if self.cut:
            raise OSError("cut off")


@asynccontextmanager
async def a_replica(parts: Parts, owner: str) -> AsyncIterator[tuple[World, CutLeases]]:
    leases = CutLeases(parts.db, owner, ttl=LONG_TTL)
    async with replica(parts, leases) as world:
        yield world, leases


async def owner_of(parts: Parts, session_id: str) -> str:
    lease = await Leases(parts.db, "looking").find(f"session {session_id}")
    return lease.owner if lease else ""


async def lock(world: World) -> pb.Command:
    request = pb.LockSessionRequest(meeting_id="mtg_1", session_id="active")
    return (await world.stub.LockSession(request, metadata=world.mine)).command


async def test_any_replica_takes_a_command_and_the_owner_applies_it(parts: Parts) -> None:
    async with a_replica(parts, "a") as (one, _):
        session = await one.started()
        async with a_replica(parts, "b") as (other, _):
            accepted = await lock(other)
            await other.until_settled(accepted, "APPLIED")
            assert await owner_of(parts, session.id) == "a"


async def test_a_replica_that_stops_hands_its_sessions_over_at_once(parts: Parts) -> None:
    async with a_replica(parts, "b") as (other, _):
        async with a_replica(parts, "a") as (one, _):
            started = [await one.start(meeting_id=f"mtg_{number}") for number in range(4)]

        async def all_taken() -> bool:
            return {await owner_of(parts, session.id) for session in started} == {"b"}

        await eventually(all_taken)
        for session in started:
            await other.until(session.id, "WAITING", session.meeting_id)


async def test_a_silent_owner_is_replaced_and_writes_nothing_more(parts: Parts) -> None:
    async with a_replica(parts, "a") as (one, leases):
        session = await one.started(bots=[BotSpec(kind="transcriber")])
        ada = await one.joined(session, "Ada")
        async with a_replica(parts, "b") as (other, _):
            leases.cut = True
            await expire_leases(parts.db)

            async def taken_over() -> bool:
                return await owner_of(parts, session.id) == "b"

            await eventually(taken_over)
            await other.until_settled(await lock(other), "APPLIED")
            parts.plane.leave(session.id, ada)
            await other.until_participant(session.id, ada, "LEFT")

            told = await other.names_told(session.id)
            assert [told.count(name) for name in ("SessionLocked", "ParticipantLeft")] == [1, 1]


async def test_a_former_owner_writes_nothing(parts: Parts) -> None:
    former, latter = Leases(parts.db, "a", ttl=0.01), Leases(parts.db, "b")
    lease = await former.acquire("session ses_1")
    assert lease is not None
    charge = Charge(
        Store(parts.db),
        parts.plane,
        LinkSigner(b"link key", "https://meet.example"),
        lease,
        SessionId("ses_1"),
        parts.caller.workspace_id,
        True,
    )
    await eventually(lambda: latter.acquire("session ses_1"))

    with pytest.raises(LeaseLost):
        async with charge.writing() as tx:
            await tx.add_session(a_session())

    async with charge.store.begin(parts.caller) as tx:
        assert await tx.newest_sessions("mtg_1", 1) == []


async def test_a_room_that_the_node_forgot_is_built_again(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")

    del world.plane.rooms[session.id]

    await eventually(lambda: session.id in world.plane.rooms)
    world.plane.rooms[session.id].epochs[ada] = 1
    world.plane.join(session.id, ada)

    async def back() -> bool:
        return (await world.roster(session.id))[0].epoch == 2

    await eventually(back)
