"""What the session service asks of the scheduler, and of its own other replicas."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from grpc import StatusCode, aio

from common import rpc
from common.errors import NotFound, Unavailable, WrongState
from common.principal import Principal, service_principal
from convene.common.v1 import meeting_pb2
from convene.common.v1.meeting_pb2 import BotSpec
from convene.scheduler.v1 import meeting_pb2 as meetings
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import SchedulerServiceStub
from convene.session.v1 import signal_pb2 as signalling
from convene.session.v1.signal_pb2_grpc import SignalServiceStub
from session.domain.participants import HOSTS, Role

T = TypeVar("T")


_EARLY_STARTERS = {
    meeting_pb2.START_EARLY_UNSPECIFIED: frozenset(Role),
    meeting_pb2.START_EARLY_ANYONE: frozenset(Role),
    meeting_pb2.START_EARLY_HOSTS: HOSTS,
    meeting_pb2.START_EARLY_NOBODY: frozenset[Role](),
}


class MeetingNotFound(NotFound):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(f"no meeting {meeting_id}", field="meeting_id", meeting_id=meeting_id)


class SchedulerUnavailable(Unavailable):
    """The scheduler does not answer."""


class MeetingNotStartable(WrongState):
    """The scheduler refuses to start the meeting."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """When people may next join and when it starts, if that is planned; who starts it by joining.

    *early_starters* are the roles that may do so ahead of the planned start.
    """

    opens: datetime | None
    starts_by_joining: bool
    start: datetime | None = None
    early_starters: frozenset[Role] = frozenset(Role)

    def is_open(self, now: datetime) -> bool:
        """Whether people may join then."""
        return self.opens is None or self.opens <= now

    def is_started_by(self, role: Role, now: datetime) -> bool:
        """Whether somebody of that *role* who joins then starts the meeting."""
        if not self.starts_by_joining or not self.is_open(now):
            return False
        is_early = self.start is not None and now < self.start
        return not is_early or role in self.early_starters


class SchedulerClient:
    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = SchedulerServiceStub(channel)
        self._caller = caller

    async def check_meeting(self, principal: Principal, meeting_id: str) -> None:
        """Raises ``MeetingNotFound`` when there is no such meeting."""
        await self._meeting(principal, meeting_id)

    async def prospect(self, principal: Principal, meeting_id: str) -> Prospect:
        """How a meeting that is not live may come to be; raises ``MeetingNotFound``."""
        meeting = await self._meeting(principal, meeting_id)
        by_joining = meeting.policy.start_on_first_join
        if not meeting.next_occurrences:
            return Prospect(None, by_joining)
        start = meeting.next_occurrences[0].start_time.ToDatetime(UTC)
        early = timedelta(seconds=meeting.policy.early_join_seconds)
        return Prospect(
            start - early, by_joining, start, _EARLY_STARTERS[meeting.policy.start_early]
        )

    async def start_known(self, principal: Principal, meeting_id: str) -> None:
        """Start a meeting, or find it live; raises ``MeetingNotStartable``."""
        request = pb.StartMeetingRequest(meeting_id=meeting_id)
        await _answer(
            self._stub.StartMeeting(
                request, metadata=self._caller.metadata(principal), timeout=rpc.budget()
            ),
            meeting_id,
        )

    async def start_meeting(self, principal: Principal, title: str, key: str) -> str:
        """Create a meeting with a transcriber and start it, once per *key*; its id."""
        request = pb.StartMeetingRequest(
            meeting=meetings.MeetingDraft(title=title), bots=[BotSpec(kind="transcriber")]
        )
        answer = await _answer(
            self._stub.StartMeeting(
                request,
                metadata=self._caller.metadata(principal, key),
                timeout=rpc.budget(),
            ),
            "",
        )
        return answer.session.meeting_id

    async def _meeting(self, principal: Principal, meeting_id: str) -> meetings.Meeting:
        answer = await _answer(
            self._stub.GetMeeting(
                pb.GetMeetingRequest(meeting_id=meeting_id),
                metadata=self._caller.metadata(principal),
                timeout=rpc.budget(),
            ),
            meeting_id,
        )
        return answer.meeting


class OwnerLost(Unavailable):
    """The replica that speaks for the session went away."""


class Replicas:
    """The other replicas' signalling, each reached by its own address."""

    def __init__(self, caller: rpc.Caller) -> None:
        self._caller = caller
        self._channels: dict[str, aio.Channel] = {}

    async def signal(
        self, address: str, requests: AsyncIterator[signalling.SignalRequest]
    ) -> AsyncGenerator[signalling.SignalResponse, None]:
        """What the replica at *address* answers to *requests*; raises ``OwnerLost``."""
        suite = service_principal("session", "")
        call = SignalServiceStub(self._channel(address)).Signal(
            requests, metadata=self._caller.metadata(suite)
        )
        try:
            async for response in call:
                yield response
        except aio.AioRpcError as error:
            raise OwnerLost("the session is taken over; connect again", retry_after=1) from error
        finally:
            call.cancel()

    async def close(self) -> None:
        """End every connection."""
        for channel in self._channels.values():
            await channel.close()

    def _channel(self, address: str) -> aio.Channel:
        if address not in self._channels:
            self._channels[address] = rpc.channel(address)
        return self._channels[address]


async def _answer(call: Awaitable[T], meeting_id: str) -> T:
    try:
        return await call
    except aio.AioRpcError as error:
        why = error.details() or error.code().name
        if error.code() is StatusCode.NOT_FOUND:
            raise MeetingNotFound(meeting_id) from error
        if error.code() is StatusCode.FAILED_PRECONDITION:
            raise MeetingNotStartable(why) from error
        raise SchedulerUnavailable(f"the scheduler does not answer: {why}") from error
