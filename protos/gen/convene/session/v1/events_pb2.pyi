import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from convene.common.v1 import principal_pb2 as _principal_pb2
from convene.session.v1 import session_pb2 as _session_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SessionStarting(_message.Message):
    __slots__ = ("session", "snapshot")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    session: _session_pb2.Session
    snapshot: _meeting_pb2.MeetingSnapshot
    def __init__(self, session: _Optional[_Union[_session_pb2.Session, _Mapping]] = ..., snapshot: _Optional[_Union[_meeting_pb2.MeetingSnapshot, _Mapping]] = ...) -> None: ...

class SessionWaiting(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class SessionStarted(_message.Message):
    __slots__ = ("session_id", "start_time")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    start_time: _timestamp_pb2.Timestamp
    def __init__(self, session_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SessionIdle(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class SessionResumed(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class SessionLocked(_message.Message):
    __slots__ = ("session_id", "reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    reason: str
    def __init__(self, session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SessionUnlocked(_message.Message):
    __slots__ = ("session_id", "reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    reason: str
    def __init__(self, session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SessionEndingSoon(_message.Message):
    __slots__ = ("session_id", "remaining_seconds", "end_reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REMAINING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    remaining_seconds: int
    end_reason: _session_pb2.EndReason
    def __init__(self, session_id: _Optional[str] = ..., remaining_seconds: _Optional[int] = ..., end_reason: _Optional[_Union[_session_pb2.EndReason, str]] = ...) -> None: ...

class SessionEnding(_message.Message):
    __slots__ = ("session_id", "end_reason", "end_text", "ended_by", "drain_deadline")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    END_TEXT_FIELD_NUMBER: _ClassVar[int]
    ENDED_BY_FIELD_NUMBER: _ClassVar[int]
    DRAIN_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    end_reason: _session_pb2.EndReason
    end_text: str
    ended_by: _principal_pb2.Actor
    drain_deadline: _timestamp_pb2.Timestamp
    def __init__(self, session_id: _Optional[str] = ..., end_reason: _Optional[_Union[_session_pb2.EndReason, str]] = ..., end_text: _Optional[str] = ..., ended_by: _Optional[_Union[_principal_pb2.Actor, _Mapping]] = ..., drain_deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SessionEnded(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: _session_pb2.Session
    def __init__(self, session: _Optional[_Union[_session_pb2.Session, _Mapping]] = ...) -> None: ...

class SessionFailed(_message.Message):
    __slots__ = ("session_id", "reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    reason: str
    def __init__(self, session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ParticipantJoined(_message.Message):
    __slots__ = ("participant", "ear_address", "offset_seconds")
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    EAR_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    participant: _session_pb2.Participant
    ear_address: str
    offset_seconds: float
    def __init__(self, participant: _Optional[_Union[_session_pb2.Participant, _Mapping]] = ..., ear_address: _Optional[str] = ..., offset_seconds: _Optional[float] = ...) -> None: ...

class ParticipantReconnecting(_message.Message):
    __slots__ = ("participant_id", "epoch")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    epoch: int
    def __init__(self, participant_id: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class ParticipantLeft(_message.Message):
    __slots__ = ("participant_id", "epoch", "name", "reason")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    epoch: int
    name: str
    reason: str
    def __init__(self, participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., name: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ParticipantRemoved(_message.Message):
    __slots__ = ("participant_id", "reason", "banned")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BANNED_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    banned: bool
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ..., banned: _Optional[bool] = ...) -> None: ...

class ParticipantAborted(_message.Message):
    __slots__ = ("participant_id", "reason")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ParticipantMuted(_message.Message):
    __slots__ = ("participant_id", "reason")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ParticipantUnmuted(_message.Message):
    __slots__ = ("participant_id", "reason")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PromptSent(_message.Message):
    __slots__ = ("participant_id", "text", "prompt", "voice_participant_id", "ear_address", "reference", "from_role")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    VOICE_PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EAR_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    FROM_ROLE_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    text: str
    prompt: _session_pb2.Prompt
    voice_participant_id: str
    ear_address: str
    reference: str
    from_role: _meeting_pb2.Role
    def __init__(self, participant_id: _Optional[str] = ..., text: _Optional[str] = ..., prompt: _Optional[_Union[_session_pb2.Prompt, _Mapping]] = ..., voice_participant_id: _Optional[str] = ..., ear_address: _Optional[str] = ..., reference: _Optional[str] = ..., from_role: _Optional[_Union[_meeting_pb2.Role, str]] = ...) -> None: ...

class PromptDelivered(_message.Message):
    __slots__ = ("prompt_id", "error")
    PROMPT_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    prompt_id: str
    error: str
    def __init__(self, prompt_id: _Optional[str] = ..., error: _Optional[str] = ...) -> None: ...

class SessionHeld(_message.Message):
    __slots__ = ("session_id", "reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    reason: str
    def __init__(self, session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SessionReleased(_message.Message):
    __slots__ = ("session_id", "reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    reason: str
    def __init__(self, session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SessionExtended(_message.Message):
    __slots__ = ("session_id", "extend_seconds", "planned_end_time", "reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    EXTEND_SECONDS_FIELD_NUMBER: _ClassVar[int]
    PLANNED_END_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    extend_seconds: int
    planned_end_time: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, session_id: _Optional[str] = ..., extend_seconds: _Optional[int] = ..., planned_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class ParticipantKnocking(_message.Message):
    __slots__ = ("participant",)
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    participant: _session_pb2.Participant
    def __init__(self, participant: _Optional[_Union[_session_pb2.Participant, _Mapping]] = ...) -> None: ...

class ParticipantDenied(_message.Message):
    __slots__ = ("participant_id", "reason", "banned")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BANNED_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    banned: bool
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ..., banned: _Optional[bool] = ...) -> None: ...

class ParticipantAdmitted(_message.Message):
    __slots__ = ("participant_id", "reason")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ParticipantVideoPaused(_message.Message):
    __slots__ = ("participant_id", "reason")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ParticipantVideoResumed(_message.Message):
    __slots__ = ("participant_id", "reason")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    reason: str
    def __init__(self, participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RecordingStarted(_message.Message):
    __slots__ = ("recording", "reason")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    recording: _session_pb2.Recording
    reason: str
    def __init__(self, recording: _Optional[_Union[_session_pb2.Recording, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class RecordingPaused(_message.Message):
    __slots__ = ("recording", "reason")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    recording: _session_pb2.Recording
    reason: str
    def __init__(self, recording: _Optional[_Union[_session_pb2.Recording, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class RecordingResumed(_message.Message):
    __slots__ = ("recording", "reason")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    recording: _session_pb2.Recording
    reason: str
    def __init__(self, recording: _Optional[_Union[_session_pb2.Recording, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class RecordingStopped(_message.Message):
    __slots__ = ("recording", "reason")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    recording: _session_pb2.Recording
    reason: str
    def __init__(self, recording: _Optional[_Union[_session_pb2.Recording, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class MetricsSnapshot(_message.Message):
    __slots__ = ("participants", "sealed", "formula_version")
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    SEALED_FIELD_NUMBER: _ClassVar[int]
    FORMULA_VERSION_FIELD_NUMBER: _ClassVar[int]
    participants: _containers.RepeatedCompositeFieldContainer[_session_pb2.ParticipantMetrics]
    sealed: bool
    formula_version: str
    def __init__(self, participants: _Optional[_Iterable[_Union[_session_pb2.ParticipantMetrics, _Mapping]]] = ..., sealed: _Optional[bool] = ..., formula_version: _Optional[str] = ...) -> None: ...

class ChecklistItemCompleted(_message.Message):
    __slots__ = ("item",)
    ITEM_FIELD_NUMBER: _ClassVar[int]
    item: _session_pb2.ChecklistItem
    def __init__(self, item: _Optional[_Union[_session_pb2.ChecklistItem, _Mapping]] = ...) -> None: ...

class ChecklistCompleted(_message.Message):
    __slots__ = ("session_id", "ends_session")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    ENDS_SESSION_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    ends_session: bool
    def __init__(self, session_id: _Optional[str] = ..., ends_session: _Optional[bool] = ...) -> None: ...
