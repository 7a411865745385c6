"""One replica that fires timers by ``common.timers``; SIGUSR1 has it tell how late each was."""

import json
import os
import signal
import sys
import time
from asyncio import Event, get_running_loop
from collections.abc import Sequence

from common import db, telemetry
from common.db import Transaction
from common.principal import Principal
from common.run import run, until_stopped
from common.timers import Firings, Timer, Timers, alone, together

EFFECT = """
    insert into effects (workspace_id, kind, name, sequence, due_at)
    select :w, 'timer', fired.*
    from unnest(cast(:names as text[]), cast(:sequences as bigint[]), cast(:dues as timestamptz[]))
        as fired"""


async def main(stopping: Event) -> None:
    telemetry.set_up("scheduler", replica="bench", otlp_endpoint="", ratio=1.0, metrics=0)
    late: list[float] = []

    def tell() -> None:
        print(json.dumps(late), flush=True)
        late.clear()

    get_running_loop().add_signal_handler(signal.SIGUSR1, tell)
    async with db.connected(os.environ["DATABASE_URL"], "scheduler") as database:

        async def ring_all(caller: Principal, timers: Sequence[Timer]) -> None:
            async with database.begin(caller, Transaction) as tx:
                await tx.run(
                    EFFECT,
                    w=caller.workspace_id,
                    names=[one.key for one in timers],
                    sequences=[one.attempts for one in timers],
                    dues=[one.due_at for one in timers],
                )
            # The block has ended, so this is committed.
            now = time.time()
            late.extend(now - one.due_at.timestamp() for one in timers)

        async def ring(caller: Principal, timer: Timer) -> None:
            await ring_all(caller, [timer])

        manners: dict[str, Firings] = {
            "together": {"bell": together(ring_all)},
            "alone": {"bell": alone(ring)},
        }
        await until_stopped(stopping, Timers(database, manners[sys.argv[1]]).run())


if __name__ == "__main__":
    run(main)
