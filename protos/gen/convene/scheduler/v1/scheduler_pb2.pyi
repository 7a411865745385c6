import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from convene.scheduler.v1 import meeting_pb2 as _meeting_pb2_1
from convene.session.v1 import session_pb2 as _session_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MeetingOrder(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEETING_ORDER_UNSPECIFIED: _ClassVar[MeetingOrder]
    MEETING_ORDER_CREATE_TIME: _ClassVar[MeetingOrder]
    MEETING_ORDER_NEXT_START: _ClassVar[MeetingOrder]
MEETING_ORDER_UNSPECIFIED: MeetingOrder
MEETING_ORDER_CREATE_TIME: MeetingOrder
MEETING_ORDER_NEXT_START: MeetingOrder

class CreateMeetingRequest(_message.Message):
    __slots__ = ("meeting", "get_or_create", "template_id")
    MEETING_FIELD_NUMBER: _ClassVar[int]
    GET_OR_CREATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.MeetingDraft
    get_or_create: bool
    template_id: str
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.MeetingDraft, _Mapping]] = ..., get_or_create: _Optional[bool] = ..., template_id: _Optional[str] = ...) -> None: ...

class CreateMeetingResponse(_message.Message):
    __slots__ = ("meeting", "found")
    MEETING_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    found: bool
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ..., found: _Optional[bool] = ...) -> None: ...

class ScheduleMeetingRequest(_message.Message):
    __slots__ = ("meeting", "dry_run", "get_or_create", "template_id")
    MEETING_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    GET_OR_CREATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.MeetingDraft
    dry_run: bool
    get_or_create: bool
    template_id: str
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.MeetingDraft, _Mapping]] = ..., dry_run: _Optional[bool] = ..., get_or_create: _Optional[bool] = ..., template_id: _Optional[str] = ...) -> None: ...

class ScheduleMeetingResponse(_message.Message):
    __slots__ = ("meeting", "found")
    MEETING_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    found: bool
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ..., found: _Optional[bool] = ...) -> None: ...

class GetMeetingRequest(_message.Message):
    __slots__ = ("meeting_id",)
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    def __init__(self, meeting_id: _Optional[str] = ...) -> None: ...

class GetMeetingResponse(_message.Message):
    __slots__ = ("meeting",)
    MEETING_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ...) -> None: ...

class ListMeetingsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "state", "tag", "metadata", "starts_after", "starts_before", "external_ref", "states", "tags", "any_tags", "host", "invitee", "live", "text", "custom_fields", "order_by")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    STARTS_AFTER_FIELD_NUMBER: _ClassVar[int]
    STARTS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REF_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    ANY_TAGS_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    INVITEE_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_FIELDS_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: _meeting_pb2_1.MeetingState
    tag: str
    metadata: _containers.RepeatedScalarFieldContainer[str]
    starts_after: _timestamp_pb2.Timestamp
    starts_before: _timestamp_pb2.Timestamp
    external_ref: str
    states: _containers.RepeatedScalarFieldContainer[_meeting_pb2_1.MeetingState]
    tags: _containers.RepeatedScalarFieldContainer[str]
    any_tags: _containers.RepeatedScalarFieldContainer[str]
    host: str
    invitee: str
    live: bool
    text: str
    custom_fields: _containers.RepeatedScalarFieldContainer[str]
    order_by: MeetingOrder
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[_meeting_pb2_1.MeetingState, str]] = ..., tag: _Optional[str] = ..., metadata: _Optional[_Iterable[str]] = ..., starts_after: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., starts_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., external_ref: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_meeting_pb2_1.MeetingState, str]]] = ..., tags: _Optional[_Iterable[str]] = ..., any_tags: _Optional[_Iterable[str]] = ..., host: _Optional[str] = ..., invitee: _Optional[str] = ..., live: _Optional[bool] = ..., text: _Optional[str] = ..., custom_fields: _Optional[_Iterable[str]] = ..., order_by: _Optional[_Union[MeetingOrder, str]] = ...) -> None: ...

class ListMeetingsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_meeting_pb2_1.Meeting]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[_meeting_pb2_1.Meeting, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateMeetingRequest(_message.Message):
    __slots__ = ("meeting_id", "meeting", "update_mask", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    meeting: _meeting_pb2_1.MeetingDraft
    update_mask: _field_mask_pb2.FieldMask
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., meeting: _Optional[_Union[_meeting_pb2_1.MeetingDraft, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class UpdateMeetingResponse(_message.Message):
    __slots__ = ("meeting",)
    MEETING_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ...) -> None: ...

class CancelMeetingRequest(_message.Message):
    __slots__ = ("meeting_id", "reason", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    reason: str
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class CancelMeetingResponse(_message.Message):
    __slots__ = ("meeting",)
    MEETING_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ...) -> None: ...

class DeleteMeetingRequest(_message.Message):
    __slots__ = ("meeting_id", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class DeleteMeetingResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListOccurrencesRequest(_message.Message):
    __slots__ = ("meeting_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOccurrencesResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_meeting_pb2_1.Occurrence]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[_meeting_pb2_1.Occurrence, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class FindOccurrencesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "starts_after", "starts_before", "states", "host", "invitee", "tags", "any_tags", "metadata", "external_ref", "text", "custom_fields")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STARTS_AFTER_FIELD_NUMBER: _ClassVar[int]
    STARTS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    INVITEE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    ANY_TAGS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REF_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_FIELDS_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    starts_after: _timestamp_pb2.Timestamp
    starts_before: _timestamp_pb2.Timestamp
    states: _containers.RepeatedScalarFieldContainer[_meeting_pb2_1.OccurrenceState]
    host: str
    invitee: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    any_tags: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.RepeatedScalarFieldContainer[str]
    external_ref: str
    text: str
    custom_fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., starts_after: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., starts_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., states: _Optional[_Iterable[_Union[_meeting_pb2_1.OccurrenceState, str]]] = ..., host: _Optional[str] = ..., invitee: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., any_tags: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Iterable[str]] = ..., external_ref: _Optional[str] = ..., text: _Optional[str] = ..., custom_fields: _Optional[_Iterable[str]] = ...) -> None: ...

class FindOccurrencesResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_meeting_pb2_1.Occurrence]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[_meeting_pb2_1.Occurrence, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetOccurrenceRequest(_message.Message):
    __slots__ = ("meeting_id", "occurrence_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    occurrence_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., occurrence_id: _Optional[str] = ...) -> None: ...

class GetOccurrenceResponse(_message.Message):
    __slots__ = ("occurrence",)
    OCCURRENCE_FIELD_NUMBER: _ClassVar[int]
    occurrence: _meeting_pb2_1.Occurrence
    def __init__(self, occurrence: _Optional[_Union[_meeting_pb2_1.Occurrence, _Mapping]] = ...) -> None: ...

class UpdateOccurrenceRequest(_message.Message):
    __slots__ = ("meeting_id", "occurrence_id", "occurrence", "update_mask", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    occurrence_id: str
    occurrence: _meeting_pb2_1.OccurrenceDraft
    update_mask: _field_mask_pb2.FieldMask
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., occurrence_id: _Optional[str] = ..., occurrence: _Optional[_Union[_meeting_pb2_1.OccurrenceDraft, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class UpdateOccurrenceResponse(_message.Message):
    __slots__ = ("occurrence",)
    OCCURRENCE_FIELD_NUMBER: _ClassVar[int]
    occurrence: _meeting_pb2_1.Occurrence
    def __init__(self, occurrence: _Optional[_Union[_meeting_pb2_1.Occurrence, _Mapping]] = ...) -> None: ...

class CancelOccurrenceRequest(_message.Message):
    __slots__ = ("meeting_id", "occurrence_id", "reason", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    occurrence_id: str
    reason: str
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., occurrence_id: _Optional[str] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class CancelOccurrenceResponse(_message.Message):
    __slots__ = ("occurrence",)
    OCCURRENCE_FIELD_NUMBER: _ClassVar[int]
    occurrence: _meeting_pb2_1.Occurrence
    def __init__(self, occurrence: _Optional[_Union[_meeting_pb2_1.Occurrence, _Mapping]] = ...) -> None: ...

class SplitMeetingRequest(_message.Message):
    __slots__ = ("meeting_id", "occurrence_id", "meeting", "update_mask", "etag")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    occurrence_id: str
    meeting: _meeting_pb2_1.MeetingDraft
    update_mask: _field_mask_pb2.FieldMask
    etag: str
    def __init__(self, meeting_id: _Optional[str] = ..., occurrence_id: _Optional[str] = ..., meeting: _Optional[_Union[_meeting_pb2_1.MeetingDraft, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class SplitMeetingResponse(_message.Message):
    __slots__ = ("meeting",)
    MEETING_FIELD_NUMBER: _ClassVar[int]
    meeting: _meeting_pb2_1.Meeting
    def __init__(self, meeting: _Optional[_Union[_meeting_pb2_1.Meeting, _Mapping]] = ...) -> None: ...

class PreviewOccurrencesRequest(_message.Message):
    __slots__ = ("start_time", "time_zone", "duration_seconds", "recurrence", "page_size", "page_token")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    start_time: str
    time_zone: str
    duration_seconds: int
    recurrence: _meeting_pb2_1.Recurrence
    page_size: int
    page_token: str
    def __init__(self, start_time: _Optional[str] = ..., time_zone: _Optional[str] = ..., duration_seconds: _Optional[int] = ..., recurrence: _Optional[_Union[_meeting_pb2_1.Recurrence, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PreviewOccurrencesResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_meeting_pb2_1.PreviewedOccurrence]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[_meeting_pb2_1.PreviewedOccurrence, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class StartMeetingRequest(_message.Message):
    __slots__ = ("meeting_id", "meeting", "bots", "get_or_create", "template_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_FIELD_NUMBER: _ClassVar[int]
    BOTS_FIELD_NUMBER: _ClassVar[int]
    GET_OR_CREATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    meeting: _meeting_pb2_1.MeetingDraft
    bots: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.BotSpec]
    get_or_create: bool
    template_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., meeting: _Optional[_Union[_meeting_pb2_1.MeetingDraft, _Mapping]] = ..., bots: _Optional[_Iterable[_Union[_meeting_pb2.BotSpec, _Mapping]]] = ..., get_or_create: _Optional[bool] = ..., template_id: _Optional[str] = ...) -> None: ...

class StartMeetingResponse(_message.Message):
    __slots__ = ("session", "meeting_created")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    MEETING_CREATED_FIELD_NUMBER: _ClassVar[int]
    session: _session_pb2.Session
    meeting_created: bool
    def __init__(self, session: _Optional[_Union[_session_pb2.Session, _Mapping]] = ..., meeting_created: _Optional[bool] = ...) -> None: ...
