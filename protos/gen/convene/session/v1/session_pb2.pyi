import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from convene.common.v1 import principal_pb2 as _principal_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SessionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SESSION_STATE_UNSPECIFIED: _ClassVar[SessionState]
    SESSION_STATE_STARTING: _ClassVar[SessionState]
    SESSION_STATE_WAITING: _ClassVar[SessionState]
    SESSION_STATE_ACTIVE: _ClassVar[SessionState]
    SESSION_STATE_IDLE: _ClassVar[SessionState]
    SESSION_STATE_ENDING: _ClassVar[SessionState]
    SESSION_STATE_ENDED: _ClassVar[SessionState]
    SESSION_STATE_FAILED: _ClassVar[SessionState]

class EndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    END_REASON_UNSPECIFIED: _ClassVar[EndReason]
    END_REASON_API: _ClassVar[EndReason]
    END_REASON_HOST_ENDED: _ClassVar[EndReason]
    END_REASON_NO_SHOW: _ClassVar[EndReason]
    END_REASON_ALL_LEFT: _ClassVar[EndReason]
    END_REASON_BOTS_ONLY: _ClassVar[EndReason]
    END_REASON_HOST_ABSENT: _ClassVar[EndReason]
    END_REASON_SOLO: _ClassVar[EndReason]
    END_REASON_SCHEDULED_END: _ClassVar[EndReason]
    END_REASON_MAX_DURATION: _ClassVar[EndReason]
    END_REASON_MEETING_CANCELLED: _ClassVar[EndReason]
    END_REASON_POLICY: _ClassVar[EndReason]
    END_REASON_TRIGGER: _ClassVar[EndReason]
    END_REASON_QUOTA: _ClassVar[EndReason]
    END_REASON_MEDIA_FAILURE: _ClassVar[EndReason]
    END_REASON_SHUTDOWN: _ClassVar[EndReason]

class ParticipantState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTICIPANT_STATE_UNSPECIFIED: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_KNOCKING: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_ADMITTED: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_DENIED: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_JOINING: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_CONNECTED: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_RECONNECTING: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_LEFT: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_REMOVED: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_ABORTED: _ClassVar[ParticipantState]

class ParticipantKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTICIPANT_KIND_UNSPECIFIED: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_PERSON: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_PHONE: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_BOT: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_RECORDER: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_OBSERVER: _ClassVar[ParticipantKind]

class CommandState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMMAND_STATE_UNSPECIFIED: _ClassVar[CommandState]
    COMMAND_STATE_ACCEPTED: _ClassVar[CommandState]
    COMMAND_STATE_APPLIED: _ClassVar[CommandState]
    COMMAND_STATE_REFUSED: _ClassVar[CommandState]

class PromptKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROMPT_KIND_UNSPECIFIED: _ClassVar[PromptKind]
    PROMPT_KIND_CHAT: _ClassVar[PromptKind]
    PROMPT_KIND_SYSTEM: _ClassVar[PromptKind]
    PROMPT_KIND_SPOKEN: _ClassVar[PromptKind]

class RecordingState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORDING_STATE_UNSPECIFIED: _ClassVar[RecordingState]
    RECORDING_STATE_STARTING: _ClassVar[RecordingState]
    RECORDING_STATE_RECORDING: _ClassVar[RecordingState]
    RECORDING_STATE_PAUSED: _ClassVar[RecordingState]
    RECORDING_STATE_STOPPING: _ClassVar[RecordingState]
    RECORDING_STATE_PROCESSING: _ClassVar[RecordingState]
    RECORDING_STATE_AVAILABLE: _ClassVar[RecordingState]
    RECORDING_STATE_FAILED: _ClassVar[RecordingState]

