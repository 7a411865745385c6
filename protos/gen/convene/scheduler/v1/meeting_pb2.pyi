import datetime

from convene.common.v1 import meeting_pb2 as _meeting_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MeetingState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEETING_STATE_UNSPECIFIED: _ClassVar[MeetingState]
    MEETING_STATE_READY: _ClassVar[MeetingState]
    MEETING_STATE_SCHEDULED: _ClassVar[MeetingState]
    MEETING_STATE_COMPLETED: _ClassVar[MeetingState]
    MEETING_STATE_CANCELLED: _ClassVar[MeetingState]

class OccurrenceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OCCURRENCE_STATE_UNSPECIFIED: _ClassVar[OccurrenceState]
    OCCURRENCE_STATE_PENDING: _ClassVar[OccurrenceState]
    OCCURRENCE_STATE_OPEN: _ClassVar[OccurrenceState]
    OCCURRENCE_STATE_LIVE: _ClassVar[OccurrenceState]
    OCCURRENCE_STATE_ENDED: _ClassVar[OccurrenceState]
    OCCURRENCE_STATE_MISSED: _ClassVar[OccurrenceState]
    OCCURRENCE_STATE_SKIPPED: _ClassVar[OccurrenceState]
    OCCURRENCE_STATE_CANCELLED: _ClassVar[OccurrenceState]

class Channel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_UNSPECIFIED: _ClassVar[Channel]
    CHANNEL_EMAIL: _ClassVar[Channel]
    CHANNEL_PUSH: _ClassVar[Channel]
    CHANNEL_WEBHOOK: _ClassVar[Channel]
    CHANNEL_NONE: _ClassVar[Channel]

class GapPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GAP_POLICY_UNSPECIFIED: _ClassVar[GapPolicy]
    GAP_POLICY_SHIFT_FORWARD: _ClassVar[GapPolicy]
    GAP_POLICY_SKIP: _ClassVar[GapPolicy]

class OverlapPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OVERLAP_POLICY_UNSPECIFIED: _ClassVar[OverlapPolicy]
    OVERLAP_POLICY_SKIP: _ClassVar[OverlapPolicy]
    OVERLAP_POLICY_ALLOW: _ClassVar[OverlapPolicy]
    OVERLAP_POLICY_END_PREVIOUS: _ClassVar[OverlapPolicy]

