"""The meetings that there are, as the scheduler knows them."""

from grpc import StatusCode, aio

from common import rpc
from common.principal import Principal, as_system
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import SchedulerServiceStub
from gateway.domain.events import MeetingNotFound

MOST_SECONDS = 1.0


class Meetings:
    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = SchedulerServiceStub(channel)
        self._caller = caller

    async def check(self, principal: Principal, meeting_id: str) -> None:
        """Raise ``MeetingNotFound`` where there is none; nobody who answers says nothing."""
        try:
            await self._stub.GetMeeting(
                pb.GetMeetingRequest(meeting_id=meeting_id),
                metadata=self._caller.metadata(as_system(principal, "gateway")),
                timeout=rpc.budget(MOST_SECONDS),
            )
        except aio.AioRpcError as error:
            if error.code() is StatusCode.NOT_FOUND:
                raise MeetingNotFound(meeting_id) from error
