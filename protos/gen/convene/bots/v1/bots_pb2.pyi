import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BotState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BOT_STATE_UNSPECIFIED: _ClassVar[BotState]
    BOT_STATE_SCHEDULED: _ClassVar[BotState]
    BOT_STATE_JOINING: _ClassVar[BotState]
    BOT_STATE_JOINED: _ClassVar[BotState]
    BOT_STATE_LEAVING: _ClassVar[BotState]
    BOT_STATE_DONE: _ClassVar[BotState]
    BOT_STATE_FAILED: _ClassVar[BotState]

class Availability(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AVAILABILITY_UNSPECIFIED: _ClassVar[Availability]
    AVAILABILITY_CONFIGURED: _ClassVar[Availability]
    AVAILABILITY_NOT_CONFIGURED: _ClassVar[Availability]
    AVAILABILITY_MISCONFIGURED: _ClassVar[Availability]

class InsightState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INSIGHT_STATE_UNSPECIFIED: _ClassVar[InsightState]
    INSIGHT_STATE_PROVISIONAL: _ClassVar[InsightState]
    INSIGHT_STATE_CONFIRMED: _ClassVar[InsightState]
    INSIGHT_STATE_WITHDRAWN: _ClassVar[InsightState]

class BotCommandState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BOT_COMMAND_STATE_UNSPECIFIED: _ClassVar[BotCommandState]
    BOT_COMMAND_STATE_ACCEPTED: _ClassVar[BotCommandState]
    BOT_COMMAND_STATE_APPLIED: _ClassVar[BotCommandState]
    BOT_COMMAND_STATE_REFUSED: _ClassVar[BotCommandState]
    BOT_COMMAND_STATE_INTERRUPTED: _ClassVar[BotCommandState]

class Mood(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MOOD_UNSPECIFIED: _ClassVar[Mood]
    MOOD_NEGATIVE: _ClassVar[Mood]
    MOOD_NEUTRAL: _ClassVar[Mood]
    MOOD_POSITIVE: _ClassVar[Mood]
BOT_STATE_UNSPECIFIED: BotState
BOT_STATE_SCHEDULED: BotState
BOT_STATE_JOINING: BotState
BOT_STATE_JOINED: BotState
BOT_STATE_LEAVING: BotState
BOT_STATE_DONE: BotState
BOT_STATE_FAILED: BotState
AVAILABILITY_UNSPECIFIED: Availability
AVAILABILITY_CONFIGURED: Availability
AVAILABILITY_NOT_CONFIGURED: Availability
AVAILABILITY_MISCONFIGURED: Availability
INSIGHT_STATE_UNSPECIFIED: InsightState
INSIGHT_STATE_PROVISIONAL: InsightState
INSIGHT_STATE_CONFIRMED: InsightState
INSIGHT_STATE_WITHDRAWN: InsightState
BOT_COMMAND_STATE_UNSPECIFIED: BotCommandState
BOT_COMMAND_STATE_ACCEPTED: BotCommandState
BOT_COMMAND_STATE_APPLIED: BotCommandState
BOT_COMMAND_STATE_REFUSED: BotCommandState
BOT_COMMAND_STATE_INTERRUPTED: BotCommandState
MOOD_UNSPECIFIED: Mood
MOOD_NEGATIVE: Mood
MOOD_NEUTRAL: Mood
MOOD_POSITIVE: Mood

class Bot(_message.Message):
    __slots__ = ("id", "meeting_id", "session_id", "kind", "config", "state", "reason", "create_time", "update_time", "paused")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    session_id: str
    kind: str
    config: _struct_pb2.Struct
    state: BotState
    reason: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    paused: bool
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., kind: _Optional[str] = ..., config: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., state: _Optional[_Union[BotState, str]] = ..., reason: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., paused: _Optional[bool] = ...) -> None: ...

class BotKind(_message.Message):
    __slots__ = ("kind", "description", "availability", "remedy", "verbs", "engines", "config_schema")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    AVAILABILITY_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    VERBS_FIELD_NUMBER: _ClassVar[int]
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    CONFIG_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    kind: str
    description: str
    availability: Availability
    remedy: str
    verbs: _containers.RepeatedScalarFieldContainer[str]
    engines: _containers.RepeatedCompositeFieldContainer[Capability]
    config_schema: _struct_pb2.Struct
    def __init__(self, kind: _Optional[str] = ..., description: _Optional[str] = ..., availability: _Optional[_Union[Availability, str]] = ..., remedy: _Optional[str] = ..., verbs: _Optional[_Iterable[str]] = ..., engines: _Optional[_Iterable[_Union[Capability, _Mapping]]] = ..., config_schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Capability(_message.Message):
    __slots__ = ("name", "availability", "remedy")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AVAILABILITY_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    name: str
    availability: Availability
    remedy: str
    def __init__(self, name: _Optional[str] = ..., availability: _Optional[_Union[Availability, str]] = ..., remedy: _Optional[str] = ...) -> None: ...

class Word(_message.Message):
    __slots__ = ("text", "start_seconds", "end_seconds", "confidence")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    text: str
    start_seconds: float
    end_seconds: float
    confidence: float
    def __init__(self, text: _Optional[str] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., confidence: _Optional[float] = ...) -> None: ...

class Speaker(_message.Message):
    __slots__ = ("id", "name", "confidence")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    confidence: float
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("id", "sequence", "speaker", "start_seconds", "end_seconds", "text", "final", "words", "language", "scripted", "gap", "language_confidence", "translated_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SCRIPTED_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    TRANSLATED_BY_FIELD_NUMBER: _ClassVar[int]
    id: str
    sequence: int
    speaker: Speaker
    start_seconds: float
    end_seconds: float
    text: str
    final: bool
    words: _containers.RepeatedCompositeFieldContainer[Word]
    language: str
    scripted: bool
    gap: bool
    language_confidence: float
    translated_by: str
    def __init__(self, id: _Optional[str] = ..., sequence: _Optional[int] = ..., speaker: _Optional[_Union[Speaker, _Mapping]] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., text: _Optional[str] = ..., final: _Optional[bool] = ..., words: _Optional[_Iterable[_Union[Word, _Mapping]]] = ..., language: _Optional[str] = ..., scripted: _Optional[bool] = ..., gap: _Optional[bool] = ..., language_confidence: _Optional[float] = ..., translated_by: _Optional[str] = ...) -> None: ...

class Insight(_message.Message):
    __slots__ = ("id", "sequence", "meeting_id", "session_id", "bot_id", "bot_kind", "kind", "state", "segment_ids", "speaker", "start_seconds", "end_seconds", "text", "details", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_KIND_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    sequence: int
    meeting_id: str
    session_id: str
    bot_id: str
    bot_kind: str
    kind: str
    state: InsightState
    segment_ids: _containers.RepeatedScalarFieldContainer[str]
    speaker: Speaker
    start_seconds: float
    end_seconds: float
    text: str
    details: _struct_pb2.Struct
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., sequence: _Optional[int] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., bot_id: _Optional[str] = ..., bot_kind: _Optional[str] = ..., kind: _Optional[str] = ..., state: _Optional[_Union[InsightState, str]] = ..., segment_ids: _Optional[_Iterable[str]] = ..., speaker: _Optional[_Union[Speaker, _Mapping]] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., text: _Optional[str] = ..., details: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BotCommand(_message.Message):
    __slots__ = ("id", "bot_id", "session_id", "verb", "arguments", "state", "reason", "answer", "create_time", "update_time", "asked_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    id: str
    bot_id: str
    session_id: str
    verb: str
    arguments: _struct_pb2.Struct
    state: BotCommandState
    reason: str
    answer: _struct_pb2.Struct
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    asked_by: str
    def __init__(self, id: _Optional[str] = ..., bot_id: _Optional[str] = ..., session_id: _Optional[str] = ..., verb: _Optional[str] = ..., arguments: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., state: _Optional[_Union[BotCommandState, str]] = ..., reason: _Optional[str] = ..., answer: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., asked_by: _Optional[str] = ...) -> None: ...

class CheckBotsRequest(_message.Message):
    __slots__ = ("bots",)
    BOTS_FIELD_NUMBER: _ClassVar[int]
    bots: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.BotSpec]
    def __init__(self, bots: _Optional[_Iterable[_Union[_meeting_pb2.BotSpec, _Mapping]]] = ...) -> None: ...

class CheckBotsResponse(_message.Message):
    __slots__ = ("field", "complaint")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    COMPLAINT_FIELD_NUMBER: _ClassVar[int]
    field: str
    complaint: str
    def __init__(self, field: _Optional[str] = ..., complaint: _Optional[str] = ...) -> None: ...

class ListBotKindsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListBotKindsResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "capabilities")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[BotKind]
    next_page_token: str
    capabilities: _containers.RepeatedCompositeFieldContainer[Capability]
    def __init__(self, items: _Optional[_Iterable[_Union[BotKind, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., capabilities: _Optional[_Iterable[_Union[Capability, _Mapping]]] = ...) -> None: ...

class AttachBotRequest(_message.Message):
    __slots__ = ("meeting_id", "kind", "config")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    kind: str
    config: _struct_pb2.Struct
    def __init__(self, meeting_id: _Optional[str] = ..., kind: _Optional[str] = ..., config: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class AttachBotResponse(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: Bot
    def __init__(self, bot: _Optional[_Union[Bot, _Mapping]] = ...) -> None: ...

class ListBotsRequest(_message.Message):
    __slots__ = ("meeting_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBotsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Bot]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[Bot, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetBotRequest(_message.Message):
    __slots__ = ("meeting_id", "bot_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    bot_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., bot_id: _Optional[str] = ...) -> None: ...

class GetBotResponse(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: Bot
    def __init__(self, bot: _Optional[_Union[Bot, _Mapping]] = ...) -> None: ...

class LeaveBotRequest(_message.Message):
    __slots__ = ("meeting_id", "bot_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    bot_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., bot_id: _Optional[str] = ...) -> None: ...

class LeaveBotResponse(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: Bot
    def __init__(self, bot: _Optional[_Union[Bot, _Mapping]] = ...) -> None: ...

class PauseBotRequest(_message.Message):
    __slots__ = ("meeting_id", "bot_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    bot_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., bot_id: _Optional[str] = ...) -> None: ...

class PauseBotResponse(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: Bot
    def __init__(self, bot: _Optional[_Union[Bot, _Mapping]] = ...) -> None: ...

class ResumeBotRequest(_message.Message):
    __slots__ = ("meeting_id", "bot_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    bot_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., bot_id: _Optional[str] = ...) -> None: ...

class ResumeBotResponse(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: Bot
    def __init__(self, bot: _Optional[_Union[Bot, _Mapping]] = ...) -> None: ...

class CommandBotRequest(_message.Message):
    __slots__ = ("meeting_id", "bot_id", "verb", "arguments")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    bot_id: str
    verb: str
    arguments: _struct_pb2.Struct
    def __init__(self, meeting_id: _Optional[str] = ..., bot_id: _Optional[str] = ..., verb: _Optional[str] = ..., arguments: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class CommandBotResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: BotCommand
    def __init__(self, command: _Optional[_Union[BotCommand, _Mapping]] = ...) -> None: ...

class ListBotCommandsRequest(_message.Message):
    __slots__ = ("meeting_id", "bot_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    bot_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., bot_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBotCommandsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[BotCommand]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[BotCommand, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListInsightsRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "kind", "bot_id", "after_sequence", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    kind: str
    bot_id: str
    after_sequence: int
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., kind: _Optional[str] = ..., bot_id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListInsightsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Insight]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[Insight, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetSentimentRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class SentimentPoint(_message.Message):
    __slots__ = ("at_seconds", "polarity", "level", "segment_id")
    AT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    POLARITY_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    at_seconds: float
    polarity: float
    level: float
    segment_id: str
    def __init__(self, at_seconds: _Optional[float] = ..., polarity: _Optional[float] = ..., level: _Optional[float] = ..., segment_id: _Optional[str] = ...) -> None: ...

class SentimentTrack(_message.Message):
    __slots__ = ("speaker", "level", "mood", "changes", "points")
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    speaker: Speaker
    level: float
    mood: Mood
    changes: int
    points: _containers.RepeatedCompositeFieldContainer[SentimentPoint]
    def __init__(self, speaker: _Optional[_Union[Speaker, _Mapping]] = ..., level: _Optional[float] = ..., mood: _Optional[_Union[Mood, str]] = ..., changes: _Optional[int] = ..., points: _Optional[_Iterable[_Union[SentimentPoint, _Mapping]]] = ...) -> None: ...

class GetSentimentResponse(_message.Message):
    __slots__ = ("meeting_id", "session_id", "engine", "speakers")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    SPEAKERS_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    engine: str
    speakers: _containers.RepeatedCompositeFieldContainer[SentimentTrack]
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., engine: _Optional[str] = ..., speakers: _Optional[_Iterable[_Union[SentimentTrack, _Mapping]]] = ...) -> None: ...

class ListSegmentsRequest(_message.Message):
    __slots__ = ("session_id", "after_sequence", "limit")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    after_sequence: int
    limit: int
    def __init__(self, session_id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListSegmentsResponse(_message.Message):
    __slots__ = ("segments", "more")
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    segments: _containers.RepeatedCompositeFieldContainer[Segment]
    more: bool
    def __init__(self, segments: _Optional[_Iterable[_Union[Segment, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...
