"""Durable timers of workflows in Temporal's dev server, with its database in memory."""

import asyncio
import sysconfig
import time
from datetime import timedelta
from pathlib import Path

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.timer_peers.told import asked, tell, until_fired
from convene_cli.loopback import LOOPBACK, free_port

QUEUE = "bench"
ABREAST = 20
late: list[float] = []


class Ring:
    async def ring(self, at: float) -> None:
        await workflow.sleep(timedelta(seconds=max(at - workflow.time(), 0)))
        if not workflow.unsafe.is_replaying():
            late.append(time.time() - at)

    ring = workflow.run(ring)


Ring = workflow.defn(Ring)  # type: ignore[misc]


async def main() -> None:
    ask, port = asked(), free_port()
    program = Path(sysconfig.get_path("scripts")) / "temporal"
    options = ("--headless", "--ip", LOOPBACK, "--port", str(port), "--log-level", "never")
    server = await asyncio.create_subprocess_exec(
        *(str(program), "server", "start-dev", *options), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        client = await _connected(f"{LOOPBACK}:{port}")
        runner = UnsandboxedWorkflowRunner()
        async with Worker(client, task_queue=QUEUE, workflows=[Ring], workflow_runner=runner):
            # How long setting one takes, for the first to be due when all are set.
            began = time.time()
            await _put(client, -1, began)
            rate = 10 / (time.time() - began)
            await until_fired(late, 1)
            late.clear()
            instants = ask.instants(1 / rate)
            began, free = time.time(), asyncio.Semaphore(ABREAST)

            async def put(number: int, at: float) -> None:
                async with free:
                    await _put(client, number, at)

            await asyncio.gather(*(put(*one) for one in enumerate(instants)))
            rate = ask.due / (time.time() - began)
            await until_fired(late, ask.due)
            tell(late, set_a_second=rate)
    finally:
        server.kill()
        await server.wait()


async def _put(client: Client, number: int, at: float) -> None:
    await client.start_workflow("Ring", at, id=f"ring-{number}", task_queue=QUEUE)


async def _connected(address: str) -> Client:
    for _ in range(150):
        try:
            return await Client.connect(address)
        except RuntimeError:
            await asyncio.sleep(0.2)
    raise TimeoutError("temporal does not answer")


if __name__ == "__main__":
    asyncio.run(main())
