"""One replica in a process of its own, to be killed or stopped: relay, reader and timers.

Run as ``python -m tests.support.replica '<json of a Plan>'``. What it does is counted in the table
``effects`` of the target database, in the transaction that makes it.
"""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

from common import bus, db, leases, outbox
from common.consuming import Consumer
from common.db import Database, Transaction
from common.leases import Leases
from common.principal import Principal, service_principal
from common.run import run, until_stopped
from common.timers import Timer, Timers
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1.events_pb2 import MeetingCancelled
from tests.support.facts import SOURCE, Outbox

EFFECTS = """
create table effects (
    position bigint generated always as identity primary key,
    workspace_id text not null, kind text not null, name text not null, sequence bigint not null,
    due_at timestamptz, at timestamptz not null default clock_timestamp())
"""


@dataclass(frozen=True)
class Plan:
    """Which databases and broker a replica works on, and how soon it is replaced (seconds)."""

    name: str
    source: str
    target: str
    nats: str
    ttl: float = 2.0
    timer_lease: float = 3.0
    # How long an effect stays uncommitted, for a signal to hit it there.
    linger: float = 0.0


class Effects:
    def __init__(self, target: Database, linger: float) -> None:
        self._db = target
        self._linger = linger

    async def heard(self, _: MeetingCancelled, envelope: Envelope) -> None:
        caller = service_principal(SOURCE, envelope.workspace_id)
        await self._write(caller, "fact", envelope.aggregate_id, envelope.aggregate_sequence)

    async def rung(self, caller: Principal, timer: Timer) -> None:
        await self._write(caller, "timer", timer.key, timer.attempts, timer)

    async def _write(
        self, caller: Principal, kind: str, name: str, sequence: int, timer: Timer | None = None
    ) -> None:
        async with self._db.begin(caller, Transaction) as tx:
            await tx.run(
                """
                insert into effects (workspace_id, kind, name, sequence, due_at)
                values (:w, :kind, :name, :sequence, :due)""",
                w=caller.workspace_id,
                kind=kind,
                name=name,
                sequence=sequence,
                due=timer.due_at if timer else None,
            )
            await asyncio.sleep(self._linger)


async def main(stopping: asyncio.Event) -> None:
    plan = Plan(**json.loads(sys.argv[1]))
    async with (
        db.connected(plan.source, SOURCE) as source,
        db.connected(plan.target, SOURCE) as target,
        bus.connected(plan.nats, plan.name) as client,
    ):
        effects = Effects(target, plan.linger)
        consumer = Consumer(
            target, client, SOURCE, {MeetingCancelled: effects.heard}, Outbox(source)
        )
        mine = Leases(target, plan.name, ttl=plan.ttl)
        await until_stopped(
            stopping,
            outbox.Relay(source, client).run(),
            outbox.Reconciler(source, client).run(),
            leases.hold(mine, "reading", lambda _: consumer.run()),
            Timers(target, {"bell": effects.rung}, lease=plan.timer_lease).run(),
        )


@asynccontextmanager
async def replica(plan: Plan) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that works by *plan* while the block runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.replica", json.dumps(asdict(plan))),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.wait()


if __name__ == "__main__":
    run(main)
