"""How a scripted person gets in: by a join link, as everybody does."""

import asyncio
import random

import structlog
from google.rpc import error_details_pb2
from grpc import StatusCode, aio
from grpc_status import rpc_status

from common import rpc
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.session_pb2_grpc import SessionServiceStub

log = structlog.get_logger()

CALL_SECONDS = 5.0
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
# The session service is away, or in trouble that passes.
PASSING = frozenset(
    {
        StatusCode.UNAVAILABLE,
        StatusCode.DEADLINE_EXCEEDED,
        StatusCode.RESOURCE_EXHAUSTED,
        StatusCode.ABORTED,
        StatusCode.CANCELLED,
        StatusCode.INTERNAL,
        StatusCode.UNKNOWN,
    }
)


class JoinRefused(Exception):
    """The session service will not let this person in, now or later."""


class Joining:
    """Exchanges join links at the session service."""

    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._sessions = SessionServiceStub(channel)
        self._caller = caller

    async def participant(self, session_id: str, code: str, name: str) -> str:
        """The participant that *code* makes of *name*; tries until there is an answer.

        Raises ``JoinRefused`` when the answer is no for good.
        """
        wait = FIRST_WAIT_SECONDS
        request = pb.ExchangeJoinLinkRequest(code=code, name=name)
        while True:
            try:
                answer = await self._sessions.ExchangeJoinLink(
                    request, metadata=self._caller.metadata(None), timeout=CALL_SECONDS
                )
            except aio.AioRpcError as error:
                if not is_passing(error):
                    raise JoinRefused(error.details() or error.code().name) from error
                log.warning("join link not exchanged yet", code=error.code().name)
            else:
                if answer.session.id != session_id:
                    raise JoinRefused(f"the join link leads into {answer.session.id or 'nothing'}")
                return answer.participant.id
            # Spread out, so that a room full of people does not knock in step.
            await asyncio.sleep(wait * random.uniform(0.5, 1))
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def is_passing(error: aio.AioRpcError) -> bool:
    """Whether the same call may work later: the code says so, or the refusal names a wait."""
    if error.code() in PASSING:
        return True
    # The stubs want a call; an error of an asynchronous call has the same trailers.
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    details = status.details if status is not None else ()
    return any(detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR) for detail in details)
