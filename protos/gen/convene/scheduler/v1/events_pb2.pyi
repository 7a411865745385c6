import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from convene.scheduler.v1 import meeting_pb2 as _meeting_pb2_1
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MeetingCreated(_message.Message):
    __slots__ = ("meeting",)
    MEETING_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ...) -> None: ...

class MeetingUpdated(_message.Message):
    __slots__ = ("meeting", "fields")
    MEETING_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ..., fields: _Optional[_Iterable[str]] = ...) -> None: ...

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

class OccurrenceDue(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: _meeting_pb2.MeetingSnapshot
    def __init__(self, snapshot: _Optional[_Union[_meeting_pb2.MeetingSnapshot, _Mapping]] = ...) -> None: ...
