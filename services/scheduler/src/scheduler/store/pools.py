"""Where pools of people live."""

from collections.abc import Sequence
from typing import Any

import orjson

from common.db import Transaction
from scheduler.domain.pools import Member, Pool, PoolId, PoolNotFound, Strategy


class PoolRows(Transaction):
    async def pool(self, pool_id: PoolId, *, lock: bool = False) -> Pool:
        """The pool, held against other writers when *lock* is set; raises ``PoolNotFound``."""
        found = await self.find_pool(pool_id, lock=lock)
        if found is None:
            raise PoolNotFound(pool_id)
        return found

    async def find_pool(self, pool_id: PoolId, *, lock: bool = False) -> Pool | None:
        found = await self.run(
            f"select * from pools where id = :id {'for update' if lock else ''}", id=pool_id
        )
        row = found.one_or_none()
        return _pool(row) if row else None

    async def pools(self, after: str, limit: int) -> Sequence[Pool]:
        rows = await self.run(
            "select * from pools where id > :after order by id limit :limit",
            after=after,
            limit=limit,
        )
        return [_pool(row) for row in rows]

    async def add_pool(self, pool: Pool) -> None:
        await self.run(
            """
            insert into pools (workspace_id, id, name, strategy, members, version, create_time,
                update_time)
            values (:w, :id, :name, :strategy, cast(:members as jsonb), 1, :created, :updated)""",
            **_values(pool),
            w=self.caller.workspace_id,
            created=pool.create_time,
        )

    async def save_pool(self, pool: Pool) -> Pool:
        """Write a locked pool back; it gets its next version."""
        saved = await self.run(
            """
            update pools set name = :name, strategy = :strategy, update_time = :updated,
                members = cast(:members as jsonb), version = version + 1
            where id = :id returning *""",
            **_values(pool),
        )
        return _pool(saved.one())

    async def note_turn(self, pool_id: PoolId, email: str) -> None:
        """Whoever comes after *email* is next in turn."""
        await self.run(
            "update pools set last_taken = :email where id = :id", id=pool_id, email=email
        )

    async def drop_pool(self, pool_id: PoolId) -> None:
        await self.run("delete from pools where id = :id", id=pool_id)

    async def hold_people(self, emails: Sequence[str]) -> None:
        """Keep others who would pick one of them, from this pool or another, until this ends."""
        # In one order for all, so that two never wait for each other.
        await self.run(
            """
            select pg_advisory_xact_lock(hashtextextended(one.key, 0))
            from (select key from unnest(cast(:keys as text[])) as k (key) order by key) as one""",
            keys=sorted({f"{self.caller.workspace_id} person {one.casefold()}" for one in emails}),
        )


def _values(pool: Pool) -> dict[str, Any]:
    return {
        "id": pool.id,
        "name": pool.name,
        "strategy": pool.strategy.value,
        "members": orjson.dumps(pool.members).decode(),
        "updated": pool.update_time,
    }


def _pool(row: Any) -> Pool:
    return Pool(
        PoolId(row.id),
        row.name,
        Strategy(row.strategy),
        tuple(Member(**one) for one in row.members),
        row.create_time,
        row.update_time,
        row.last_taken,
        row.version,
    )
