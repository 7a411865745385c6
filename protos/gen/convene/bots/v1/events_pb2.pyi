from convene.bots.v1 import bots_pb2 as _bots_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from convene.session.v1 import session_pb2 as _session_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BotJoining(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: _bots_pb2.Bot
    def __init__(self, bot: _Optional[_Union[_bots_pb2.Bot, _Mapping]] = ...) -> None: ...

class BotJoined(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: _bots_pb2.Bot
    def __init__(self, bot: _Optional[_Union[_bots_pb2.Bot, _Mapping]] = ...) -> None: ...

class BotDegraded(_message.Message):
    __slots__ = ("bot", "reason")
    BOT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    bot: _bots_pb2.Bot
    reason: str
    def __init__(self, bot: _Optional[_Union[_bots_pb2.Bot, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class BotLeft(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: _bots_pb2.Bot
    def __init__(self, bot: _Optional[_Union[_bots_pb2.Bot, _Mapping]] = ...) -> None: ...

class BotFailed(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: _bots_pb2.Bot
    def __init__(self, bot: _Optional[_Union[_bots_pb2.Bot, _Mapping]] = ...) -> None: ...

class BotActionCompleted(_message.Message):
    __slots__ = ("prompt_id", "error", "bot_id", "verb", "command_id", "insight_ids", "spoken_seconds", "total_seconds", "interrupted_by")
    PROMPT_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    BOT_ID_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    INSIGHT_IDS_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTED_BY_FIELD_NUMBER: _ClassVar[int]
    prompt_id: str
    error: str
    bot_id: str
    verb: str
    command_id: str
    insight_ids: _containers.RepeatedScalarFieldContainer[str]
    spoken_seconds: float
    total_seconds: float
    interrupted_by: str
    def __init__(self, prompt_id: _Optional[str] = ..., error: _Optional[str] = ..., bot_id: _Optional[str] = ..., verb: _Optional[str] = ..., command_id: _Optional[str] = ..., insight_ids: _Optional[_Iterable[str]] = ..., spoken_seconds: _Optional[float] = ..., total_seconds: _Optional[float] = ..., interrupted_by: _Optional[str] = ...) -> None: ...

class TranscriptSegment(_message.Message):
    __slots__ = ("segment",)
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    segment: _bots_pb2.Segment
    def __init__(self, segment: _Optional[_Union[_bots_pb2.Segment, _Mapping]] = ...) -> None: ...

class KeywordDetected(_message.Message):
    __slots__ = ("insight",)
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ...) -> None: ...

class SentimentChanged(_message.Message):
    __slots__ = ("insight",)
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ...) -> None: ...

class TopicStarted(_message.Message):
    __slots__ = ("insight",)
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ...) -> None: ...

class TopicEnded(_message.Message):
    __slots__ = ("insight",)
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ...) -> None: ...

class PolicyViolated(_message.Message):
    __slots__ = ("insight",)
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ...) -> None: ...

class InsightFound(_message.Message):
    __slots__ = ("insight",)
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ...) -> None: ...

class InsightWithdrawn(_message.Message):
    __slots__ = ("insight",)
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ...) -> None: ...

class CrewFlushed(_message.Message):
    __slots__ = ("session_id", "segments")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    segments: int
    def __init__(self, session_id: _Optional[str] = ..., segments: _Optional[int] = ...) -> None: ...

class RecordingCaptured(_message.Message):
    __slots__ = ("recording_id", "manifest_key", "manifest_sha256", "fragments", "failure", "layout", "spans")
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_KEY_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_SHA256_FIELD_NUMBER: _ClassVar[int]
    FRAGMENTS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    SPANS_FIELD_NUMBER: _ClassVar[int]
    recording_id: str
    manifest_key: str
    manifest_sha256: str
    fragments: int
    failure: str
    layout: _session_pb2.RecordingLayout
    spans: _containers.RepeatedCompositeFieldContainer[_session_pb2.Span]
    def __init__(self, recording_id: _Optional[str] = ..., manifest_key: _Optional[str] = ..., manifest_sha256: _Optional[str] = ..., fragments: _Optional[int] = ..., failure: _Optional[str] = ..., layout: _Optional[_Union[_session_pb2.RecordingLayout, str]] = ..., spans: _Optional[_Iterable[_Union[_session_pb2.Span, _Mapping]]] = ...) -> None: ...

class LivePartial(_message.Message):
    __slots__ = ("workspace_id", "meeting_id", "session_id", "segment")
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    workspace_id: str
    meeting_id: str
    session_id: str
    segment: _bots_pb2.Segment
    def __init__(self, workspace_id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., segment: _Optional[_Union[_bots_pb2.Segment, _Mapping]] = ...) -> None: ...
