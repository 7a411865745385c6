"""Bots and segments between the domain and the contract."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

from bots.domain.bot import Bot
from bots.domain.transcript import Segment
from convene.bots.v1 import bots_pb2 as pb


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
    )


def segment_to_wire(segment: Segment, *, final: bool = True) -> pb.Segment:
    return pb.Segment(
        id=segment.id,
        sequence=segment.sequence,
        speaker=pb.Speaker(id=segment.speaker_id, name=segment.speaker_name, confidence=1.0),
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
    )


def config_of(struct: struct_pb2.Struct) -> Mapping[str, Any]:
    """What a caller configured, as plain values."""
    config: Mapping[str, Any] = json_format.MessageToDict(struct)
    return config


def struct_of(config: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(config)
    return struct
