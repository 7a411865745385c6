"""What every service answers beside its own contract: facts, dead letters, clock, capabilities."""

from collections.abc import Sequence

from grpc import aio

from common import clock, outbox, rpc
from common.capabilities import Look, nothing
from common.db import Database
from common.errors import Unavailable
from common.parking import Parked, Parking, dead_letters_of
from common.principal import Principal
from convene.common.v1 import service_pb2 as pb
from convene.common.v1 import service_pb2_grpc as grpc
from convene.common.v1.envelope_pb2 import Envelope

FACTS = "convene.common.v1.FactsService"
CLOCK = "convene.common.v1.ClockService"
CAPABILITIES = "convene.common.v1.CapabilityService"
PAGE = 100


class FactsUnavailable(Unavailable):
    """The owner of the facts does not answer."""


class FactsRpc(grpc.FactsServiceServicer):
    def __init__(self, db: Database) -> None:
        self._db = db

    async def ListFacts(
        self, request: pb.ListFactsRequest, context: rpc.Context
    ) -> pb.ListFactsResponse:
        facts, first = await outbox.facts_of(
            self._db, request.aggregate_id, request.from_sequence, request.limit or PAGE
        )
        return pb.ListFactsResponse(facts=facts, kept_from_sequence=first)

    async def ListDeadLetters(
        self, request: pb.ListDeadLettersRequest, context: rpc.Context
    ) -> pb.ListDeadLettersResponse:
        found = await dead_letters_of(self._db, request.limit or PAGE)
        return pb.ListDeadLettersResponse(dead_letters=map(_dead_letter, found))

    async def ReplayDeadLetter(
        self, request: pb.ReplayDeadLetterRequest, context: rpc.Context
    ) -> pb.ReplayDeadLetterResponse:
        await Parking(self._db, request.consumer).replay(request.aggregate_id)
        return pb.ReplayDeadLetterResponse()

    async def SkipDeadLetter(
        self, request: pb.SkipDeadLetterRequest, context: rpc.Context
    ) -> pb.SkipDeadLetterResponse:
        parking = Parking(self._db, request.consumer)
        await parking.skip(request.aggregate_id, request.sequence)
        return pb.SkipDeadLetterResponse()


class ClockRpc(grpc.ClockServiceServicer):
    def __init__(self, db: Database) -> None:
        self._db = db

    async def AdvanceClock(
        self, request: pb.AdvanceClockRequest, context: rpc.Context
    ) -> pb.AdvanceClockResponse:
        ahead = await clock.advance(self._db, rpc.caller(), request.seconds, request.key)
        return pb.AdvanceClockResponse(offset_seconds=ahead)


class CapabilitiesRpc(grpc.CapabilityServiceServicer):
    def __init__(self, look: Look) -> None:
        self._look = look

    async def ListCapabilities(
        self, request: pb.ListCapabilitiesRequest, context: rpc.Context
    ) -> pb.ListCapabilitiesResponse:
        return pb.ListCapabilitiesResponse(
            capabilities=[
                pb.Capability(
                    name=one.name,
                    standing=f"CAPABILITY_STANDING_{one.standing.name}",
                    detail=one.detail,
                )
                for one in await self._look()
            ]
        )


class FactsClient:
    """Asks the service at *address* for facts that a consumer missed."""

    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = grpc.FactsServiceStub(channel)
        self._caller = caller

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        """What is still kept from *from_sequence* on; raises ``FactsUnavailable``."""
        facts: list[Envelope] = []
        while True:
            # What has passed its retention is skipped, so the next page begins after the last fact.
            begin = facts[-1].aggregate_sequence + 1 if facts else from_sequence
            page = await self._page(caller, aggregate_id, begin)
            facts.extend(page)
            if len(page) < PAGE:
                return facts

    async def _page(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        request = pb.ListFactsRequest(
            aggregate_id=aggregate_id, from_sequence=from_sequence, limit=PAGE
        )
        try:
            answer = await self._stub.ListFacts(
                request, metadata=self._caller.metadata(caller), timeout=rpc.budget()
            )
        except aio.AioRpcError as error:
            raise FactsUnavailable(f"{aggregate_id}: {error.details()}") from error
        return answer.facts


def _dead_letter(parked: Parked) -> pb.DeadLetter:
    return pb.DeadLetter(
        consumer=parked.consumer,
        workspace_id=parked.envelope.workspace_id,
        aggregate_id=parked.envelope.aggregate_id,
        sequence=parked.envelope.aggregate_sequence,
        message=parked.envelope.message,
        attempts=parked.attempts,
        error=parked.error,
    )


def servicers(db: Database, look: Look = nothing) -> list[rpc.Servicer]:
    """The shared servicers, to serve beside a service's own."""
    capabilities = CapabilitiesRpc(look)
    return [
        rpc.Servicer(grpc.add_FactsServiceServicer_to_server, FactsRpc(db), FACTS),
        rpc.Servicer(grpc.add_ClockServiceServicer_to_server, ClockRpc(db), CLOCK),
        rpc.Servicer(grpc.add_CapabilityServiceServicer_to_server, capabilities, CAPABILITIES),
    ]
