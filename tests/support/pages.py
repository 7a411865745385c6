"""A join page under test: a signalling connection whose words are waited for one by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from grpc import aio

from convene.session.v1 import signal_pb2 as pb
from convene.session.v1.signal_pb2_grpc import SignalServiceStub
from tests.support.eventually import CEILING_SECONDS

Call = aio.StreamStreamCall[pb.SignalRequest, pb.SignalResponse]


class Page:
    """Remembers everything that it was told in *told*."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.told: list[pb.SignalResponse] = []

    async def say(self, **request: Any) -> None:
        await self.call.write(pb.SignalRequest(**request))

    async def hello(self, token: str, *, consent: bool = False) -> None:
        await self.say(hello=pb.Hello(join_token=token, consent=consent))

    async def hear(self, kind: str) -> Any:
        """The next response of *kind*; others before it are remembered."""
        async with asyncio.timeout(CEILING_SECONDS):
            while True:
                response: Any = await self.call.read()
                if response is aio.EOF:
                    heard = [one.WhichOneof("response") for one in self.told]
                    raise AssertionError(f"it ended without {kind} after {heard}")
                self.told.append(response)
                if response.WhichOneof("response") == kind:
                    return getattr(response, kind)

    async def until(self, kind: str, **fields: Any) -> Any:
        """The next response of *kind* whose message has *fields*, like `participant__muted`."""
        while True:
            heard = await self.hear(kind)
            if all(_field(heard, name) == value for name, value in fields.items()):
                return heard

    async def end(self) -> None:
        """Read on until the other side ends; raises what it ended with."""
        async with asyncio.timeout(CEILING_SECONDS):
            while (response := await self.call.read()) is not aio.EOF:
                self.told.append(response)  # type: ignore[arg-type]

    def lose(self) -> None:
        """The network drops the connection."""
        self.call.cancel()


def _field(message: Any, name: str) -> Any:
    for part in name.split("__"):
        message = getattr(message, part)
    return message


@asynccontextmanager
async def connected(stub: SignalServiceStub) -> AsyncIterator[Page]:
    """A page that has said nothing yet."""
    call: Any = stub.Signal()
    try:
        yield Page(call)
    finally:
        call.cancel()
