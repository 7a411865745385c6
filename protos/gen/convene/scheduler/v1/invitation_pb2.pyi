import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.scheduler.v1 import meeting_pb2 as _meeting_pb2_1
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InvitationResponse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INVITATION_RESPONSE_UNSPECIFIED: _ClassVar[InvitationResponse]
    INVITATION_RESPONSE_NEEDS_ACTION: _ClassVar[InvitationResponse]
    INVITATION_RESPONSE_ACCEPTED: _ClassVar[InvitationResponse]
    INVITATION_RESPONSE_DECLINED: _ClassVar[InvitationResponse]
    INVITATION_RESPONSE_TENTATIVE: _ClassVar[InvitationResponse]
INVITATION_RESPONSE_UNSPECIFIED: InvitationResponse
INVITATION_RESPONSE_NEEDS_ACTION: InvitationResponse
INVITATION_RESPONSE_ACCEPTED: InvitationResponse
INVITATION_RESPONSE_DECLINED: InvitationResponse
INVITATION_RESPONSE_TENTATIVE: InvitationResponse

class OccurrenceResponse(_message.Message):
    __slots__ = ("occurrence_id", "response", "comment", "respond_time")
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    RESPOND_TIME_FIELD_NUMBER: _ClassVar[int]
    occurrence_id: str
    response: InvitationResponse
    comment: str
    respond_time: _timestamp_pb2.Timestamp
    def __init__(self, occurrence_id: _Optional[str] = ..., response: _Optional[_Union[InvitationResponse, str]] = ..., comment: _Optional[str] = ..., respond_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Invitation(_message.Message):
    __slots__ = ("id", "meeting_id", "name", "email", "role", "channel", "locale", "address", "web_push", "reminders_seconds", "response", "response_comment", "respond_time", "occurrence_responses", "join_url", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    WEB_PUSH_FIELD_NUMBER: _ClassVar[int]
    REMINDERS_SECONDS_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_COMMENT_FIELD_NUMBER: _ClassVar[int]
    RESPOND_TIME_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_RESPONSES_FIELD_NUMBER: _ClassVar[int]
    JOIN_URL_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    name: str
    email: str
    role: _meeting_pb2.Role
    channel: _meeting_pb2_1.Channel
    locale: str
    address: str
    web_push: _meeting_pb2_1.WebPush
    reminders_seconds: _containers.RepeatedScalarFieldContainer[int]
    response: InvitationResponse
    response_comment: str
    respond_time: _timestamp_pb2.Timestamp
    occurrence_responses: _containers.RepeatedCompositeFieldContainer[OccurrenceResponse]
    join_url: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., name: _Optional[str] = ..., email: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., channel: _Optional[_Union[_meeting_pb2_1.Channel, str]] = ..., locale: _Optional[str] = ..., address: _Optional[str] = ..., web_push: _Optional[_Union[_meeting_pb2_1.WebPush, _Mapping]] = ..., reminders_seconds: _Optional[_Iterable[int]] = ..., response: _Optional[_Union[InvitationResponse, str]] = ..., response_comment: _Optional[str] = ..., respond_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., occurrence_responses: _Optional[_Iterable[_Union[OccurrenceResponse, _Mapping]]] = ..., join_url: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
