import datetime

from convene.common.v1 import principal_pb2 as _principal_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Envelope(_message.Message):
    __slots__ = ("id", "message", "schema_version", "workspace_id", "aggregate_id", "aggregate_sequence", "meeting_id", "session_id", "actor", "causation_id", "test", "time", "traceparent", "payload")
    ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CAUSATION_ID_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    id: str
    message: str
    schema_version: int
    workspace_id: str
    aggregate_id: str
    aggregate_sequence: int
    meeting_id: str
    session_id: str
    actor: _principal_pb2.Actor
    causation_id: str
    test: bool
    time: _timestamp_pb2.Timestamp
    traceparent: str
    payload: bytes
    def __init__(self, id: _Optional[str] = ..., message: _Optional[str] = ..., schema_version: _Optional[int] = ..., workspace_id: _Optional[str] = ..., aggregate_id: _Optional[str] = ..., aggregate_sequence: _Optional[int] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., actor: _Optional[_Union[_principal_pb2.Actor, _Mapping]] = ..., causation_id: _Optional[str] = ..., test: _Optional[bool] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., traceparent: _Optional[str] = ..., payload: _Optional[bytes] = ...) -> None: ...