class OccurrenceNote(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OCCURRENCE_NOTE_UNSPECIFIED: _ClassVar[OccurrenceNote]
    OCCURRENCE_NOTE_GAP_SHIFTED: _ClassVar[OccurrenceNote]
    OCCURRENCE_NOTE_GAP_SKIPPED: _ClassVar[OccurrenceNote]
    OCCURRENCE_NOTE_FOLD_FIRST: _ClassVar[OccurrenceNote]
    OCCURRENCE_NOTE_DUPLICATE_DROPPED: _ClassVar[OccurrenceNote]
    OCCURRENCE_NOTE_OVERLAPS_PREVIOUS: _ClassVar[OccurrenceNote]

class IfNobody(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IF_NOBODY_UNSPECIFIED: _ClassVar[IfNobody]
    IF_NOBODY_REFUSE: _ClassVar[IfNobody]
    IF_NOBODY_ASSIGN_NONE: _ClassVar[IfNobody]
MEETING_STATE_UNSPECIFIED: MeetingState
MEETING_STATE_READY: MeetingState
MEETING_STATE_SCHEDULED: MeetingState
MEETING_STATE_COMPLETED: MeetingState
MEETING_STATE_CANCELLED: MeetingState
OCCURRENCE_STATE_UNSPECIFIED: OccurrenceState
OCCURRENCE_STATE_PENDING: OccurrenceState
OCCURRENCE_STATE_OPEN: OccurrenceState
OCCURRENCE_STATE_LIVE: OccurrenceState
OCCURRENCE_STATE_ENDED: OccurrenceState
OCCURRENCE_STATE_MISSED: OccurrenceState
OCCURRENCE_STATE_SKIPPED: OccurrenceState
OCCURRENCE_STATE_CANCELLED: OccurrenceState
CHANNEL_UNSPECIFIED: Channel
CHANNEL_EMAIL: Channel
CHANNEL_PUSH: Channel
CHANNEL_WEBHOOK: Channel
CHANNEL_NONE: Channel
GAP_POLICY_UNSPECIFIED: GapPolicy
GAP_POLICY_SHIFT_FORWARD: GapPolicy
GAP_POLICY_SKIP: GapPolicy
OVERLAP_POLICY_UNSPECIFIED: OverlapPolicy
OVERLAP_POLICY_SKIP: OverlapPolicy
OVERLAP_POLICY_ALLOW: OverlapPolicy
OVERLAP_POLICY_END_PREVIOUS: OverlapPolicy
OCCURRENCE_NOTE_UNSPECIFIED: OccurrenceNote
OCCURRENCE_NOTE_GAP_SHIFTED: OccurrenceNote
OCCURRENCE_NOTE_GAP_SKIPPED: OccurrenceNote
OCCURRENCE_NOTE_FOLD_FIRST: OccurrenceNote
OCCURRENCE_NOTE_DUPLICATE_DROPPED: OccurrenceNote
OCCURRENCE_NOTE_OVERLAPS_PREVIOUS: OccurrenceNote
IF_NOBODY_UNSPECIFIED: IfNobody
IF_NOBODY_REFUSE: IfNobody
IF_NOBODY_ASSIGN_NONE: IfNobody

class Recurrence(_message.Message):
    __slots__ = ("rrule", "rdates", "exdates", "gap_policy", "overlap_policy")
    RRULE_FIELD_NUMBER: _ClassVar[int]
    RDATES_FIELD_NUMBER: _ClassVar[int]
    EXDATES_FIELD_NUMBER: _ClassVar[int]
    GAP_POLICY_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_POLICY_FIELD_NUMBER: _ClassVar[int]
    rrule: str
    rdates: _containers.RepeatedScalarFieldContainer[str]
    exdates: _containers.RepeatedScalarFieldContainer[str]
    gap_policy: GapPolicy
    overlap_policy: OverlapPolicy
    def __init__(self, rrule: _Optional[str] = ..., rdates: _Optional[_Iterable[str]] = ..., exdates: _Optional[_Iterable[str]] = ..., gap_policy: _Optional[_Union[GapPolicy, str]] = ..., overlap_policy: _Optional[_Union[OverlapPolicy, str]] = ...) -> None: ...

class WebPush(_message.Message):
    __slots__ = ("endpoint", "p256dh", "auth")
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    P256DH_FIELD_NUMBER: _ClassVar[int]
    AUTH_FIELD_NUMBER: _ClassVar[int]
    endpoint: str
    p256dh: str
    auth: str
    def __init__(self, endpoint: _Optional[str] = ..., p256dh: _Optional[str] = ..., auth: _Optional[str] = ...) -> None: ...

class Invitee(_message.Message):
    __slots__ = ("name", "email", "role", "channel", "locale", "address", "web_push", "reminders_seconds")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    WEB_PUSH_FIELD_NUMBER: _ClassVar[int]
    REMINDERS_SECONDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    email: str
    role: _meeting_pb2.Role
    channel: Channel
    locale: str
    address: str
    web_push: WebPush
    reminders_seconds: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, name: _Optional[str] = ..., email: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., channel: _Optional[_Union[Channel, str]] = ..., locale: _Optional[str] = ..., address: _Optional[str] = ..., web_push: _Optional[_Union[WebPush, _Mapping]] = ..., reminders_seconds: _Optional[_Iterable[int]] = ...) -> None: ...

class Stakeholder(_message.Message):
    __slots__ = ("name", "email", "channel", "address", "locale")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    name: str
    email: str
    channel: Channel
    address: str
    locale: str
    def __init__(self, name: _Optional[str] = ..., email: _Optional[str] = ..., channel: _Optional[_Union[Channel, str]] = ..., address: _Optional[str] = ..., locale: _Optional[str] = ...) -> None: ...

class MeetingLink(_message.Message):
    __slots__ = ("kind", "url")
    KIND_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    url: str
    def __init__(self, kind: _Optional[str] = ..., url: _Optional[str] = ...) -> None: ...

class NextOccurrence(_message.Message):
    __slots__ = ("id", "start_time", "civil_time", "notes")
    ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    CIVIL_TIME_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    id: str
    start_time: _timestamp_pb2.Timestamp
    civil_time: str
    notes: _containers.RepeatedScalarFieldContainer[OccurrenceNote]
    def __init__(self, id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., civil_time: _Optional[str] = ..., notes: _Optional[_Iterable[_Union[OccurrenceNote, str]]] = ...) -> None: ...

class PreviewedOccurrence(_message.Message):
    __slots__ = ("civil_time", "start_time", "end_time", "notes")
    CIVIL_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    civil_time: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    notes: _containers.RepeatedScalarFieldContainer[OccurrenceNote]
    def __init__(self, civil_time: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., notes: _Optional[_Iterable[_Union[OccurrenceNote, str]]] = ...) -> None: ...

class PoolDemand(_message.Message):
    __slots__ = ("pool_id", "role", "count", "if_nobody")
    POOL_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    IF_NOBODY_FIELD_NUMBER: _ClassVar[int]
    pool_id: str
    role: _meeting_pb2.Role
    count: int
    if_nobody: IfNobody
    def __init__(self, pool_id: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., count: _Optional[int] = ..., if_nobody: _Optional[_Union[IfNobody, str]] = ...) -> None: ...

class PoolPick(_message.Message):
    __slots__ = ("pool_id", "email", "role", "start_time", "end_time", "conflicts", "replaces")
    POOL_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FIELD_NUMBER: _ClassVar[int]
    pool_id: str
    email: str
    role: _meeting_pb2.Role
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    conflicts: _containers.RepeatedCompositeFieldContainer[_timestamp_pb2.Timestamp]
    replaces: str
    def __init__(self, pool_id: _Optional[str] = ..., email: _Optional[str] = ..., role: _Optional[_Union[_meeting_pb2.Role, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., conflicts: _Optional[_Iterable[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]]] = ..., replaces: _Optional[str] = ...) -> None: ...

class MeetingDraft(_message.Message):
    __slots__ = ("title", "agenda", "start_time", "time_zone", "duration_seconds", "host_roles", "invitees", "tags", "metadata", "custom_fields", "external_refs", "bots", "policy", "recurrence", "pools", "stakeholders")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AGENDA_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    HOST_ROLES_FIELD_NUMBER: _ClassVar[int]
    INVITEES_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_FIELDS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFS_FIELD_NUMBER: _ClassVar[int]
    BOTS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    POOLS_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    title: str
    agenda: str
    start_time: str
    time_zone: str
    duration_seconds: int
    host_roles: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.HostRole]
    invitees: _containers.RepeatedCompositeFieldContainer[Invitee]
    tags: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    custom_fields: _struct_pb2.Struct
    external_refs: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.ExternalRef]
    bots: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.BotSpec]
    policy: _meeting_pb2.Policy
    recurrence: Recurrence
    pools: _containers.RepeatedCompositeFieldContainer[PoolDemand]
    stakeholders: _containers.RepeatedCompositeFieldContainer[Stakeholder]
    def __init__(self, title: _Optional[str] = ..., agenda: _Optional[str] = ..., start_time: _Optional[str] = ..., time_zone: _Optional[str] = ..., duration_seconds: _Optional[int] = ..., host_roles: _Optional[_Iterable[_Union[_meeting_pb2.HostRole, _Mapping]]] = ..., invitees: _Optional[_Iterable[_Union[Invitee, _Mapping]]] = ..., tags: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., custom_fields: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., external_refs: _Optional[_Iterable[_Union[_meeting_pb2.ExternalRef, _Mapping]]] = ..., bots: _Optional[_Iterable[_Union[_meeting_pb2.BotSpec, _Mapping]]] = ..., policy: _Optional[_Union[_meeting_pb2.Policy, _Mapping]] = ..., recurrence: _Optional[_Union[Recurrence, _Mapping]] = ..., pools: _Optional[_Iterable[_Union[PoolDemand, _Mapping]]] = ..., stakeholders: _Optional[_Iterable[_Union[Stakeholder, _Mapping]]] = ...) -> None: ...