class RecordingLayout(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORDING_LAYOUT_UNSPECIFIED: _ClassVar[RecordingLayout]
    RECORDING_LAYOUT_GRID: _ClassVar[RecordingLayout]
    RECORDING_LAYOUT_AUDIO_ONLY: _ClassVar[RecordingLayout]
SESSION_STATE_UNSPECIFIED: SessionState
SESSION_STATE_STARTING: SessionState
SESSION_STATE_WAITING: SessionState
SESSION_STATE_ACTIVE: SessionState
SESSION_STATE_IDLE: SessionState
SESSION_STATE_ENDING: SessionState
SESSION_STATE_ENDED: SessionState
SESSION_STATE_FAILED: SessionState
END_REASON_UNSPECIFIED: EndReason
END_REASON_API: EndReason
END_REASON_HOST_ENDED: EndReason
END_REASON_NO_SHOW: EndReason
END_REASON_ALL_LEFT: EndReason
END_REASON_BOTS_ONLY: EndReason
END_REASON_HOST_ABSENT: EndReason
END_REASON_SOLO: EndReason
END_REASON_SCHEDULED_END: EndReason
END_REASON_MAX_DURATION: EndReason
END_REASON_MEETING_CANCELLED: EndReason
END_REASON_POLICY: EndReason
END_REASON_TRIGGER: EndReason
END_REASON_QUOTA: EndReason
END_REASON_MEDIA_FAILURE: EndReason
END_REASON_SHUTDOWN: EndReason
PARTICIPANT_STATE_UNSPECIFIED: ParticipantState
PARTICIPANT_STATE_KNOCKING: ParticipantState
PARTICIPANT_STATE_ADMITTED: ParticipantState
PARTICIPANT_STATE_DENIED: ParticipantState
PARTICIPANT_STATE_JOINING: ParticipantState
PARTICIPANT_STATE_CONNECTED: ParticipantState
PARTICIPANT_STATE_RECONNECTING: ParticipantState
PARTICIPANT_STATE_LEFT: ParticipantState
PARTICIPANT_STATE_REMOVED: ParticipantState
PARTICIPANT_STATE_ABORTED: ParticipantState
PARTICIPANT_KIND_UNSPECIFIED: ParticipantKind
PARTICIPANT_KIND_PERSON: ParticipantKind
PARTICIPANT_KIND_PHONE: ParticipantKind
PARTICIPANT_KIND_BOT: ParticipantKind
PARTICIPANT_KIND_RECORDER: ParticipantKind
PARTICIPANT_KIND_OBSERVER: ParticipantKind
COMMAND_STATE_UNSPECIFIED: CommandState
COMMAND_STATE_ACCEPTED: CommandState
COMMAND_STATE_APPLIED: CommandState
COMMAND_STATE_REFUSED: CommandState
PROMPT_KIND_UNSPECIFIED: PromptKind
PROMPT_KIND_CHAT: PromptKind
PROMPT_KIND_SYSTEM: PromptKind
PROMPT_KIND_SPOKEN: PromptKind
RECORDING_STATE_UNSPECIFIED: RecordingState
RECORDING_STATE_STARTING: RecordingState
RECORDING_STATE_RECORDING: RecordingState
RECORDING_STATE_PAUSED: RecordingState
RECORDING_STATE_STOPPING: RecordingState
RECORDING_STATE_PROCESSING: RecordingState
RECORDING_STATE_AVAILABLE: RecordingState
RECORDING_STATE_FAILED: RecordingState
RECORDING_LAYOUT_UNSPECIFIED: RecordingLayout
RECORDING_LAYOUT_GRID: RecordingLayout
RECORDING_LAYOUT_AUDIO_ONLY: RecordingLayout

class Session(_message.Message):
    __slots__ = ("id", "meeting_id", "occurrence_id", "state", "end_reason", "end_text", "ended_by", "held", "locked", "host_present", "recording_state", "create_time", "start_time", "end_time", "test", "policy", "planned_end_time", "recording_id", "transcribed")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    END_TEXT_FIELD_NUMBER: _ClassVar[int]
    ENDED_BY_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    LOCKED_FIELD_NUMBER: _ClassVar[int]
    HOST_PRESENT_FIELD_NUMBER: _ClassVar[int]
    RECORDING_STATE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PLANNED_END_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIBED_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    occurrence_id: str
    state: SessionState
    end_reason: EndReason
    end_text: str
    ended_by: _principal_pb2.Actor
    held: bool
    locked: bool
    host_present: bool
    recording_state: str
    create_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    test: bool
    policy: _meeting_pb2.Policy
    planned_end_time: _timestamp_pb2.Timestamp
    recording_id: str
    transcribed: bool
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., occurrence_id: _Optional[str] = ..., state: _Optional[_Union[SessionState, str]] = ..., end_reason: _Optional[_Union[EndReason, str]] = ..., end_text: _Optional[str] = ..., ended_by: _Optional[_Union[_principal_pb2.Actor, _Mapping]] = ..., held: _Optional[bool] = ..., locked: _Optional[bool] = ..., host_present: _Optional[bool] = ..., recording_state: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., test: _Optional[bool] = ..., policy: _Optional[_Union[_meeting_pb2.Policy, _Mapping]] = ..., planned_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recording_id: _Optional[str] = ..., transcribed: _Optional[bool] = ...) -> None: ...

