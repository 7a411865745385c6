"""Live control on the wire: each command answers with its receipt."""

from dataclasses import replace
from typing import Protocol

from common import rpc
from convene.common.v1 import meeting_pb2 as meeting
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.session_pb2_grpc import SessionServiceServicer
from session.domain.commands import Verb
from session.domain.participants import Role
from session.domain.prompts import Draft, PromptKind
from session.service import wire
from session.service.commanding import Commanding, Order


class _Asked(Protocol):
    """What every command says."""

    meeting_id: str
    session_id: str
    reason: str


class _AskedOfOne(_Asked, Protocol):
    participant_id: str


class ControlRpc(SessionServiceServicer):
    """The commands of the session service."""

    def __init__(self, commanding: Commanding) -> None:
        self._commanding = commanding

    async def LockSession(
        self, request: pb.LockSessionRequest, context: rpc.Context
    ) -> pb.LockSessionResponse:
        return pb.LockSessionResponse(command=await self._accept(_of_all(request, Verb.LOCK)))

    async def UnlockSession(
        self, request: pb.UnlockSessionRequest, context: rpc.Context
    ) -> pb.UnlockSessionResponse:
        return pb.UnlockSessionResponse(command=await self._accept(_of_all(request, Verb.UNLOCK)))

    async def HoldSession(
        self, request: pb.HoldSessionRequest, context: rpc.Context
    ) -> pb.HoldSessionResponse:
        return pb.HoldSessionResponse(command=await self._accept(_of_all(request, Verb.HOLD)))

    async def ReleaseSession(
        self, request: pb.ReleaseSessionRequest, context: rpc.Context
    ) -> pb.ReleaseSessionResponse:
        return pb.ReleaseSessionResponse(command=await self._accept(_of_all(request, Verb.RELEASE)))

    async def MuteAll(self, request: pb.MuteAllRequest, context: rpc.Context) -> pb.MuteAllResponse:
        return pb.MuteAllResponse(command=await self._accept(_of_all(request, Verb.MUTE_ALL)))

    async def MuteParticipant(
        self, request: pb.MuteParticipantRequest, context: rpc.Context
    ) -> pb.MuteParticipantResponse:
        return pb.MuteParticipantResponse(command=await self._accept(_of_one(request, Verb.MUTE)))

    async def UnmuteParticipant(
        self, request: pb.UnmuteParticipantRequest, context: rpc.Context
    ) -> pb.UnmuteParticipantResponse:
        return pb.UnmuteParticipantResponse(
            command=await self._accept(_of_one(request, Verb.UNMUTE))
        )

    async def PauseVideo(
        self, request: pb.PauseVideoRequest, context: rpc.Context
    ) -> pb.PauseVideoResponse:
        return pb.PauseVideoResponse(command=await self._accept(_of_one(request, Verb.PAUSE_VIDEO)))

    async def ResumeVideo(
        self, request: pb.ResumeVideoRequest, context: rpc.Context
    ) -> pb.ResumeVideoResponse:
        return pb.ResumeVideoResponse(
            command=await self._accept(_of_one(request, Verb.RESUME_VIDEO))
        )

    async def AdmitParticipant(
        self, request: pb.AdmitParticipantRequest, context: rpc.Context
    ) -> pb.AdmitParticipantResponse:
        return pb.AdmitParticipantResponse(command=await self._accept(_of_one(request, Verb.ADMIT)))

    async def DenyParticipant(
        self, request: pb.DenyParticipantRequest, context: rpc.Context
    ) -> pb.DenyParticipantResponse:
        return pb.DenyParticipantResponse(command=await self._accept(_of_one(request, Verb.DENY)))

    async def RemoveParticipant(
        self, request: pb.RemoveParticipantRequest, context: rpc.Context
    ) -> pb.RemoveParticipantResponse:
        order = replace(_of_one(request, Verb.REMOVE), ban=request.ban)
        return pb.RemoveParticipantResponse(command=await self._accept(order))

    async def ExtendSession(
        self, request: pb.ExtendSessionRequest, context: rpc.Context
    ) -> pb.ExtendSessionResponse:
        order = replace(_of_all(request, Verb.EXTEND), seconds=request.extend_seconds)
        return pb.ExtendSessionResponse(command=await self._accept(order))

    async def SendPrompt(
        self, request: pb.SendPromptRequest, context: rpc.Context
    ) -> pb.SendPromptResponse:
        draft = Draft(
            kind=_prompt_kind(request.kind),
            text=request.text,
            to_role=role_from(request.to_role),
            to_participant_id=request.to_participant_id,
            reference=request.reference,
        )
        order = replace(
            _of_all(request, Verb.PROMPT), target_id=request.to_participant_id, prompt=draft
        )
        return pb.SendPromptResponse(command=await self._accept(order))

    async def ListCommands(
        self, request: pb.ListCommandsRequest, context: rpc.Context
    ) -> pb.ListCommandsResponse:
        found, token = await self._commanding.list(
            rpc.caller(),
            request.meeting_id,
            request.session_id,
            request.page_size,
            request.page_token,
        )
        items = [wire.command_to(one) for one in found]
        return pb.ListCommandsResponse(items=items, next_page_token=token)

    async def _accept(self, order: Order) -> pb.Command:
        return wire.command_to(await self._commanding.accept(rpc.caller(), order))


def role_from(wire_role: meeting.Role) -> Role | None:
    """The role, if one is named."""
    if not wire_role:
        return None
    return Role(meeting.Role.Name(wire_role).removeprefix("ROLE_"))


def _prompt_kind(wire_kind: pb.PromptKind) -> PromptKind:
    named = pb.PromptKind.Name(wire_kind or pb.PROMPT_KIND_CHAT)
    return PromptKind(named.removeprefix("PROMPT_KIND_"))


def _of_all(request: _Asked, verb: Verb) -> Order:
    return Order(request.meeting_id, request.session_id, verb, request.reason)


def _of_one(request: _AskedOfOne, verb: Verb) -> Order:
    return replace(_of_all(request, verb), target_id=request.participant_id)
