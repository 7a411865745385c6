"""A table and a poller: claim what is due with SKIP LOCKED, have the effect, delete, commit."""

import asyncio
import time

import asyncpg
import uvloop

from benchmarks.timer_peers.told import A_DAY, asked, tell

POLL_SECONDS = 0.02
BATCH = 100
TABLES = """
create table polled (id bigint primary key, due_at timestamptz not null, payload jsonb);
create index polled_due on polled (due_at);
create table polled_effects (id bigint primary key)
"""
CLAIM = """
with claimed as (
    select id from polled where due_at <= (select clock_timestamp())
    order by due_at limit $1 for update skip locked),
effect as (insert into polled_effects select id from claimed)
delete from polled using claimed where polled.id = claimed.id
returning extract(epoch from due_at)::float"""


async def main() -> None:
    ask = asked()
    late: list[float] = []
    connection = await asyncpg.connect(ask.urls["postgres"])
    await connection.execute(TABLES)
    began = time.time()
    far = [(number, began + A_DAY + number) for number in range(ask.due, ask.pending)]
    await _put(connection, far)
    rate = ask.far / (time.time() - began)
    await connection.execute("vacuum analyze polled")
    await _put(connection, list(enumerate(ask.instants())))
    while len(late) < ask.due:
        fired = await connection.fetch(CLAIM, BATCH)
        now = time.time()
        late += [now - row[0] for row in fired]
        if len(fired) < BATCH:
            await asyncio.sleep(POLL_SECONDS)
    tell(late, set_a_second=rate)


async def _put(connection: asyncpg.Connection, several: list[tuple[int, float]]) -> None:
    await connection.execute(
        """
        insert into polled select id, to_timestamp(at), '{}'
        from unnest($1::bigint[], $2::float[]) as t (id, at)""",
        [number for number, _ in several],
        [at for _, at in several],
    )


if __name__ == "__main__":
    uvloop.run(main())
