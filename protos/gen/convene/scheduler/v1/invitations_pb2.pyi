import datetime

from convene.common.v1 import options_pb2 as _options_pb2
from convene.scheduler.v1 import invitation_pb2 as _invitation_pb2
from convene.scheduler.v1 import meeting_pb2 as _meeting_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateInvitationRequest(_message.Message):
    __slots__ = ("meeting_id", "invitation", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    INVITATION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    invitation: _meeting_pb2.Invitee
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., invitation: _Optional[_Union[_meeting_pb2.Invitee, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class CreateInvitationResponse(_message.Message):
    __slots__ = ("invitation",)
    INVITATION_FIELD_NUMBER: _ClassVar[int]
    invitation: _invitation_pb2.Invitation
    def __init__(self, invitation: _Optional[_Union[_invitation_pb2.Invitation, _Mapping]] = ...) -> None: ...

class ListInvitationsRequest(_message.Message):
    __slots__ = ("meeting_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListInvitationsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_invitation_pb2.Invitation]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[_invitation_pb2.Invitation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteInvitationRequest(_message.Message):
    __slots__ = ("meeting_id", "invitation_id", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    invitation_id: str
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., invitation_id: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class DeleteInvitationResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResendInvitationRequest(_message.Message):
    __slots__ = ("meeting_id", "invitation_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    invitation_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., invitation_id: _Optional[str] = ...) -> None: ...

class ResendInvitationResponse(_message.Message):
    __slots__ = ("invitation",)
    INVITATION_FIELD_NUMBER: _ClassVar[int]
    invitation: _invitation_pb2.Invitation
    def __init__(self, invitation: _Optional[_Union[_invitation_pb2.Invitation, _Mapping]] = ...) -> None: ...

class RespondInvitationRequest(_message.Message):
    __slots__ = ("meeting_id", "invitation_id", "response", "comment", "occurrence_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    invitation_id: str
    response: _invitation_pb2.InvitationResponse
    comment: str
    occurrence_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., invitation_id: _Optional[str] = ..., response: _Optional[_Union[_invitation_pb2.InvitationResponse, str]] = ..., comment: _Optional[str] = ..., occurrence_id: _Optional[str] = ...) -> None: ...

class RespondInvitationResponse(_message.Message):
    __slots__ = ("invitation",)
    INVITATION_FIELD_NUMBER: _ClassVar[int]
    invitation: _invitation_pb2.Invitation
    def __init__(self, invitation: _Optional[_Union[_invitation_pb2.Invitation, _Mapping]] = ...) -> None: ...

class GetReplyRequest(_message.Message):
    __slots__ = ("code", "locale")
    CODE_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    code: str
    locale: str
    def __init__(self, code: _Optional[str] = ..., locale: _Optional[str] = ...) -> None: ...

class GetReplyResponse(_message.Message):
    __slots__ = ("title", "name", "time_zone", "start_time", "is_series", "response", "is_over", "locale", "language", "when", "clock")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    IS_SERIES_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    IS_OVER_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    title: str
    name: str
    time_zone: str
    start_time: _timestamp_pb2.Timestamp
    is_series: bool
    response: _invitation_pb2.InvitationResponse
    is_over: bool
    locale: str
    language: str
    when: str
    clock: str
    def __init__(self, title: _Optional[str] = ..., name: _Optional[str] = ..., time_zone: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., is_series: _Optional[bool] = ..., response: _Optional[_Union[_invitation_pb2.InvitationResponse, str]] = ..., is_over: _Optional[bool] = ..., locale: _Optional[str] = ..., language: _Optional[str] = ..., when: _Optional[str] = ..., clock: _Optional[str] = ...) -> None: ...

class SendReplyRequest(_message.Message):
    __slots__ = ("code", "response", "comment")
    CODE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    code: str
    response: _invitation_pb2.InvitationResponse
    comment: str
    def __init__(self, code: _Optional[str] = ..., response: _Optional[_Union[_invitation_pb2.InvitationResponse, str]] = ..., comment: _Optional[str] = ...) -> None: ...

class SendReplyResponse(_message.Message):
    __slots__ = ("response",)
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    response: _invitation_pb2.InvitationResponse
    def __init__(self, response: _Optional[_Union[_invitation_pb2.InvitationResponse, str]] = ...) -> None: ...

class GetOptOutRequest(_message.Message):
    __slots__ = ("code", "locale")
    CODE_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    code: str
    locale: str
    def __init__(self, code: _Optional[str] = ..., locale: _Optional[str] = ...) -> None: ...

class GetOptOutResponse(_message.Message):
    __slots__ = ("title", "opted_out", "language")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OPTED_OUT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    title: str
    opted_out: bool
    language: str
    def __init__(self, title: _Optional[str] = ..., opted_out: _Optional[bool] = ..., language: _Optional[str] = ...) -> None: ...

class PutOptOutRequest(_message.Message):
    __slots__ = ("code", "opted_out")
    CODE_FIELD_NUMBER: _ClassVar[int]
    OPTED_OUT_FIELD_NUMBER: _ClassVar[int]
    code: str
    opted_out: bool
    def __init__(self, code: _Optional[str] = ..., opted_out: _Optional[bool] = ...) -> None: ...

class PutOptOutResponse(_message.Message):
    __slots__ = ("opted_out",)
    OPTED_OUT_FIELD_NUMBER: _ClassVar[int]
    opted_out: bool
    def __init__(self, opted_out: _Optional[bool] = ...) -> None: ...

class ReceiveMailRequest(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...

class ReceiveMailResponse(_message.Message):
    __slots__ = ("noted", "reason", "meeting_id", "invitation_id")
    NOTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    noted: bool
    reason: str
    meeting_id: str
    invitation_id: str
    def __init__(self, noted: _Optional[bool] = ..., reason: _Optional[str] = ..., meeting_id: _Optional[str] = ..., invitation_id: _Optional[str] = ...) -> None: ...

class GetCalendarFileRequest(_message.Message):
    __slots__ = ("meeting_id",)
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    def __init__(self, meeting_id: _Optional[str] = ...) -> None: ...

class GetCalendarFileResponse(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...

class CreateCalendarFeedRequest(_message.Message):
    __slots__ = ("email",)
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    email: str
    def __init__(self, email: _Optional[str] = ...) -> None: ...

class CalendarFeed(_message.Message):
    __slots__ = ("id", "email", "url", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    email: str
    url: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., email: _Optional[str] = ..., url: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateCalendarFeedResponse(_message.Message):
    __slots__ = ("url", "calendar_feed")
    URL_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_FEED_FIELD_NUMBER: _ClassVar[int]
    url: str
    calendar_feed: CalendarFeed
    def __init__(self, url: _Optional[str] = ..., calendar_feed: _Optional[_Union[CalendarFeed, _Mapping]] = ...) -> None: ...

class RotateCalendarFeedRequest(_message.Message):
    __slots__ = ("calendar_feed_id",)
    CALENDAR_FEED_ID_FIELD_NUMBER: _ClassVar[int]
    calendar_feed_id: str
    def __init__(self, calendar_feed_id: _Optional[str] = ...) -> None: ...

class RotateCalendarFeedResponse(_message.Message):
    __slots__ = ("calendar_feed",)
    CALENDAR_FEED_FIELD_NUMBER: _ClassVar[int]
    calendar_feed: CalendarFeed
    def __init__(self, calendar_feed: _Optional[_Union[CalendarFeed, _Mapping]] = ...) -> None: ...

class DeleteCalendarFeedRequest(_message.Message):
    __slots__ = ("calendar_feed_id",)
    CALENDAR_FEED_ID_FIELD_NUMBER: _ClassVar[int]
    calendar_feed_id: str
    def __init__(self, calendar_feed_id: _Optional[str] = ...) -> None: ...

class DeleteCalendarFeedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCalendarFeedRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class GetCalendarFeedResponse(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...
