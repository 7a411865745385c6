import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from convene.scheduler.v1 import invitation_pb2 as _invitation_pb2
from convene.scheduler.v1 import meeting_pb2 as _meeting_pb2_1
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OccurrenceChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OCCURRENCE_CHANGE_KIND_UNSPECIFIED: _ClassVar[OccurrenceChangeKind]
    OCCURRENCE_CHANGE_KIND_ADDED: _ClassVar[OccurrenceChangeKind]
    OCCURRENCE_CHANGE_KIND_REMOVED: _ClassVar[OccurrenceChangeKind]
    OCCURRENCE_CHANGE_KIND_MOVED: _ClassVar[OccurrenceChangeKind]
    OCCURRENCE_CHANGE_KIND_CHANGED: _ClassVar[OccurrenceChangeKind]
    OCCURRENCE_CHANGE_KIND_CANCELLED: _ClassVar[OccurrenceChangeKind]

class NoticeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NOTICE_KIND_UNSPECIFIED: _ClassVar[NoticeKind]
    NOTICE_KIND_INVITED: _ClassVar[NoticeKind]
    NOTICE_KIND_UPDATED: _ClassVar[NoticeKind]
    NOTICE_KIND_CANCELLED: _ClassVar[NoticeKind]
    NOTICE_KIND_REMINDER: _ClassVar[NoticeKind]
    NOTICE_KIND_LIVE: _ClassVar[NoticeKind]
    NOTICE_KIND_SUMMARY: _ClassVar[NoticeKind]
OCCURRENCE_CHANGE_KIND_UNSPECIFIED: OccurrenceChangeKind
OCCURRENCE_CHANGE_KIND_ADDED: OccurrenceChangeKind
OCCURRENCE_CHANGE_KIND_REMOVED: OccurrenceChangeKind
OCCURRENCE_CHANGE_KIND_MOVED: OccurrenceChangeKind
OCCURRENCE_CHANGE_KIND_CHANGED: OccurrenceChangeKind
OCCURRENCE_CHANGE_KIND_CANCELLED: OccurrenceChangeKind
NOTICE_KIND_UNSPECIFIED: NoticeKind
NOTICE_KIND_INVITED: NoticeKind
NOTICE_KIND_UPDATED: NoticeKind
NOTICE_KIND_CANCELLED: NoticeKind
NOTICE_KIND_REMINDER: NoticeKind
NOTICE_KIND_LIVE: NoticeKind
NOTICE_KIND_SUMMARY: NoticeKind

class MeetingCreated(_message.Message):
    __slots__ = ("meeting",)
    MEETING_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ...) -> None: ...

class MeetingUpdated(_message.Message):
    __slots__ = ("meeting", "fields", "occurrence_changes", "further_changes")
    MEETING_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_CHANGES_FIELD_NUMBER: _ClassVar[int]
    FURTHER_CHANGES_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    fields: _containers.RepeatedScalarFieldContainer[str]
    occurrence_changes: _containers.RepeatedCompositeFieldContainer[OccurrenceChange]
    further_changes: int
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ..., fields: _Optional[_Iterable[str]] = ..., occurrence_changes: _Optional[_Iterable[_Union[OccurrenceChange, _Mapping]]] = ..., further_changes: _Optional[int] = ...) -> None: ...

