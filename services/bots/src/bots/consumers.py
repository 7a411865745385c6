"""What the session service's facts make happen to crews."""

from collections.abc import Mapping
from datetime import UTC, datetime

from google.protobuf.message import Message

from bots.domain.crew import Track
from bots.domain.reading import Happened, What
from bots.domain.saying import Saying
from bots.service.chatting import Chatting, Line
from bots.service.recordings import Recordings
from bots.service.sessions import Sessions
from bots.service.speaking import Speaking
from bots.service.specs import BotSpec, Wishes
from bots.wire import config_of, plain_of, recording_from, role_of, spans_from
from common.consuming import Reaction
from common.principal import Principal, service_principal
from convene.common.v1.envelope_pb2 import Envelope
from convene.common.v1.meeting_pb2 import Policy
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2

# Those whose voice belongs in a transcript.
HEARD_KINDS = frozenset({session_pb2.PARTICIPANT_KIND_PERSON, session_pb2.PARTICIPANT_KIND_PHONE})
# Those who may speak all the same: what they say is recorded.
SPEAKING_KINDS = frozenset({session_pb2.PARTICIPANT_KIND_BOT})


class Consumers:
    def __init__(
        self, sessions: Sessions, speaking: Speaking, recordings: Recordings, chatting: Chatting
    ) -> None:
        self._sessions = sessions
        self._speaking = speaking
        self._recordings = recordings
        self._chatting = chatting

    def reactions(self) -> Mapping[type[Message], Reaction]:
        """What is done about each fact of the session service."""
        return {
            facts.SessionStarting: self.on_starting,
            facts.SessionStarted: self.on_started,
            facts.ParticipantJoined: self.on_joined,
            facts.ParticipantLeft: self.on_left,
            facts.ParticipantRemoved: self.on_removed,
            facts.SessionEnding: self.on_ending,
            facts.SessionEnded: self.on_over,
            facts.SessionFailed: self.on_over,
            facts.PromptSent: self.on_prompt,
            facts.ParticipantMuted: self.on_muted,
            facts.ParticipantUnmuted: self.on_muted,
            facts.SessionHeld: self.on_held,
            facts.SessionReleased: self.on_held,
            facts.ChecklistItemCompleted: self.on_checked,
            facts.ChecklistCompleted: self.on_all_checked,
            facts.MetricsSnapshot: self.on_metrics,
            facts.SessionEndingSoon: self.on_ending_soon,
            facts.RecordingStarted: self.on_recording_started,
            facts.RecordingPaused: self.on_recording_changed,
            facts.RecordingResumed: self.on_recording_changed,
            facts.RecordingStopped: self.on_recording_stopped,
        }

    async def on_recording_started(self, fact: facts.RecordingStarted, envelope: Envelope) -> None:
        await self._recordings.start(_caller(envelope), recording_from(fact.recording, envelope))

    async def on_recording_changed(
        self, fact: facts.RecordingPaused | facts.RecordingResumed, envelope: Envelope
    ) -> None:
        spans = spans_from(fact.recording.spans)
        await self._recordings.change(_caller(envelope), fact.recording.id, spans)

    async def on_recording_stopped(self, fact: facts.RecordingStopped, envelope: Envelope) -> None:
        spans = spans_from(fact.recording.spans)
        await self._recordings.stop(_caller(envelope), fact.recording.id, spans)

    async def on_starting(self, fact: facts.SessionStarting, envelope: Envelope) -> None:
        snapshot = fact.snapshot
        wishes = Wishes(
            [BotSpec(bot.kind, config_of(bot.config)) for bot in snapshot.bots],
            snapshot.agenda,
            snapshot.tags,
            _lets_model(snapshot.policy),
        )
        await self._sessions.prepare(
            _caller(envelope), envelope.session_id, envelope.meeting_id, wishes
        )

    async def on_started(self, fact: facts.SessionStarted, envelope: Envelope) -> None:
        await self._sessions.begin(_caller(envelope), envelope.session_id)

    async def on_joined(self, fact: facts.ParticipantJoined, envelope: Envelope) -> None:
        kind = fact.participant.kind
        if kind not in HEARD_KINDS | SPEAKING_KINDS or not fact.ear_address:
            return
        track = Track(
            session_id=envelope.session_id,
            participant_id=fact.participant.id,
            epoch=fact.participant.epoch,
            name=fact.participant.name,
            ear_address=fact.ear_address,
            offset_seconds=fact.offset_seconds,
            is_person=kind in HEARD_KINDS,
            role=role_of(fact.participant.role),
        )
        await self._sessions.add_track(_caller(envelope), track)

    async def on_left(self, fact: facts.ParticipantLeft, envelope: Envelope) -> None:
        await self._sessions.mark_left(
            _caller(envelope), envelope.session_id, fact.participant_id, fact.epoch
        )

    async def on_removed(self, fact: facts.ParticipantRemoved, envelope: Envelope) -> None:
        await self._sessions.mark_left(
            _caller(envelope), envelope.session_id, fact.participant_id, None
        )

    async def on_ending(self, fact: facts.SessionEnding, envelope: Envelope) -> None:
        await self._sessions.drain(_caller(envelope), envelope.session_id, _drain_deadline(fact))

    async def on_muted(
        self, fact: facts.ParticipantMuted | facts.ParticipantUnmuted, envelope: Envelope
    ) -> None:
        is_muted = isinstance(fact, facts.ParticipantMuted)
        what = What.MUTED if is_muted else What.UNMUTED
        await self._note(envelope, Happened(what, fact.participant_id))

    async def on_held(
        self, fact: facts.SessionHeld | facts.SessionReleased, envelope: Envelope
    ) -> None:
        what = What.HELD if isinstance(fact, facts.SessionHeld) else What.RELEASED
        await self._note(envelope, Happened(what))

    async def on_checked(self, fact: facts.ChecklistItemCompleted, envelope: Envelope) -> None:
        item = {"item": fact.item.id, "text": fact.item.text}
        await self._note(envelope, Happened(What.CHECKED, details=item))

    async def on_all_checked(self, fact: facts.ChecklistCompleted, envelope: Envelope) -> None:
        await self._note(envelope, Happened(What.ALL_CHECKED))

    async def on_metrics(self, fact: facts.MetricsSnapshot, envelope: Envelope) -> None:
        people = [plain_of(one) for one in fact.participants]
        await self._note(envelope, Happened(What.METRICS, details={"participants": people}))

    async def on_ending_soon(self, fact: facts.SessionEndingSoon, envelope: Envelope) -> None:
        soon = {"remaining_seconds": fact.remaining_seconds}
        await self._note(envelope, Happened(What.ENDING_SOON, details=soon))

    async def on_prompt(self, fact: facts.PromptSent, envelope: Envelope) -> None:
        if fact.prompt.kind == session_pb2.PROMPT_KIND_CHAT:
            if fact.prompt.to_participant_id or fact.prompt.to_role:
                # What some are told in confidence is nobody else's to read.
                return
            await self._chatting.hear(_caller(envelope), envelope.session_id, _line(fact))
            return
        if fact.prompt.kind != session_pb2.PROMPT_KIND_SPOKEN or not fact.ear_address:
            return
        saying = Saying(
            prompt_id=fact.prompt.id,
            workspace_id=envelope.workspace_id,
            session_id=envelope.session_id,
            meeting_id=envelope.meeting_id,
            voice_id=fact.voice_participant_id,
            ear_address=fact.ear_address,
            text=fact.prompt.text,
            test=envelope.test,
            act_id=fact.reference,
        )
        await self._speaking.ask(_caller(envelope), saying)

    async def _note(self, envelope: Envelope, happened: Happened) -> None:
        await self._sessions.note(_caller(envelope), envelope.session_id, happened)

    async def on_over(
        self, fact: facts.SessionEnded | facts.SessionFailed, envelope: Envelope
    ) -> None:
        await self._sessions.drain(_caller(envelope), envelope.session_id, None)


def _drain_deadline(fact: facts.SessionEnding) -> datetime | None:
    return fact.drain_deadline.ToDatetime(UTC) if fact.HasField("drain_deadline") else None


def _line(fact: facts.PromptSent) -> Line:
    prompt = fact.prompt
    return Line(
        prompt_id=prompt.id,
        participant_id=prompt.from_participant_id or fact.participant_id,
        name=prompt.from_name,
        role=role_of(fact.from_role),
        text=prompt.text or fact.text,
    )


def _caller(envelope: Envelope) -> Principal:
    return service_principal("bots", envelope.workspace_id, test=envelope.test)


def _lets_model(policy: Policy) -> bool:
    """Whether a meeting of this *policy* lets a language model be given what is said."""
    return policy.language_model or not policy.HasField("language_model")
