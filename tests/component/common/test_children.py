"""Children of a process that is busy with calls: each becomes the program that it is started as."""

import asyncio
import sys

import pytest

CHILDREN = 30
# The loop that services run on starts children in its own way.
_PARENT = f"""
import asyncio
import {{service}}
import uvloop
from grpc import aio

async def call(channel):
    while True:
        try:
            await channel.unary_unary("/nobody/answers")(b"")
        except aio.AioRpcError:
            pass

async def main():
    server = aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with aio.insecure_channel(f"127.0.0.1:{{{{port}}}}") as channel:
        calling = [asyncio.create_task(call(channel)) for _ in range(4)]
        ends = []
        for _ in range({CHILDREN}):
            child = await asyncio.create_subprocess_exec("true", start_new_session=True)
            ends.append(await child.wait())
        for task in calling:
            task.cancel()
        await asyncio.gather(*calling, return_exceptions=True)
    await server.stop(0)
    print(ends.count(0))

uvloop.run(main())
"""


@pytest.mark.parametrize("service", ["artifacts", "bots", "scheduler"])
async def test_a_service_that_is_busy_with_calls_loses_no_child_as_it_starts(service: str) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _PARENT.format(service=service),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        told, complaint = await parent.communicate()

    # What gRPC says of the calls that the end cut off is no complaint about a child.
    assert told.decode().strip() == str(CHILDREN), complaint.decode()
