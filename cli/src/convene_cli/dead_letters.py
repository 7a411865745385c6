"""The dead letters of a running suite: listed, replayed and skipped over gRPC."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from google.protobuf.json_format import MessageToDict
from grpc import aio

from common import rpc
from common.principal import service_principal
from convene.common.v1 import service_pb2 as pb
from convene.common.v1.service_pb2_grpc import FactsServiceStub
from convene_cli.errors import CannotStart

# A consumer is called `<service>-from-<source>`; its service keeps what it could not apply.
BETWEEN = "-from-"
CALL_SECONDS = 10.0
MOST_LISTED = 1000
VIA = "cli"


class Refused(CannotStart):
    """A service answered with an error."""


@dataclass(frozen=True)
class DeadLetters:
    """The dead letters of the services at *addresses*, asked with the suite's own key."""

    addresses: Mapping[str, str]
    signing_key: str

    async def listed(self) -> Sequence[pb.DeadLetter]:
        """Every dead letter, service by service; raises ``Refused``."""
        found: list[pb.DeadLetter] = []
        for service in self.addresses:
            async with self._asked(service) as stub:
                answer = await stub.ListDeadLetters(
                    pb.ListDeadLettersRequest(limit=MOST_LISTED),
                    metadata=self._metadata(),
                    timeout=CALL_SECONDS,
                )
            found.extend(answer.dead_letters)
        return found

    async def replay(self, consumer: str, aggregate_id: str) -> None:
        """Have *aggregate_id*'s parked facts tried again; raises ``Refused``."""
        request = pb.ReplayDeadLetterRequest(consumer=consumer, aggregate_id=aggregate_id)
        async with self._asked(self._service_of(consumer)) as stub:
            await stub.ReplayDeadLetter(request, metadata=self._metadata(), timeout=CALL_SECONDS)

    async def skip(self, consumer: str, aggregate_id: str, sequence: int) -> None:
        """Give the first parked fact of *aggregate_id* up; raises ``Refused``."""
        request = pb.SkipDeadLetterRequest(
            consumer=consumer, aggregate_id=aggregate_id, sequence=sequence
        )
        async with self._asked(self._service_of(consumer)) as stub:
            await stub.SkipDeadLetter(request, metadata=self._metadata(), timeout=CALL_SECONDS)

    def _service_of(self, consumer: str) -> str:
        service, _, source = consumer.partition(BETWEEN)
        if service not in self.addresses or not source:
            raise Refused(f"{consumer} is no consumer; `convene dead-letters list` names them")
        return service

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        # Dead letters are the operator's, of whichever workspace.
        operator = service_principal(VIA, "")
        return rpc.Caller(self.signing_key.encode(), VIA).metadata(operator)

    @asynccontextmanager
    async def _asked(self, service: str) -> AsyncIterator[FactsServiceStub]:
        async with rpc.channel(self.addresses[service]) as channel:
            try:
                yield FactsServiceStub(channel)
            except aio.AioRpcError as error:
                raise Refused(f"{service}: {error.details()}") from None


def shown(letters: Sequence[pb.DeadLetter]) -> str:
    """One block of lines for each letter, for people."""
    if not letters:
        return "no dead letters"
    return "\n".join(
        f"{one.consumer} {one.aggregate_id} {one.sequence}\n"
        f"  fact       {one.message}\n"
        f"  workspace  {one.workspace_id}\n"
        f"  failed     {one.attempts} times, last with {one.error}"
        for one in letters
    )


def as_dicts(letters: Sequence[pb.DeadLetter]) -> list[dict[str, object]]:
    """The letters with the names of the contract's fields, for JSON."""
    return [MessageToDict(one, preserving_proto_field_name=True) for one in letters]