class Meeting(_message.Message):
    __slots__ = ("id", "state", "title", "agenda", "start_time", "time_zone", "duration_seconds", "host_roles", "invitees", "tags", "metadata", "custom_fields", "external_refs", "bots", "policy", "join_links", "next_occurrences", "active_session_id", "test", "etag", "create_time", "update_time", "recurrence", "split_from", "pool_picks", "stakeholders")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AGENDA_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    HOST_ROLES_FIELD_NUMBER: _ClassVar[int]
    INVITEES_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_FIELDS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFS_FIELD_NUMBER: _ClassVar[int]
    BOTS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    JOIN_LINKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_OCCURRENCES_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FROM_FIELD_NUMBER: _ClassVar[int]
    POOL_PICKS_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    id: str
    state: MeetingState
    title: str
    agenda: str
    start_time: str
    time_zone: str
    duration_seconds: int
    host_roles: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.HostRole]
    invitees: _containers.RepeatedCompositeFieldContainer[Invitee]
    tags: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    custom_fields: _struct_pb2.Struct
    external_refs: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.ExternalRef]
    bots: _containers.RepeatedCompositeFieldContainer[_meeting_pb2.BotSpec]
    policy: _meeting_pb2.Policy
    join_links: _containers.RepeatedCompositeFieldContainer[MeetingLink]
    next_occurrences: _containers.RepeatedCompositeFieldContainer[NextOccurrence]
    active_session_id: str
    test: bool
    etag: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    recurrence: Recurrence
    split_from: str
    pool_picks: _containers.RepeatedCompositeFieldContainer[PoolPick]
    stakeholders: _containers.RepeatedCompositeFieldContainer[Stakeholder]
    def __init__(self, id: _Optional[str] = ..., state: _Optional[_Union[MeetingState, str]] = ..., title: _Optional[str] = ..., agenda: _Optional[str] = ..., start_time: _Optional[str] = ..., time_zone: _Optional[str] = ..., duration_seconds: _Optional[int] = ..., host_roles: _Optional[_Iterable[_Union[_meeting_pb2.HostRole, _Mapping]]] = ..., invitees: _Optional[_Iterable[_Union[Invitee, _Mapping]]] = ..., tags: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., custom_fields: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., external_refs: _Optional[_Iterable[_Union[_meeting_pb2.ExternalRef, _Mapping]]] = ..., bots: _Optional[_Iterable[_Union[_meeting_pb2.BotSpec, _Mapping]]] = ..., policy: _Optional[_Union[_meeting_pb2.Policy, _Mapping]] = ..., join_links: _Optional[_Iterable[_Union[MeetingLink, _Mapping]]] = ..., next_occurrences: _Optional[_Iterable[_Union[NextOccurrence, _Mapping]]] = ..., active_session_id: _Optional[str] = ..., test: _Optional[bool] = ..., etag: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recurrence: _Optional[_Union[Recurrence, _Mapping]] = ..., split_from: _Optional[str] = ..., pool_picks: _Optional[_Iterable[_Union[PoolPick, _Mapping]]] = ..., stakeholders: _Optional[_Iterable[_Union[Stakeholder, _Mapping]]] = ...) -> None: ...

