"""What callers ask of pools. Each method is one transaction."""

from collections.abc import Sequence
from dataclasses import replace

from common import pages
from common.ids import new_id
from common.principal import Principal
from convene.scheduler.v1 import availability_pb2 as pb
from scheduler.domain.pools import Member, Pool, PoolId, Strategy
from scheduler.store import Store


class Pools:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def create(self, caller: Principal, draft: pb.PoolDraft) -> Pool:
        """Raises ``MemberTwice``."""
        async with self._store.begin(caller) as tx:
            made = Pool(
                PoolId(new_id("pol")),
                draft.name,
                _strategy(draft),
                _members(draft),
                tx.now,
                tx.now,
            )
            made.check()
            await tx.add_pool(made)
            return made

    async def get(self, caller: Principal, pool_id: str) -> Pool:
        async with self._store.begin(caller) as tx:
            return await tx.pool(PoolId(pool_id))

    async def list(
        self, caller: Principal, page_size: int, page_token: str
    ) -> tuple[Sequence[Pool], str]:
        """Pools by id, and the token of the next page."""
        after = str((pages.keys_of(page_token, 1) or [""])[0])
        size = pages.page_size(page_size)
        async with self._store.begin(caller) as tx:
            found = await tx.pools(after, size + 1)
        if len(found) <= size:
            return found, ""
        return found[:size], pages.token_for(found[size - 1].id)

    async def update(
        self,
        caller: Principal,
        pool_id: str,
        draft: pb.PoolDraft,
        named: Sequence[str],
        etag: str,
    ) -> Pool:
        """Change the *named* fields; meetings for which somebody was picked stay as they are."""
        async with self._store.begin(caller) as tx:
            before = await tx.pool(PoolId(pool_id), lock=True)
            before.check_etag(etag)
            after = before
            if "name" in named:
                after = replace(after, name=draft.name)
            if "strategy" in named:
                after = replace(after, strategy=_strategy(draft))
            if "members" in named:
                after = replace(after, members=_members(draft))
            if after == before:
                return before
            after.check()
            return await tx.save_pool(replace(after, update_time=tx.now))

    async def delete(self, caller: Principal, pool_id: str, etag: str) -> None:
        async with self._store.begin(caller) as tx:
            pool = await tx.pool(PoolId(pool_id), lock=True)
            pool.check_etag(etag)
            await tx.drop_pool(pool.id)


def pool_to_wire(pool: Pool) -> pb.Pool:
    return pb.Pool(
        id=pool.id,
        name=pool.name,
        members=[pb.PoolMember(email=one.email, name=one.name) for one in pool.members],
        strategy=f"POOL_STRATEGY_{pool.strategy.value}",
        etag=pool.etag,
        create_time=pool.create_time,
        update_time=pool.update_time,
    )


def _strategy(draft: pb.PoolDraft) -> Strategy:
    is_turns = draft.strategy == pb.POOL_STRATEGY_ROUND_ROBIN
    return Strategy.ROUND_ROBIN if is_turns else Strategy.FIRST_FREE


def _members(draft: pb.PoolDraft) -> tuple[Member, ...]:
    return tuple(Member(one.email, one.name) for one in draft.members)