class OccurrenceChange(_message.Message):
    __slots__ = ("kind", "occurrence_id", "old_start_time", "start_time")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    OLD_START_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    kind: OccurrenceChangeKind
    occurrence_id: str
    old_start_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[OccurrenceChangeKind, str]] = ..., occurrence_id: _Optional[str] = ..., old_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MeetingCancelled(_message.Message):
    __slots__ = ("meeting_id", "reason")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    reason: str
    def __init__(self, meeting_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class MeetingCompleted(_message.Message):
    __slots__ = ("meeting_id",)
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    def __init__(self, meeting_id: _Optional[str] = ...) -> None: ...

class InvitationResponded(_message.Message):
    __slots__ = ("invitation_id", "email", "name", "response", "comment", "occurrence_id")
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    email: str
    name: str
    response: _invitation_pb2.InvitationResponse
    comment: str
    occurrence_id: str
    def __init__(self, invitation_id: _Optional[str] = ..., email: _Optional[str] = ..., name: _Optional[str] = ..., response: _Optional[_Union[_invitation_pb2.InvitationResponse, str]] = ..., comment: _Optional[str] = ..., occurrence_id: _Optional[str] = ...) -> None: ...

class InvitationRemoved(_message.Message):
    __slots__ = ("invitation_id",)
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    def __init__(self, invitation_id: _Optional[str] = ...) -> None: ...

class InvitationRoleChanged(_message.Message):
    __slots__ = ("invitation_id", "role")
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    role: _meeting_pb2.Role
    def __init__(self, invitation_id: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ...) -> None: ...

class InvitationRestored(_message.Message):
    __slots__ = ("invitation_id",)
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    def __init__(self, invitation_id: _Optional[str] = ...) -> None: ...

class OccurrenceOpened(_message.Message):
    __slots__ = ("occurrence_id", "start_time")
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    occurrence_id: str
    start_time: _timestamp_pb2.Timestamp
    def __init__(self, occurrence_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OccurrenceMissed(_message.Message):
    __slots__ = ("occurrence_id", "start_time")
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    occurrence_id: str
    start_time: _timestamp_pb2.Timestamp
    def __init__(self, occurrence_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OccurrenceSkipped(_message.Message):
    __slots__ = ("occurrence_id", "start_time", "reason")
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    occurrence_id: str
    start_time: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, occurrence_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class SessionRevoked(_message.Message):
    __slots__ = ("occurrence_id", "session_id", "cancelled")
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    occurrence_id: str
    session_id: str
    cancelled: bool
    def __init__(self, occurrence_id: _Optional[str] = ..., session_id: _Optional[str] = ..., cancelled: _Optional[bool] = ...) -> None: ...

class OccurrenceDue(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: _meeting_pb2.MeetingSnapshot
    def __init__(self, snapshot: _Optional[_Union[_meeting_pb2.MeetingSnapshot, _Mapping]] = ...) -> None: ...

class InvitationSent(_message.Message):
    __slots__ = ("invitation_id", "notice_id", "kind", "channel", "email", "occurrence_id")
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    notice_id: str
    kind: NoticeKind
    channel: _meeting_pb2_1.Channel
    email: str
    occurrence_id: str
    def __init__(self, invitation_id: _Optional[str] = ..., notice_id: _Optional[str] = ..., kind: _Optional[_Union[NoticeKind, str]] = ..., channel: _Optional[_Union[_meeting_pb2_1.Channel, str]] = ..., email: _Optional[str] = ..., occurrence_id: _Optional[str] = ...) -> None: ...

class InvitationFailed(_message.Message):
    __slots__ = ("invitation_id", "notice_id", "kind", "channel", "email", "occurrence_id", "reason")
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    notice_id: str
    kind: NoticeKind
    channel: _meeting_pb2_1.Channel
    email: str
    occurrence_id: str
    reason: str
    def __init__(self, invitation_id: _Optional[str] = ..., notice_id: _Optional[str] = ..., kind: _Optional[_Union[NoticeKind, str]] = ..., channel: _Optional[_Union[_meeting_pb2_1.Channel, str]] = ..., email: _Optional[str] = ..., occurrence_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReminderSent(_message.Message):
    __slots__ = ("invitation_id", "notice_id", "kind", "channel", "email", "occurrence_id")
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    notice_id: str
    kind: NoticeKind
    channel: _meeting_pb2_1.Channel
    email: str
    occurrence_id: str
    def __init__(self, invitation_id: _Optional[str] = ..., notice_id: _Optional[str] = ..., kind: _Optional[_Union[NoticeKind, str]] = ..., channel: _Optional[_Union[_meeting_pb2_1.Channel, str]] = ..., email: _Optional[str] = ..., occurrence_id: _Optional[str] = ...) -> None: ...
