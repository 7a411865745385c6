"""The clocks of the other services."""

import asyncio
from collections.abc import Mapping

from grpc import aio

from common import rpc
from common.errors import Unavailable
from common.principal import Principal
from convene.common.v1 import service_pb2 as pb
from convene.common.v1 import service_pb2_grpc as grpc

MOST_SECONDS = 5.0


class ClockOutOfReach(Unavailable):
    def __init__(self, service: str) -> None:
        super().__init__(
            f"the clock of {service} did not move; advance again, and what is missing "
            "of this move is made up first",
            retry_after=1,
            service=service,
        )


class Clocks:
    """*channels* by the name of the service they lead to."""

    def __init__(self, channels: Mapping[str, aio.Channel], caller: rpc.Caller) -> None:
        self._stubs = {name: grpc.ClockServiceStub(channel) for name, channel in channels.items()}
        self._caller = caller

    async def advance(self, principal: Principal, seconds: int, key: str) -> None:
        """Move every service's clock; the same *key* moves each once.

        Raises ``ClockOutOfReach`` when one did not answer: others may have moved by then.
        """
        await asyncio.gather(
            *(self._advance(name, principal, seconds, key) for name in self._stubs)
        )

    async def _advance(self, name: str, principal: Principal, seconds: int, key: str) -> None:
        try:
            await self._stubs[name].AdvanceClock(
                pb.AdvanceClockRequest(seconds=seconds, key=key),
                metadata=self._caller.metadata(principal),
                timeout=rpc.budget(MOST_SECONDS),
            )
        except aio.AioRpcError as error:
            raise ClockOutOfReach(name) from error
