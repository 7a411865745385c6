"""Bots, segments and policies between the domain and the contract."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from google.protobuf import json_format, struct_pb2
from google.protobuf.message import Message

from bots.domain.act import Act
from bots.domain.bot import Bot, BotId
from bots.domain.command import Command
from bots.domain.insight import Insight
from bots.domain.policy import Policy
from bots.domain.reading import Finding
from bots.domain.recording import Recording, RecordingState, Span
from bots.domain.transcript import Segment
from common import telemetry
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import policies_pb2
from convene.common.v1 import meeting_pb2
from convene.common.v1.envelope_pb2 import Envelope
from convene.session.v1 import session_pb2


def bot_to_wire(bot: Bot) -> pb.Bot:
    return pb.Bot(
        id=bot.id,
        meeting_id=bot.meeting_id,
        session_id=bot.session_id,
        kind=bot.kind,
        config=struct_of(bot.config),
        state=f"BOT_STATE_{bot.state.value}",
        reason=bot.reason,
        create_time=bot.create_time,
        update_time=bot.update_time,
        paused=bot.paused,
    )


def command_to_wire(command: Command) -> pb.BotCommand:
    return pb.BotCommand(
        id=command.id,
        bot_id=command.bot_id,
        session_id=command.session_id,
        verb=command.verb,
        arguments=struct_of(command.arguments),
        state=f"BOT_COMMAND_STATE_{command.state.value}",
        reason=command.reason,
        answer=struct_of(command.answer),
        create_time=command.create_time,
        update_time=command.update_time,
        asked_by=command.asked_by,
    )


def segment_to_wire(segment: Segment, *, final: bool = True) -> pb.Segment:
    return pb.Segment(
        id=segment.id,
        sequence=segment.sequence,
        speaker=pb.Speaker(
            id=segment.speaker_id,
            name=segment.speaker_name,
            confidence=segment.speaker_confidence,
        ),
        start_seconds=segment.start_seconds,
        end_seconds=segment.end_seconds,
        text=segment.text,
        final=final,
        words=[
            pb.Word(
                text=word.text,
                start_seconds=word.start_seconds,
                end_seconds=word.end_seconds,
                confidence=word.confidence,
            )
            for word in segment.words
        ],
        language=segment.language,
        scripted=segment.scripted,
        gap=segment.gap,
        language_confidence=segment.language_confidence,
    )


def insight_to_wire(insight: Insight) -> pb.Insight:
    speaker = None
    if insight.participant_id:
        speaker = pb.Speaker(
            id=insight.participant_id, name=insight.participant_name, confidence=1.0
        )
    return pb.Insight(
        id=insight.id,
        sequence=insight.sequence,
        meeting_id=insight.meeting_id,
        session_id=insight.session_id,
        bot_id=insight.bot_id,
        bot_kind=insight.bot_kind,
        kind=insight.kind,
        state=f"INSIGHT_STATE_{insight.state.value}",
        segment_ids=insight.segment_ids,
        speaker=speaker,
        start_seconds=insight.start_seconds,
        end_seconds=insight.end_seconds,
        text=insight.text,
        details=struct_of(insight.details),
        create_time=insight.create_time,
        update_time=insight.update_time,
    )


def policy_to_wire(policy: Policy) -> policies_pb2.CompliancePolicy:
    return policies_pb2.CompliancePolicy(
        id=policy.id,
        name=policy.name,
        description=policy.description,
        state=f"COMPLIANCE_POLICY_STATE_{policy.state.value}",
        rules=[struct_of(rule) for rule in policy.rules],
        applies_to=policies_pb2.AppliesTo(
            all=policy.applies_to.all, tags=list(policy.applies_to.tags)
        ),
        version=policy.version,
        etag=policy.etag,
        create_time=policy.create_time,
        update_time=policy.update_time,
    )


def action_to_wire(act: Act) -> policies_pb2.FiringAction:
    return policies_pb2.FiringAction(
        id=act.id, verb=act.do.value.lower(), state=act.state.value, error=act.error
    )


def dry_firing_to_wire(found: Finding, name: str) -> policies_pb2.DryFiring:
    details = found.details
    return policies_pb2.DryFiring(
        policy_id=details["policy_id"],
        rule=details["rule"],
        kind=found.kind,
        actions=details["actions"],
        participant_id=found.participant_id,
        participant_name=name,
        start_seconds=found.start_seconds,
        end_seconds=found.end_seconds,
        text=found.text,
        matched=details["matched"],
        match=details["match"],
        segment_ids=list(found.segment_ids),
    )


def recording_from(wire: session_pb2.Recording, envelope: Envelope) -> Recording:
    """A recording as it begins; its recorder is still to come."""
    opened = wire.room_open_time.ToDatetime(UTC) if wire.HasField("room_open_time") else None
    return Recording(
        id=wire.id,
        session_id=envelope.session_id,
        meeting_id=envelope.meeting_id,
        workspace_id=envelope.workspace_id,
        test=envelope.test,
        bot_id=BotId(""),
        with_video=wire.layout == session_pb2.RECORDING_LAYOUT_GRID,
        state=RecordingState.LIVE,
        spans=spans_from(wire.spans),
        room_open_time=opened,
        traceparent=telemetry.traceparent(),
    )


def spans_from(wire: Iterable[session_pb2.Span]) -> Sequence[Span]:
    return tuple(Span(one.start_seconds, one.end_seconds or None) for one in wire)


def spans_to(spans: Iterable[Span]) -> list[session_pb2.Span]:
    return [session_pb2.Span(start_seconds=one.start, end_seconds=one.end or 0) for one in spans]


def plain_of(message: Message) -> Mapping[str, Any]:
    """*message* as plain JSON, with the names of its fields and nothing left out."""
    plain: Mapping[str, Any] = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return plain


def role_of(role: meeting_pb2.Role) -> str:
    """The role's name, or nothing for none."""
    return meeting_pb2.Role.Name(role).removeprefix("ROLE_") if role else ""


def config_of(struct: struct_pb2.Struct) -> Mapping[str, Any]:
    """What a caller configured, as plain values."""
    config: Mapping[str, Any] = json_format.MessageToDict(struct)
    return config


def struct_of(config: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(config)
    return struct
