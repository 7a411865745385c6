"""What other services' facts make happen here."""

from collections.abc import Mapping

from google.protobuf.message import Message

from common.consuming import Reaction
from common.principal import Principal, service_principal
from convene.bots.v1.events_pb2 import BotActionCompleted, BotJoining, CrewFlushed
from convene.common.v1 import meeting_pb2 as shared
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1.events_pb2 import (
    InvitationRemoved,
    InvitationRestored,
    InvitationRoleChanged,
    MeetingCancelled,
    OccurrenceDue,
    SessionRevoked,
)
from session.domain.participants import Role
from session.service.joining import Joining
from session.service.sessions import Sessions


class Consumers:
    def __init__(self, sessions: Sessions, joining: Joining) -> None:
        self._sessions = sessions
        self._joining = joining

    def of_scheduler(self) -> Mapping[type[Message], Reaction]:
        return {
            OccurrenceDue: self._start,
            MeetingCancelled: self._end,
            SessionRevoked: self._revoke,
            InvitationRemoved: self._close_link,
            InvitationRestored: self._open_link,
            InvitationRoleChanged: self._recast,
        }

    def of_bots(self) -> Mapping[type[Message], Reaction]:
        return {
            BotJoining: self._await_crew,
            CrewFlushed: self._release_crew,
            BotActionCompleted: self._tell_delivered,
        }

    async def _start(self, fact: OccurrenceDue, envelope: Envelope) -> None:
        await self._sessions.start(_suite(envelope), fact.snapshot)

    async def _end(self, fact: MeetingCancelled, envelope: Envelope) -> None:
        await self._sessions.end_cancelled(_suite(envelope), fact.meeting_id, fact.reason)

    async def _revoke(self, fact: SessionRevoked, envelope: Envelope) -> None:
        await self._sessions.end_revoked(
            _suite(envelope), envelope.meeting_id, fact.session_id, cancelled=fact.cancelled
        )

    async def _close_link(self, fact: InvitationRemoved, envelope: Envelope) -> None:
        await self._joining.mark_invitation(
            _suite(envelope), envelope.meeting_id, fact.invitation_id, removed=True
        )

    async def _open_link(self, fact: InvitationRestored, envelope: Envelope) -> None:
        await self._joining.mark_invitation(
            _suite(envelope), envelope.meeting_id, fact.invitation_id, removed=False
        )

    async def _recast(self, fact: InvitationRoleChanged, envelope: Envelope) -> None:
        role = Role(shared.Role.Name(fact.role).removeprefix("ROLE_"))
        await self._joining.recast_invitation(
            _suite(envelope), envelope.meeting_id, fact.invitation_id, role
        )

    async def _await_crew(self, fact: BotJoining, envelope: Envelope) -> None:
        await self._sessions.crew_joining(_suite(envelope), fact.bot.session_id, fact.bot.kind)

    async def _release_crew(self, fact: CrewFlushed, envelope: Envelope) -> None:
        await self._sessions.crew_flushed(_suite(envelope), fact.session_id)

    async def _tell_delivered(self, fact: BotActionCompleted, envelope: Envelope) -> None:
        if fact.prompt_id:
            await self._sessions.prompt_delivered(
                _suite(envelope), envelope.session_id, fact.prompt_id, fact.error
            )


def _suite(envelope: Envelope) -> Principal:
    return service_principal("session", envelope.workspace_id, test=envelope.test)
