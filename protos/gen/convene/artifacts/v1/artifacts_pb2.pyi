import datetime

from convene.bots.v1 import bots_pb2 as _bots_pb2
from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from convene.session.v1 import session_pb2 as _session_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ArtifactState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ARTIFACT_STATE_UNSPECIFIED: _ClassVar[ArtifactState]
    ARTIFACT_STATE_LIVE: _ClassVar[ArtifactState]
    ARTIFACT_STATE_PENDING: _ClassVar[ArtifactState]
    ARTIFACT_STATE_PROCESSING: _ClassVar[ArtifactState]
    ARTIFACT_STATE_AVAILABLE: _ClassVar[ArtifactState]
    ARTIFACT_STATE_FAILED: _ClassVar[ArtifactState]
    ARTIFACT_STATE_EXPIRED: _ClassVar[ArtifactState]
ARTIFACT_STATE_UNSPECIFIED: ArtifactState
ARTIFACT_STATE_LIVE: ArtifactState
ARTIFACT_STATE_PENDING: ArtifactState
ARTIFACT_STATE_PROCESSING: ArtifactState
ARTIFACT_STATE_AVAILABLE: ArtifactState
ARTIFACT_STATE_FAILED: ArtifactState
ARTIFACT_STATE_EXPIRED: ArtifactState

class Provenance(_message.Message):
    __slots__ = ("engine", "model", "version", "dropped_claims", "remark")
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DROPPED_CLAIMS_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    engine: str
    model: str
    version: str
    dropped_claims: int
    remark: str
    def __init__(self, engine: _Optional[str] = ..., model: _Optional[str] = ..., version: _Optional[str] = ..., dropped_claims: _Optional[int] = ..., remark: _Optional[str] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("text", "segment_ids")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    text: str
    segment_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, text: _Optional[str] = ..., segment_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class OpenQuestion(_message.Message):
    __slots__ = ("text", "segment_ids")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    text: str
    segment_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, text: _Optional[str] = ..., segment_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Chapter(_message.Message):
    __slots__ = ("title", "start_seconds", "segment_ids")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    title: str
    start_seconds: float
    segment_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, title: _Optional[str] = ..., start_seconds: _Optional[float] = ..., segment_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ActionItem(_message.Message):
    __slots__ = ("id", "text", "owner", "due", "segment_ids")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    text: str
    owner: str
    due: str
    segment_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., text: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., segment_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Attendee(_message.Message):
    __slots__ = ("participant_id", "name", "role", "intervals", "present_seconds", "speaking_seconds")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INTERVALS_FIELD_NUMBER: _ClassVar[int]
    PRESENT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SPEAKING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    name: str
    role: _meeting_pb2.Role
    intervals: _containers.RepeatedCompositeFieldContainer[_session_pb2.Interval]
    present_seconds: float
    speaking_seconds: float
    def __init__(self, participant_id: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., intervals: _Optional[_Iterable[_Union[_session_pb2.Interval, _Mapping]]] = ..., present_seconds: _Optional[float] = ..., speaking_seconds: _Optional[float] = ...) -> None: ...

class Artifact(_message.Message):
    __slots__ = ("id", "meeting_id", "session_id", "kind", "state", "reason", "size_bytes", "sha256", "create_time", "duration_seconds")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    session_id: str
    kind: str
    state: ArtifactState
    reason: str
    size_bytes: int
    sha256: str
    create_time: _timestamp_pb2.Timestamp
    duration_seconds: float
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., kind: _Optional[str] = ..., state: _Optional[_Union[ArtifactState, str]] = ..., reason: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., duration_seconds: _Optional[float] = ...) -> None: ...

class GetTranscriptRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "format", "since", "page_size", "page_token", "language")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    format: str
    since: int
    page_size: int
    page_token: str
    language: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., format: _Optional[str] = ..., since: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class GetTranscriptResponse(_message.Message):
    __slots__ = ("meeting_id", "session_id", "state", "language", "segments", "next_page_token", "text")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    state: ArtifactState
    language: str
    segments: _containers.RepeatedCompositeFieldContainer[_bots_pb2.Segment]
    next_page_token: str
    text: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., state: _Optional[_Union[ArtifactState, str]] = ..., language: _Optional[str] = ..., segments: _Optional[_Iterable[_Union[_bots_pb2.Segment, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class GetSummaryRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class GetSummaryResponse(_message.Message):
    __slots__ = ("meeting_id", "session_id", "state", "text", "segment_ids", "decisions", "action_items", "provenance", "questions", "chapters")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    ACTION_ITEMS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    CHAPTERS_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    state: ArtifactState
    text: str
    segment_ids: _containers.RepeatedScalarFieldContainer[str]
    decisions: _containers.RepeatedCompositeFieldContainer[Decision]
    action_items: _containers.RepeatedCompositeFieldContainer[ActionItem]
    provenance: Provenance
    questions: _containers.RepeatedCompositeFieldContainer[OpenQuestion]
    chapters: _containers.RepeatedCompositeFieldContainer[Chapter]
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., state: _Optional[_Union[ArtifactState, str]] = ..., text: _Optional[str] = ..., segment_ids: _Optional[_Iterable[str]] = ..., decisions: _Optional[_Iterable[_Union[Decision, _Mapping]]] = ..., action_items: _Optional[_Iterable[_Union[ActionItem, _Mapping]]] = ..., provenance: _Optional[_Union[Provenance, _Mapping]] = ..., questions: _Optional[_Iterable[_Union[OpenQuestion, _Mapping]]] = ..., chapters: _Optional[_Iterable[_Union[Chapter, _Mapping]]] = ...) -> None: ...

class RegenerateSummaryRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class RegenerateSummaryResponse(_message.Message):
    __slots__ = ("artifact",)
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    artifact: Artifact
    def __init__(self, artifact: _Optional[_Union[Artifact, _Mapping]] = ...) -> None: ...

class ListActionItemsRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class ListActionItemsResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "state")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ActionItem]
    next_page_token: str
    state: ArtifactState
    def __init__(self, items: _Optional[_Iterable[_Union[ActionItem, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., state: _Optional[_Union[ArtifactState, str]] = ...) -> None: ...

class GetAttendanceRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class GetAttendanceResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "state", "meeting_id", "session_id")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Attendee]
    next_page_token: str
    state: ArtifactState
    meeting_id: str
    session_id: str
    def __init__(self, items: _Optional[_Iterable[_Union[Attendee, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., state: _Optional[_Union[ArtifactState, str]] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class ListArtifactsRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class ListArtifactsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Artifact]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[Artifact, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
