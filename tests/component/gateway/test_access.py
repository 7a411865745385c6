"""Keys over gRPC: made, used, revoked; the sandbox's clock; the audit log."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack

import pytest
from grpc import StatusCode, aio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common import bus, clock, keys, rpc
from common.db import Database, Transaction
from common.errors import Unavailable
from common.ids import new_id
from common.principal import EDGE, Principal, service_principal
from common.receiver import Receiver
from common.shared import CLOCK, ClockRpc
from convene.common.v1 import service_pb2
from convene.common.v1.service_pb2_grpc import (
    ClockServiceServicer,
    add_ClockServiceServicer_to_server,
)
from convene.gateway.v1 import access_pb2 as pb
from convene_cli.nats import NatsServer
from gateway.domain.audit import FIRST_HASH, AuditRecord
from gateway.domain.keys import twin_of
from gateway.service.bootstrap import FIRST_WORKSPACE, UnusableKey, bootstrap
from gateway.store.access import AccessStore
from tests.support.gateway import Core, a_core
from tests.support.services import KEY, OpenDatabase, a_caller, metadata, served


def suite() -> tuple[tuple[str, str], ...]:
    """The suite itself, signed now: what is signed lasts a minute."""
    return metadata(service_principal("gateway", ""))


async def authenticated(core: Core, key: str) -> pb.AuthenticateResponse:
    return await core.access.Authenticate(pb.AuthenticateRequest(key=key), metadata=suite())


async def a_key(
    core: Core, caller: Principal, *scopes: str, test: bool = False, ttl_seconds: int = 0
) -> pb.CreateApiKeyResponse:
    request = pb.CreateApiKeyRequest(name="ci", scopes=scopes, test=test, ttl_seconds=ttl_seconds)
    return await core.access.CreateApiKey(request, metadata=metadata(caller))


async def refusal(call: Awaitable[object]) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.code(), refused.value.details() or ""


async def test_a_key_opens_its_workspace_with_its_scopes(core: Core) -> None:
    caller = a_caller(test=False)
    made = await a_key(core, caller, "meetings:read")

    found = (await authenticated(core, made.key)).principal

    assert (found.workspace_id, found.id) == (caller.workspace_id, made.api_key.id)
    assert list(found.scopes) == ["meetings:read"]
    assert not found.test


async def test_a_retry_makes_no_second_key_and_shows_none(core: Core) -> None:
    caller = a_caller(test=False)
    request = pb.CreateApiKeyRequest(name="ci")
    first = await core.access.CreateApiKey(request, metadata=metadata(caller, "once"))
    again = await core.access.CreateApiKey(request, metadata=metadata(caller, "once"))

    async with core.db.begin_system() as connection:
        kept = (await connection.execute(text("select answer from idempotency"))).scalar_one()
    assert again.api_key == first.api_key
    assert (bool(first.key), again.key) == (True, "")
    assert first.key.encode() not in bytes(kept)


@pytest.mark.parametrize("asked", [(), ("*",)])
async def test_a_key_with_every_scope_shows_it_in_one_form_everywhere(
    core: Core, asked: tuple[str, ...]
) -> None:
    caller = a_caller(test=False)
    made = await a_key(core, caller, *asked)

    listed = await core.access.ListApiKeys(pb.ListApiKeysRequest(), metadata=metadata(caller))
    opened = (await authenticated(core, made.key)).principal

    for shown in (made.api_key, listed.items[0], opened):
        assert list(shown.scopes) == ["*"]


async def test_the_key_itself_is_kept_nowhere(core: Core) -> None:
    made = await a_key(core, a_caller())

    async with core.db.begin_system() as connection:
        rows = (await connection.execute(text("select * from api_keys"))).all()

    assert made.key.startswith(made.api_key.prefix)
    assert len(made.api_key.prefix) < 16
    assert made.key not in str(rows)


@pytest.mark.parametrize("key", [keys.make_key(test=False), "cnv_live_short", ""])
async def test_an_unknown_key_opens_nothing(core: Core, key: str) -> None:
    code, _ = await refusal(
        core.access.Authenticate(pb.AuthenticateRequest(key=key), metadata=suite())
    )

    assert code is StatusCode.UNAUTHENTICATED


async def test_the_edge_acting_for_a_user_may_not_ask_for_keys(core: Core) -> None:
    as_user = rpc.Caller(KEY, EDGE).metadata(a_caller())

    code, _ = await refusal(
        core.access.Authenticate(pb.AuthenticateRequest(key="x"), metadata=as_user)
    )

    assert code is StatusCode.PERMISSION_DENIED


async def test_a_revoked_key_opens_nothing_and_revoking_again_changes_nothing(core: Core) -> None:
    caller = a_caller()
    made = await a_key(core, caller)
    revoke = pb.RevokeApiKeyRequest(api_key_id=made.api_key.id)

    for _ in range(2):
        answer = await core.access.RevokeApiKey(revoke, metadata=metadata(caller))
        assert answer.api_key.revoked

    code, detail = await refusal(
        core.access.Authenticate(pb.AuthenticateRequest(key=made.key), metadata=suite())
    )
    assert (code, "revoked" in detail) == (StatusCode.UNAUTHENTICATED, True)


async def test_a_key_expires_by_the_workspaces_clock(core: Core) -> None:
    caller = a_caller()
    made = await a_key(core, caller, ttl_seconds=3600)
    await authenticated(core, made.key)

    await clock.advance(core.db, caller, 3600, new_id("clk"))

    code, detail = await refusal(
        core.access.Authenticate(pb.AuthenticateRequest(key=made.key), metadata=suite())
    )
    assert (code, "expired" in detail) == (StatusCode.UNAUTHENTICATED, True)


async def test_a_test_key_of_a_live_workspace_acts_in_another_and_is_listed_here(
    core: Core,
) -> None:
    caller = a_caller(test=False)
    made = await a_key(core, caller, test=True)

    found = (await authenticated(core, made.key)).principal
    listed = await core.access.ListApiKeys(pb.ListApiKeysRequest(), metadata=metadata(caller))

    assert made.key.startswith(keys.TEST_PREFIX)
    assert (found.workspace_id, found.test) == (twin_of(caller.workspace_id), True)
    assert [key.id for key in listed.items] == [made.api_key.id]


async def test_a_test_key_makes_only_test_keys_for_its_own_workspace(core: Core) -> None:
    caller = a_caller(test=True)

    made = await a_key(core, caller, test=False)

    found = (await authenticated(core, made.key)).principal
    assert (found.workspace_id, found.test) == (caller.workspace_id, True)


async def test_a_limited_key_cannot_make_a_stronger_one(core: Core) -> None:
    caller = a_caller(scopes=frozenset({"api-keys:write"}))

    for scopes in ([], ["meetings:write"]):
        code, _ = await refusal(
            core.access.CreateApiKey(
                pb.CreateApiKeyRequest(name="ci", scopes=scopes), metadata=metadata(caller)
            )
        )
        assert code is StatusCode.PERMISSION_DENIED


async def test_keys_are_listed_page_by_page_and_only_ones_own(core: Core) -> None:
    caller = a_caller()
    made = [(await a_key(core, caller)).api_key.id for _ in range(3)]
    await a_key(core, a_caller())

    first = await core.access.ListApiKeys(
        pb.ListApiKeysRequest(page_size=2), metadata=metadata(caller)
    )
    second = await core.access.ListApiKeys(
        pb.ListApiKeysRequest(page_size=2, page_token=first.next_page_token),
        metadata=metadata(caller),
    )

    assert [key.id for key in [*first.items, *second.items]] == made[::-1]
    assert second.next_page_token == ""


async def test_bootstrapping_twice_makes_the_workspace_and_its_keys_once(core: Core) -> None:
    live, test = keys.make_key(test=False), keys.make_key(test=True)
    store = AccessStore(core.db)

    assert [await bootstrap(store, live, test) for _ in range(2)] == [2, 0]

    opened = [(await authenticated(core, key)).principal for key in (live, test)]
    assert opened[0].workspace_id == FIRST_WORKSPACE
    assert (opened[1].workspace_id, opened[1].test) == (twin_of(FIRST_WORKSPACE), True)
    assert list(opened[0].scopes) == ["*"]


@pytest.mark.parametrize(
    ("live", "test"),
    [("secret", None), (keys.make_key(test=True), None), (None, keys.make_key(test=False))],
)
async def test_a_key_string_that_is_no_key_of_its_kind_is_refused(
    db: Database, live: str | None, test: str | None
) -> None:
    with pytest.raises(UnusableKey, match="GATEWAY_BOOTSTRAP"):
        await bootstrap(AccessStore(db), live, test)


async def test_changes_are_on_record_in_a_chain_that_nobody_can_alter(core: Core) -> None:
    caller = a_caller()
    made = await a_key(core, caller)
    revoke = pb.RevokeApiKeyRequest(api_key_id=made.api_key.id)
    await core.access.RevokeApiKey(revoke, metadata=metadata(caller))

    async with core.db.begin_system() as connection:
        found = await connection.execute(
            text(
                "select id, workspace_id, sequence, actor_kind, actor_id, action, target, "
                "trace_id, time, previous_hash, hash from audit_log order by sequence"
            )
        )
        rows = [dict(row) for row in found.mappings().all()]
    hashes = [row.pop("hash") for row in rows]
    records = [AuditRecord(**row) for row in rows]

    assert [record.action for record in records] == ["api_key.create", "api_key.revoke"]
    assert {record.target for record in records} == {made.api_key.id}
    assert [record.hash for record in records] == hashes
    assert [record.previous_hash for record in records] == [FIRST_HASH, hashes[0]]
    for statement in ("update audit_log set action = 'x'", "delete from audit_log"):
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with core.db.begin_system() as connection:
                await connection.execute(text(statement))


async def test_a_refused_change_is_not_on_record(core: Core) -> None:
    caller = a_caller()

    await refusal(
        core.access.RevokeApiKey(
            pb.RevokeApiKeyRequest(api_key_id="key_nobody"), metadata=metadata(caller)
        )
    )

    async with core.db.begin_system() as connection:
        assert (await connection.execute(text("select * from audit_log"))).all() == []


async def test_a_row_of_another_workspace_is_not_seen_even_without_a_condition(core: Core) -> None:
    await a_key(core, a_caller())

    async with core.db.begin(a_caller(), Transaction) as tx:
        rows = (await tx.run("select * from api_keys")).all()

    assert rows == []


class ObstinateClock(ClockServiceServicer):
    """A clock that does not answer as long as it is told to."""

    def __init__(self, db: Database) -> None:
        self._clock = ClockRpc(db)
        self.is_down = False

    async def AdvanceClock(
        self, request: service_pb2.AdvanceClockRequest, context: rpc.Context
    ) -> service_pb2.AdvanceClockResponse:
        if self.is_down:
            raise Unavailable("down")
        return await self._clock.AdvanceClock(request, context)


@pytest.fixture
async def other_clocks(open_database: OpenDatabase) -> list[tuple[Database, ObstinateClock]]:
    made = [await open_database("scheduler") for _ in range(2)]
    return [(db, ObstinateClock(db)) for db in made]


@pytest.fixture
async def timed_core(
    db: Database,
    nats_server: NatsServer,
    guarded: Receiver,
    other_clocks: list[tuple[Database, ObstinateClock]],
) -> AsyncIterator[Core]:
    """A core beside two services with clocks of their own."""
    async with AsyncExitStack() as stack:
        channels = {
            f"service{number}": await stack.enter_async_context(
                served(rpc.Servicer(add_ClockServiceServicer_to_server, one, CLOCK))
            )
            for number, (_, one) in enumerate(other_clocks)
        }
        nats = await stack.enter_async_context(bus.connected(nats_server.url, "test"))
        yield await stack.enter_async_context(a_core(db, nats, guarded, channels))


async def offsets(caller: Principal, *databases: Database) -> list[int]:
    found = []
    for db in databases:
        async with db.begin(caller, Transaction) as tx:
            row = await tx.run("select coalesce(max(by_seconds), 0) from clock_offsets")
            found.append(row.scalar_one())
    return found


def advance(
    core: Core, caller: Principal, seconds: int, key: str = ""
) -> aio.UnaryUnaryCall[pb.AdvanceSandboxClockRequest, pb.AdvanceSandboxClockResponse]:
    request = pb.AdvanceSandboxClockRequest(seconds=seconds)
    return core.access.AdvanceSandboxClock(request, metadata=metadata(caller, key))


async def test_the_sandbox_clock_moves_in_every_service(
    timed_core: Core, other_clocks: list[tuple[Database, ObstinateClock]]
) -> None:
    caller = a_caller()
    databases = [timed_core.db, *(db for db, _ in other_clocks)]

    await advance(timed_core, caller, 100)
    answer = await advance(timed_core, caller, 20)

    assert answer.offset_seconds == 120
    assert await offsets(caller, *databases) == [120, 120, 120]


async def test_a_retried_move_with_its_key_moves_once(
    timed_core: Core, other_clocks: list[tuple[Database, ObstinateClock]]
) -> None:
    caller = a_caller()
    databases = [timed_core.db, *(db for db, _ in other_clocks)]

    first = await advance(timed_core, caller, 100, "a")
    await advance(timed_core, caller, 20, "b")
    again = await advance(timed_core, caller, 100, "a")

    assert again == first
    assert await offsets(caller, *databases) == [120, 120, 120]


async def test_a_move_that_did_not_reach_every_service_is_finished_by_the_next(
    timed_core: Core, other_clocks: list[tuple[Database, ObstinateClock]]
) -> None:
    caller = a_caller()
    databases = [timed_core.db, *(db for db, _ in other_clocks)]
    other_clocks[1][1].is_down = True
    code, _ = await refusal(advance(timed_core, caller, 100))
    assert code is StatusCode.UNAVAILABLE
    other_clocks[1][1].is_down = False

    answer = await advance(timed_core, caller, 20)

    assert answer.offset_seconds == 120
    assert await offsets(caller, *databases) == [120, 120, 120]


async def test_the_clock_of_a_live_workspace_does_not_move(timed_core: Core) -> None:
    code, _ = await refusal(advance(timed_core, a_caller(test=False), 100))

    assert code is StatusCode.PERMISSION_DENIED