class OccurrenceDraft(_message.Message):
    __slots__ = ("start_time", "duration_seconds", "title", "agenda")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AGENDA_FIELD_NUMBER: _ClassVar[int]
    start_time: str
    duration_seconds: int
    title: str
    agenda: str
    def __init__(self, start_time: _Optional[str] = ..., duration_seconds: _Optional[int] = ..., title: _Optional[str] = ..., agenda: _Optional[str] = ...) -> None: ...

class Occurrence(_message.Message):
    __slots__ = ("id", "meeting_id", "state", "start_time", "end_time", "session_id", "original_start_time", "civil_time", "time_zone", "moved", "title", "agenda", "duration_seconds", "skip_reason", "etag")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_START_TIME_FIELD_NUMBER: _ClassVar[int]
    CIVIL_TIME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AGENDA_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SKIP_REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    state: OccurrenceState
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    session_id: str
    original_start_time: _timestamp_pb2.Timestamp
    civil_time: str
    time_zone: str
    moved: bool
    title: str
    agenda: str
    duration_seconds: int
    skip_reason: str
    etag: str
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., state: _Optional[_Union[OccurrenceState, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., session_id: _Optional[str] = ..., original_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., civil_time: _Optional[str] = ..., time_zone: _Optional[str] = ..., moved: _Optional[bool] = ..., title: _Optional[str] = ..., agenda: _Optional[str] = ..., duration_seconds: _Optional[int] = ..., skip_reason: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...
