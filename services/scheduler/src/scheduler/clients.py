"""The other services that the scheduler asks."""

from collections.abc import Sequence
from typing import Final

import structlog
from grpc import StatusCode, aio

from common import rpc
from common.errors import InvalidInput, Unavailable
from common.principal import Principal
from convene.artifacts.v1.artifacts_pb2 import GetSummaryRequest
from convene.artifacts.v1.artifacts_pb2_grpc import ArtifactsServiceStub
from convene.bots.v1.bots_pb2 import CheckBotsRequest
from convene.bots.v1.bots_pb2_grpc import BotsServiceStub
from convene.common.v1.meeting_pb2 import BotSpec, MeetingSnapshot
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.session_pb2_grpc import SessionServiceStub

log = structlog.get_logger()
CHECK_SECONDS: Final = 2.0
AWAY = (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED)
# Who is in, or on the way, needs no call.
HERE = frozenset(
    {
        pb.PARTICIPANT_STATE_KNOCKING,
        pb.PARTICIPANT_STATE_ADMITTED,
        pb.PARTICIPANT_STATE_JOINING,
        pb.PARTICIPANT_STATE_CONNECTED,
        pb.PARTICIPANT_STATE_RECONNECTING,
        pb.PARTICIPANT_STATE_DENIED,
        pb.PARTICIPANT_STATE_REMOVED,
    }
)


class SessionUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("the session service does not answer; try again", retry_after=1)


class ArtifactsUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("the artifacts service does not answer; try again", retry_after=1)


class BotCannotCome(InvalidInput):
    def __init__(self, field: str, complaint: str) -> None:
        super().__init__(complaint, field=field)


class BotsClient:
    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = BotsServiceStub(channel)
        self._caller = caller

    async def check(self, caller: Principal, bots: Sequence[BotSpec], at: str = "") -> None:
        """Raise ``BotCannotCome`` for the first of *bots* that could not come to a session.

        *at* is where in the request they are, such as ``meeting.``.
        Nobody waits for a service that is away: such a bot is told of when the session begins.
        """
        if not bots:
            return
        try:
            answer = await self._stub.CheckBots(
                CheckBotsRequest(bots=bots),
                metadata=self._caller.metadata(caller),
                timeout=rpc.budget(CHECK_SECONDS),
            )
        except aio.AioRpcError as error:
            if error.code() in AWAY:
                log.warning("bots_unchecked", reason=error.code().name)
                return
            raise
        if answer.field:
            raise BotCannotCome(at + answer.field, answer.complaint)


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
            if error.code() in AWAY:
                raise SessionUnavailable from error
            raise
        return answer.session

    async def present(
        self, caller: Principal, meeting_id: str, session_id: str
    ) -> frozenset[str] | None:
        """The invitations whose people are in the session; none where it is not there."""
        there: set[str] = set()
        token = ""
        while True:
            request = pb.ListParticipantsRequest(
                meeting_id=meeting_id, session_id=session_id, page_size=200, page_token=token
            )
            try:
                answer = await self._stub.ListParticipants(
                    request, metadata=self._caller.metadata(caller), timeout=rpc.budget()
                )
            except aio.AioRpcError as error:
                if error.code() is StatusCode.NOT_FOUND:
                    return None
                if error.code() in AWAY:
                    raise SessionUnavailable from error
                raise
            there |= {one.invitation_id for one in answer.items if one.state in HERE}
            token = answer.next_page_token
            if not token:
                return frozenset(there)


class ArtifactsClient:
    def __init__(self, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._stub = ArtifactsServiceStub(channel)
        self._caller = caller

    async def summary(self, caller: Principal, meeting_id: str, session_id: str) -> str:
        """The text of a session's summary; empty when there is none."""
        try:
            answer = await self._stub.GetSummary(
                GetSummaryRequest(meeting_id=meeting_id, session_id=session_id),
                metadata=self._caller.metadata(caller),
                timeout=rpc.budget(),
            )
        except aio.AioRpcError as error:
            if error.code() in (StatusCode.NOT_FOUND, StatusCode.FAILED_PRECONDITION):
                return ""
            if error.code() in AWAY:
                raise ArtifactsUnavailable from error
            raise
        return answer.text
