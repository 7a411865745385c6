"""The other services that artifacts asks."""

from collections.abc import Sequence

import structlog
from grpc import StatusCode, aio

from common import rpc
from common.errors import Unavailable
from common.principal import Principal
from convene.artifacts.v1 import recordings_pb2
from convene.bots.v1 import bots_pb2
from convene.bots.v1.bots_pb2_grpc import BotsServiceStub
from convene.session.v1 import session_pb2
from convene.session.v1.session_pb2_grpc import SessionServiceStub

log = structlog.get_logger()

# Bots and observers are asked nothing.
PEOPLE = frozenset({session_pb2.PARTICIPANT_KIND_PERSON, session_pb2.PARTICIPANT_KIND_PHONE})
SEGMENTS_PER_CALL = 1000


class SessionUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("the session service does not answer", retry_after=1)


class BotsUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("the bots service does not answer", retry_after=1)


class SessionClient:
    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = SessionServiceStub(channel)
        self._caller = caller

    async def ledger(self, caller: Principal, session_id: str) -> session_pb2.GetLedgerResponse:
        """The sealed account of an ended session."""
        try:
            return await self._stub.GetLedger(
                session_pb2.GetLedgerRequest(session_id=session_id),
                metadata=self._caller.metadata(caller),
                timeout=rpc.budget(),
            )
        except aio.AioRpcError as error:
            if _is_away(error):
                raise SessionUnavailable from error
            raise

    async def of(self, caller: Principal, session_id: str) -> Sequence[recordings_pb2.Consent]:
        """Who agreed to being recorded; nothing while the ledger is not sealed."""
        try:
            ledger = await self.ledger(caller, session_id)
        except (SessionUnavailable, aio.AioRpcError) as error:
            log.info("consents not shown", session=session_id, error=str(error))
            return ()
        return [
            recordings_pb2.Consent(
                participant_id=one.id,
                name=one.name,
                consent_time=one.consent_time if one.HasField("consent_time") else None,
            )
            for one in ledger.participants
            if one.kind in PEOPLE
        ]


class BotsClient:
    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = BotsServiceStub(channel)
        self._caller = caller

    async def segments(self, caller: Principal, session_id: str) -> Sequence[bots_pb2.Segment]:
        """Every final segment of a session, in order."""
        found: list[bots_pb2.Segment] = []
        more = True
        while more:
            request = bots_pb2.ListSegmentsRequest(
                session_id=session_id,
                after_sequence=found[-1].sequence if found else 0,
                limit=SEGMENTS_PER_CALL,
            )
            try:
                answer = await self._stub.ListSegments(
                    request, metadata=self._caller.metadata(caller), timeout=rpc.budget()
                )
            except aio.AioRpcError as error:
                if _is_away(error):
                    raise BotsUnavailable from error
                raise
            found.extend(answer.segments)
            more = answer.more and bool(answer.segments)
        return found


def _is_away(error: aio.AioRpcError) -> bool:
    return error.code() in (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED)
