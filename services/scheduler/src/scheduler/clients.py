"""The other services that the scheduler asks."""

from grpc import StatusCode, aio

from common import rpc
from common.errors import Unavailable
from common.principal import Principal
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.session_pb2_grpc import SessionServiceStub


class SessionUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("the session service does not answer; try again", retry_after=1)


class SessionClient:
    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = SessionServiceStub(channel)
        self._caller = caller

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> pb.Session:
        """The live session of the meeting, started if there is none."""
        try:
            answer = await self._stub.StartSession(
                pb.StartSessionRequest(snapshot=snapshot),
                metadata=self._caller.metadata(caller),
                timeout=rpc.budget(),
            )
        except aio.AioRpcError as error:
            if error.code() in (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED):
                raise SessionUnavailable from error
            raise
        return answer.session
