"""The session service on the wire: decode, call, encode."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from common import rpc
from common.links import LinkSigner
from convene.session.v1 import sandbox_pb2 as sandbox
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.sandbox_pb2_grpc import SandboxServiceServicer
from convene.session.v1.signal_pb2 import SignalRequest, SignalResponse
from convene.session.v1.signal_pb2_grpc import SignalServiceServicer
from session.domain.participants import ParticipantKind, Role
from session.rpc.control import ControlRpc, role_from
from session.rpc.insight import InsightRpc, Insights
from session.rpc.recording import RecordingRpc
from session.service import wire
from session.service.commanding import Commanding
from session.service.joining import Bearer, Joining, LinkRequest
from session.service.recordings import Recordings
from session.service.scenarios import Scenarios
from session.service.sessions import Sessions
from session.service.signalling.desk import Desk


class SessionRpc(ControlRpc, InsightRpc, RecordingRpc):
    def __init__(
        self,
        sessions: Sessions,
        commanding: Commanding,
        joining: Joining,
        signer: LinkSigner,
        insights: Insights,
        recordings: Recordings,
    ) -> None:
        super().__init__(commanding)
        self._insights = insights
        self._sessions = sessions
        self._joining = joining
        self._signer = signer
        self._recordings = recordings

    async def StartSession(
        self, request: pb.StartSessionRequest, context: rpc.Context
    ) -> pb.StartSessionResponse:
        session = await self._sessions.start(rpc.caller(), request.snapshot)
        return pb.StartSessionResponse(session=wire.session_to(session))

    async def EndSession(
        self, request: pb.EndSessionRequest, context: rpc.Context
    ) -> pb.EndSessionResponse:
        session = await self._sessions.end(rpc.caller(), request.meeting_id, request.reason)
        return pb.EndSessionResponse(session=wire.session_to(session))

    async def ConcludeSession(
        self, request: pb.ConcludeSessionRequest, context: rpc.Context
    ) -> pb.ConcludeSessionResponse:
        await self._sessions.conclude(
            rpc.caller(),
            request.meeting_id,
            request.session_id,
            request.reason,
            by_policy=request.by_policy,
        )
        return pb.ConcludeSessionResponse()

    async def GetSession(
        self, request: pb.GetSessionRequest, context: rpc.Context
    ) -> pb.GetSessionResponse:
        session = await self._sessions.find(rpc.caller(), request.meeting_id, request.session_id)
        return pb.GetSessionResponse(session=wire.session_to(session))

    async def ListSessions(
        self, request: pb.ListSessionsRequest, context: rpc.Context
    ) -> pb.ListSessionsResponse:
        found, token = await self._sessions.list(
            rpc.caller(), request.meeting_id, request.page_size, request.page_token
        )
        items = [wire.session_to(one) for one in found]
        return pb.ListSessionsResponse(items=items, next_page_token=token)

    async def ListParticipants(
        self, request: pb.ListParticipantsRequest, context: rpc.Context
    ) -> pb.ListParticipantsResponse:
        roster = await self._sessions.roster(
            rpc.caller(),
            request.meeting_id,
            request.session_id,
            request.page_size,
            request.page_token,
        )
        items = wire.participants_to(roster.participants, roster.now)
        return pb.ListParticipantsResponse(items=items, next_page_token=roster.next_page)

    async def CreateJoinLink(
        self, request: pb.CreateJoinLinkRequest, context: rpc.Context
    ) -> pb.CreateJoinLinkResponse:
        asked = LinkRequest(
            meeting_id=request.meeting_id,
            kind=_kind(request.kind),
            role=role_from(request.role) or Role.PARTICIPANT,
            name=request.name,
            single_use=request.single_use,
            ttl_seconds=request.ttl_seconds,
        )
        caller = rpc.caller()
        link = await self._joining.create_link(caller, asked)
        shown = wire.link_to(link, caller.workspace_id, self._signer)
        return pb.CreateJoinLinkResponse(join_link=shown)

    async def ListJoinLinks(
        self, request: pb.ListJoinLinksRequest, context: rpc.Context
    ) -> pb.ListJoinLinksResponse:
        caller = rpc.caller()
        found, token = await self._joining.links(
            caller, request.meeting_id, request.page_size, request.page_token
        )
        items = [wire.link_to(one, caller.workspace_id, self._signer) for one in found]
        return pb.ListJoinLinksResponse(items=items, next_page_token=token)

    async def RevokeJoinLink(
        self, request: pb.RevokeJoinLinkRequest, context: rpc.Context
    ) -> pb.RevokeJoinLinkResponse:
        caller = rpc.caller()
        link = await self._joining.revoke_link(caller, request.meeting_id, request.join_link_id)
        shown = wire.link_to(link, caller.workspace_id, self._signer)
        return pb.RevokeJoinLinkResponse(join_link=shown)

    async def ExchangeJoinLink(
        self, request: pb.ExchangeJoinLinkRequest, context: rpc.Context
    ) -> pb.ExchangeJoinLinkResponse:
        admission = await self._joining.exchange(
            request.code, Bearer(request.name, request.device, request.join_token)
        )
        return pb.ExchangeJoinLinkResponse(
            join_token=admission.token,
            expire_time=admission.expire_time,
            participant=wire.participant_to(admission.participant, admission.now),
            session=wire.session_to(admission.session),
        )

    async def GetLedger(
        self, request: pb.GetLedgerRequest, context: rpc.Context
    ) -> pb.GetLedgerResponse:
        session, roster = await self._sessions.ledger(rpc.caller(), request.session_id)
        return pb.GetLedgerResponse(
            session=wire.session_to(session),
            participants=wire.participants_to(roster.participants, roster.now),
            meeting_title=session.title,
        )


class SandboxRpc(SandboxServiceServicer):
    def __init__(self, scenarios: Scenarios) -> None:
        self._scenarios = scenarios

    async def PutScenario(
        self, request: sandbox.PutScenarioRequest, context: rpc.Context
    ) -> sandbox.PutScenarioResponse:
        kept = await self._scenarios.put(rpc.caller(), request.name, request.content)
        return sandbox.PutScenarioResponse(scenario=wire.scenario_to(kept))

    async def ListScenarios(
        self, request: sandbox.ListScenariosRequest, context: rpc.Context
    ) -> sandbox.ListScenariosResponse:
        found, token = await self._scenarios.list(
            rpc.caller(), request.page_size, request.page_token
        )
        items = [wire.scenario_to(one) for one in found]
        return sandbox.ListScenariosResponse(items=items, next_page_token=token)

    async def RunScenario(
        self, request: sandbox.RunScenarioRequest, context: rpc.Context
    ) -> sandbox.RunScenarioResponse:
        run = await self._scenarios.run(
            rpc.caller(), request.name, request.meeting_id, request.speed
        )
        return sandbox.RunScenarioResponse(run=wire.run_to(run))

    async def GetScenarioRun(
        self, request: sandbox.GetScenarioRunRequest, context: rpc.Context
    ) -> sandbox.GetScenarioRunResponse:
        run = await self._scenarios.find_run(rpc.caller(), request.run_id)
        return sandbox.GetScenarioRunResponse(run=wire.run_to(run))


class SignalRpc(SignalServiceServicer):
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def Signal(
        self, request_iterator: AsyncIterator[SignalRequest], context: rpc.Context
    ) -> AsyncGenerator[SignalResponse, None]:
        async with aclosing(self._desk.serve(rpc.caller(), request_iterator)) as responses:
            async for response in responses:
                yield response


def _kind(wire_kind: pb.ParticipantKind) -> ParticipantKind:
    named = pb.ParticipantKind.Name(wire_kind or pb.PARTICIPANT_KIND_PERSON)
    return ParticipantKind(named.removeprefix("PARTICIPANT_KIND_"))
