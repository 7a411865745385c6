"""Use cases of access: whose key it is, keys made and revoked, the sandbox's clock."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common import keys
from common.clock import ClockNotMovable
from common.errors import Conflict
from common.ids import new_id
from common.principal import Kind, Principal
from gateway.clients.clocks import Clocks
from gateway.domain.keys import (
    MOST_KEYS,
    SHOWN_LENGTH,
    ApiKey,
    ApiKeyNotFound,
    InvalidApiKey,
    TooManyApiKeys,
    check_grant,
    check_usable,
    twin_of,
)
from gateway.store.access import AccessStore

# Longer than the calls to all services may take.
CLOCK_LEASE_SECONDS = 15.0


class ClockIsMoving(Conflict):
    def __init__(self) -> None:
        super().__init__("another call moves this workspace's clock; try again", retry_after=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key shall be. *ttl_seconds* 0 means that it does not expire."""

    name: str
    scopes: tuple[str, ...] = ()
    test: bool = False
    ttl_seconds: int = 0


class Access:
    """*scopes* are all that the suite's contracts name."""

    def __init__(self, store: AccessStore, clocks: Clocks, scopes: Collection[str]) -> None:
        self._store = store
        self._clocks = clocks
        self._scopes = frozenset(scopes)

    async def authenticate(self, key: str) -> Principal:
        """Whose key this is; raises ``InvalidApiKey``, ``ApiKeyRevoked``, ``ApiKeyExpired``."""
        # A mistyped key costs no look-up, and a look-up by hash compares no secret.
        found = (
            await self._store.find_by_hash(keys.hash_key(key)) if keys.is_well_formed(key) else None
        )
        if found is None:
            raise InvalidApiKey
        known, now = found
        check_usable(known, now)
        return Principal(known.acts_in, Kind.API_KEY, known.id, known.granted, known.test)

    async def create_key(self, caller: Principal, wanted: NewKey) -> tuple[ApiKey, str]:
        """A new key and its text, which is kept nowhere. A test key makes test keys only."""
        check_grant(wanted.scopes, caller.scopes, self._scopes)
        test = wanted.test or caller.test
        text = keys.make_key(test)
        async with self._store.begin(caller) as tx:
            if await tx.count_keys() >= MOST_KEYS:
                raise TooManyApiKeys
            key = ApiKey(
                id=new_id("key"),
                workspace_id=caller.workspace_id,
                acts_in=_workspace_for(caller, test=test),
                name=wanted.name,
                prefix=text[:SHOWN_LENGTH],
                hash=keys.hash_key(text),
                scopes=wanted.scopes,
                test=test,
                expire_time=_expiry(tx.now, wanted.ttl_seconds),
                create_time=tx.now,
            )
            await tx.add_key(key)
            await tx.record("api_key.create", key.id)
        return key, text

    async def list_keys(
        self, caller: Principal, size: int, after: tuple[datetime, str] | None
    ) -> tuple[Sequence[ApiKey], bool]:
        """A page of the workspace's keys, newest first, and whether more follow."""
        async with self._store.begin(caller) as tx:
            return await tx.list_keys(size, after)

    async def revoke_key(self, caller: Principal, key_id: str) -> ApiKey:
        """Make a key useless; one that is revoked stays so."""
        async with self._store.begin(caller) as tx:
            key = await tx.find_key(key_id)
            if key is None:
                raise ApiKeyNotFound(key_id)
            if not key.revoked:
                key = key.after_revocation()
                await tx.save_key(key)
                await tx.record("api_key.revoke", key.id)
            return key

    async def advance_clock(
        self, caller: Principal, seconds: int, key: str
    ) -> tuple[datetime, int]:
        """Move the workspace's clock in every service; its time then, and how far it is ahead.

        A move that an earlier call left half done is finished first. Raises ``ClockOutOfReach``
        when a service does not answer, ``ClockNotMovable`` outside a test workspace.
        """
        if not caller.test:
            raise ClockNotMovable
        async with self._store.begin(caller):
            # A call that was answered before is answered here, before any clock moves.
            pass
        while True:
            claimed = await self._store.claim_clock_move(caller, key, seconds, CLOCK_LEASE_SECONDS)
            if claimed is None:
                raise ClockIsMoving
            moved, by = claimed
            try:
                async with asyncio.timeout(CLOCK_LEASE_SECONDS / 2):
                    await self._clocks.advance(caller, by, moved)
            except BaseException:
                await asyncio.shield(self._store.release_clock_move(caller))
                raise
            async with self._store.begin(caller) as tx:
                now, ahead = await tx.finish_clock_move(moved, by)
                if moved == key:
                    await tx.record("sandbox.clock.advance", f"{seconds} s")
            if moved == key:
                return now, ahead


def _workspace_for(caller: Principal, *, test: bool) -> str:
    # A test workspace is its own twin: keys made by a test key act where that key acts.
    return twin_of(caller.workspace_id) if test and not caller.test else caller.workspace_id


def _expiry(now: datetime, ttl_seconds: int) -> datetime | None:
    return now + timedelta(seconds=ttl_seconds) if ttl_seconds else None