class Interval(_message.Message):
    __slots__ = ("joined", "left")
    JOINED_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    joined: _timestamp_pb2.Timestamp
    left: _timestamp_pb2.Timestamp
    def __init__(self, joined: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., left: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Participant(_message.Message):
    __slots__ = ("id", "session_id", "name", "role", "kind", "state", "epoch", "muted", "intervals", "present_seconds", "speaking_seconds", "camera", "screen", "video_paused", "consent_time", "invitation_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    MUTED_FIELD_NUMBER: _ClassVar[int]
    INTERVALS_FIELD_NUMBER: _ClassVar[int]
    PRESENT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SPEAKING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CAMERA_FIELD_NUMBER: _ClassVar[int]
    SCREEN_FIELD_NUMBER: _ClassVar[int]
    VIDEO_PAUSED_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TIME_FIELD_NUMBER: _ClassVar[int]
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    session_id: str
    name: str
    role: _meeting_pb2.Role
    kind: ParticipantKind
    state: ParticipantState
    epoch: int
    muted: bool
    intervals: _containers.RepeatedCompositeFieldContainer[Interval]
    present_seconds: float
    speaking_seconds: float
    camera: bool
    screen: bool
    video_paused: bool
    consent_time: _timestamp_pb2.Timestamp
    invitation_id: str
    def __init__(self, id: _Optional[str] = ..., session_id: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., kind: _Optional[_Union[ParticipantKind, str]] = ..., state: _Optional[_Union[ParticipantState, str]] = ..., epoch: _Optional[int] = ..., muted: _Optional[bool] = ..., intervals: _Optional[_Iterable[_Union[Interval, _Mapping]]] = ..., present_seconds: _Optional[float] = ..., speaking_seconds: _Optional[float] = ..., camera: _Optional[bool] = ..., screen: _Optional[bool] = ..., video_paused: _Optional[bool] = ..., consent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., invitation_id: _Optional[str] = ...) -> None: ...

class JoinLink(_message.Message):
    __slots__ = ("id", "meeting_id", "kind", "role", "name", "url", "single_use", "expire_time", "revoked", "uses")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    SINGLE_USE_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    kind: ParticipantKind
    role: _meeting_pb2.Role
    name: str
    url: str
    single_use: bool
    expire_time: _timestamp_pb2.Timestamp
    revoked: bool
    uses: int
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., kind: _Optional[_Union[ParticipantKind, str]] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., name: _Optional[str] = ..., url: _Optional[str] = ..., single_use: _Optional[bool] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoked: _Optional[bool] = ..., uses: _Optional[int] = ...) -> None: ...

class Command(_message.Message):
    __slots__ = ("id", "session_id", "verb", "target_id", "state", "reason", "actor", "create_time", "settle_time", "text")
    ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    id: str
    session_id: str
    verb: str
    target_id: str
    state: CommandState
    reason: str
    actor: _principal_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    settle_time: _timestamp_pb2.Timestamp
    text: str
    def __init__(self, id: _Optional[str] = ..., session_id: _Optional[str] = ..., verb: _Optional[str] = ..., target_id: _Optional[str] = ..., state: _Optional[_Union[CommandState, str]] = ..., reason: _Optional[str] = ..., actor: _Optional[_Union[_principal_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class StartSessionRequest(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: _meeting_pb2.MeetingSnapshot
    def __init__(self, snapshot: _Optional[_Union[_meeting_pb2.MeetingSnapshot, _Mapping]] = ...) -> None: ...

class StartSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class EndSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class EndSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class ConcludeSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "by_policy", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    BY_POLICY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    by_policy: bool
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., by_policy: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class ConcludeSessionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class GetSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class ListSessionsRequest(_message.Message):
    __slots__ = ("meeting_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSessionsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Session]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[Session, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class LockSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class LockSessionResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class UnlockSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class UnlockSessionResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class ListParticipantsRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListParticipantsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Participant]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class MuteParticipantRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "participant_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    participant_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class MuteParticipantResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class RemoveParticipantRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "participant_id", "reason", "ban")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BAN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    participant_id: str
    reason: str
    ban: bool
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ..., ban: _Optional[bool] = ...) -> None: ...

class RemoveParticipantResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class UnmuteParticipantRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "participant_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    participant_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class UnmuteParticipantResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class PauseVideoRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "participant_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    participant_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PauseVideoResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class ResumeVideoRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "participant_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    participant_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ResumeVideoResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class AdmitParticipantRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "participant_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    participant_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class AdmitParticipantResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class DenyParticipantRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "participant_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    participant_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DenyParticipantResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class MuteAllRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class MuteAllResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class HoldSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class HoldSessionResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class ReleaseSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReleaseSessionResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class ExtendSessionRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "reason", "extend_seconds")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXTEND_SECONDS_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    reason: str
    extend_seconds: int
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., reason: _Optional[str] = ..., extend_seconds: _Optional[int] = ...) -> None: ...

class ExtendSessionResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class Prompt(_message.Message):
    __slots__ = ("id", "kind", "text", "from_participant_id", "from_name", "to_role", "to_participant_id", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FROM_PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_NAME_FIELD_NUMBER: _ClassVar[int]
    TO_ROLE_FIELD_NUMBER: _ClassVar[int]
    TO_PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: PromptKind
    text: str
    from_participant_id: str
    from_name: str
    to_role: _meeting_pb2.Role
    to_participant_id: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[PromptKind, str]] = ..., text: _Optional[str] = ..., from_participant_id: _Optional[str] = ..., from_name: _Optional[str] = ..., to_role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., to_participant_id: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SendPromptRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "reason", "kind", "text", "to_role", "to_participant_id", "reference")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TO_ROLE_FIELD_NUMBER: _ClassVar[int]
    TO_PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    reason: str
    kind: PromptKind
    text: str
    to_role: _meeting_pb2.Role
    to_participant_id: str
    reference: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., reason: _Optional[str] = ..., kind: _Optional[_Union[PromptKind, str]] = ..., text: _Optional[str] = ..., to_role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., to_participant_id: _Optional[str] = ..., reference: _Optional[str] = ...) -> None: ...

class SendPromptResponse(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class Span(_message.Message):
    __slots__ = ("start_seconds", "end_seconds")
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    start_seconds: float
    end_seconds: float
    def __init__(self, start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ...) -> None: ...

class Recording(_message.Message):
    __slots__ = ("id", "meeting_id", "session_id", "state", "layout", "spans", "create_time", "stop_time", "reason", "room_open_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    SPANS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ROOM_OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    session_id: str
    state: RecordingState
    layout: RecordingLayout
    spans: _containers.RepeatedCompositeFieldContainer[Span]
    create_time: _timestamp_pb2.Timestamp
    stop_time: _timestamp_pb2.Timestamp
    reason: str
    room_open_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., state: _Optional[_Union[RecordingState, str]] = ..., layout: _Optional[_Union[RecordingLayout, str]] = ..., spans: _Optional[_Iterable[_Union[Span, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., room_open_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StartRecordingRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "layout", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    layout: RecordingLayout
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., layout: _Optional[_Union[RecordingLayout, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class StartRecordingResponse(_message.Message):
    __slots__ = ("recording", "found")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    recording: Recording
    found: bool
    def __init__(self, recording: _Optional[_Union[Recording, _Mapping]] = ..., found: _Optional[bool] = ...) -> None: ...

class PauseRecordingRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "recording_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    recording_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., recording_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PauseRecordingResponse(_message.Message):
    __slots__ = ("recording",)
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    recording: Recording
    def __init__(self, recording: _Optional[_Union[Recording, _Mapping]] = ...) -> None: ...

class ResumeRecordingRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "recording_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    recording_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., recording_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ResumeRecordingResponse(_message.Message):
    __slots__ = ("recording",)
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    recording: Recording
    def __init__(self, recording: _Optional[_Union[Recording, _Mapping]] = ...) -> None: ...

class StopRecordingRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "recording_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    recording_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., recording_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class StopRecordingResponse(_message.Message):
    __slots__ = ("recording",)
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    recording: Recording
    def __init__(self, recording: _Optional[_Union[Recording, _Mapping]] = ...) -> None: ...

class ParticipantMetrics(_message.Message):
    __slots__ = ("participant_id", "name", "role", "speaking_seconds", "talk_ratio", "turns", "longest_turn_seconds", "overlaps", "overlap_seconds", "present_seconds", "camera_seconds", "engagement_score")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SPEAKING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TALK_RATIO_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    LONGEST_TURN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    OVERLAPS_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_SECONDS_FIELD_NUMBER: _ClassVar[int]
    PRESENT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CAMERA_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ENGAGEMENT_SCORE_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    name: str
    role: _meeting_pb2.Role
    speaking_seconds: float
    talk_ratio: float
    turns: int
    longest_turn_seconds: float
    overlaps: int
    overlap_seconds: float
    present_seconds: float
    camera_seconds: float
    engagement_score: float
    def __init__(self, participant_id: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., speaking_seconds: _Optional[float] = ..., talk_ratio: _Optional[float] = ..., turns: _Optional[int] = ..., longest_turn_seconds: _Optional[float] = ..., overlaps: _Optional[int] = ..., overlap_seconds: _Optional[float] = ..., present_seconds: _Optional[float] = ..., camera_seconds: _Optional[float] = ..., engagement_score: _Optional[float] = ...) -> None: ...

class GetMetricsRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class GetMetricsResponse(_message.Message):
    __slots__ = ("session_id", "participants", "formula", "formula_version", "sealed", "update_time")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    FORMULA_VERSION_FIELD_NUMBER: _ClassVar[int]
    SEALED_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participants: _containers.RepeatedCompositeFieldContainer[ParticipantMetrics]
    formula: str
    formula_version: str
    sealed: bool
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, session_id: _Optional[str] = ..., participants: _Optional[_Iterable[_Union[ParticipantMetrics, _Mapping]]] = ..., formula: _Optional[str] = ..., formula_version: _Optional[str] = ..., sealed: _Optional[bool] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ChecklistItem(_message.Message):
    __slots__ = ("id", "text", "completed", "actor", "complete_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    text: str
    completed: bool
    actor: _principal_pb2.Actor
    complete_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., text: _Optional[str] = ..., completed: _Optional[bool] = ..., actor: _Optional[_Union[_principal_pb2.Actor, _Mapping]] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListChecklistRequest(_message.Message):
    __slots__ = ("meeting_id",)
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    def __init__(self, meeting_id: _Optional[str] = ...) -> None: ...

class ListChecklistResponse(_message.Message):
    __slots__ = ("items", "ends_session")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    ENDS_SESSION_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ChecklistItem]
    ends_session: bool
    def __init__(self, items: _Optional[_Iterable[_Union[ChecklistItem, _Mapping]]] = ..., ends_session: _Optional[bool] = ...) -> None: ...

class PutChecklistItemRequest(_message.Message):
    __slots__ = ("meeting_id", "item", "text", "completed", "ends_session")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    ENDS_SESSION_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    item: str
    text: str
    completed: bool
    ends_session: bool
    def __init__(self, meeting_id: _Optional[str] = ..., item: _Optional[str] = ..., text: _Optional[str] = ..., completed: _Optional[bool] = ..., ends_session: _Optional[bool] = ...) -> None: ...

class PutChecklistItemResponse(_message.Message):
    __slots__ = ("item",)
    ITEM_FIELD_NUMBER: _ClassVar[int]
    item: ChecklistItem
    def __init__(self, item: _Optional[_Union[ChecklistItem, _Mapping]] = ...) -> None: ...

class ListCommandsRequest(_message.Message):
    __slots__ = ("meeting_id", "session_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    session_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCommandsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Command]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[Command, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateJoinLinkRequest(_message.Message):
    __slots__ = ("meeting_id", "kind", "role", "name", "single_use", "ttl_seconds")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SINGLE_USE_FIELD_NUMBER: _ClassVar[int]
    TTL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    kind: ParticipantKind
    role: _meeting_pb2.Role
    name: str
    single_use: bool
    ttl_seconds: int
    def __init__(self, meeting_id: _Optional[str] = ..., kind: _Optional[_Union[ParticipantKind, str]] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., name: _Optional[str] = ..., single_use: _Optional[bool] = ..., ttl_seconds: _Optional[int] = ...) -> None: ...

class CreateJoinLinkResponse(_message.Message):
    __slots__ = ("join_link",)
    JOIN_LINK_FIELD_NUMBER: _ClassVar[int]
    join_link: JoinLink
    def __init__(self, join_link: _Optional[_Union[JoinLink, _Mapping]] = ...) -> None: ...

class ListJoinLinksRequest(_message.Message):
    __slots__ = ("meeting_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListJoinLinksResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[JoinLink]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[JoinLink, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RevokeJoinLinkRequest(_message.Message):
    __slots__ = ("meeting_id", "join_link_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    JOIN_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    join_link_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., join_link_id: _Optional[str] = ...) -> None: ...

class RevokeJoinLinkResponse(_message.Message):
    __slots__ = ("join_link",)
    JOIN_LINK_FIELD_NUMBER: _ClassVar[int]
    join_link: JoinLink
    def __init__(self, join_link: _Optional[_Union[JoinLink, _Mapping]] = ...) -> None: ...

class ExchangeJoinLinkRequest(_message.Message):
    __slots__ = ("code", "name", "device", "join_token")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    JOIN_TOKEN_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    device: str
    join_token: str
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., device: _Optional[str] = ..., join_token: _Optional[str] = ...) -> None: ...

class ExchangeJoinLinkResponse(_message.Message):
    __slots__ = ("join_token", "expire_time", "participant", "session")
    JOIN_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    join_token: str
    expire_time: _timestamp_pb2.Timestamp
    participant: Participant
    session: Session
    def __init__(self, join_token: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., participant: _Optional[_Union[Participant, _Mapping]] = ..., session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class GetLedgerRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class GetLedgerResponse(_message.Message):
    __slots__ = ("session", "participants", "meeting_title")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    MEETING_TITLE_FIELD_NUMBER: _ClassVar[int]
    session: Session
    participants: _containers.RepeatedCompositeFieldContainer[Participant]
    meeting_title: str
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ..., participants: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ..., meeting_title: _Optional[str] = ...) -> None: ...
