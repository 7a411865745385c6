import datetime

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

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_HOST: _ClassVar[Role]
    ROLE_CO_HOST: _ClassVar[Role]
    ROLE_PARTICIPANT: _ClassVar[Role]
    ROLE_OBSERVER: _ClassVar[Role]

class ScheduledEnd(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCHEDULED_END_UNSPECIFIED: _ClassVar[ScheduledEnd]
    SCHEDULED_END_NONE: _ClassVar[ScheduledEnd]
    SCHEDULED_END_SOFT: _ClassVar[ScheduledEnd]
    SCHEDULED_END_HARD: _ClassVar[ScheduledEnd]

class StartEarly(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    START_EARLY_UNSPECIFIED: _ClassVar[StartEarly]
    START_EARLY_ANYONE: _ClassVar[StartEarly]
    START_EARLY_HOSTS: _ClassVar[StartEarly]
    START_EARLY_NOBODY: _ClassVar[StartEarly]

class InvitationPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INVITATION_POLICY_UNSPECIFIED: _ClassVar[InvitationPolicy]
    INVITATION_POLICY_SEND: _ClassVar[InvitationPolicy]
    INVITATION_POLICY_NONE: _ClassVar[InvitationPolicy]
ROLE_UNSPECIFIED: Role
ROLE_HOST: Role
ROLE_CO_HOST: Role
ROLE_PARTICIPANT: Role
ROLE_OBSERVER: Role
SCHEDULED_END_UNSPECIFIED: ScheduledEnd
SCHEDULED_END_NONE: ScheduledEnd
SCHEDULED_END_SOFT: ScheduledEnd
SCHEDULED_END_HARD: ScheduledEnd
START_EARLY_UNSPECIFIED: StartEarly
START_EARLY_ANYONE: StartEarly
START_EARLY_HOSTS: StartEarly
START_EARLY_NOBODY: StartEarly
INVITATION_POLICY_UNSPECIFIED: InvitationPolicy
INVITATION_POLICY_SEND: InvitationPolicy
INVITATION_POLICY_NONE: InvitationPolicy

class HostRole(_message.Message):
    __slots__ = ("email", "role")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    email: str
    role: Role
    def __init__(self, email: _Optional[str] = ..., role: _Optional[_Union[Role, str]] = ...) -> None: ...

class ExternalRef(_message.Message):
    __slots__ = ("system", "type", "id")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    system: str
    type: str
    id: str
    def __init__(self, system: _Optional[str] = ..., type: _Optional[str] = ..., id: _Optional[str] = ...) -> None: ...

class BotSpec(_message.Message):
    __slots__ = ("kind", "config")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    kind: str
    config: _struct_pb2.Struct
    def __init__(self, kind: _Optional[str] = ..., config: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Reminders(_message.Message):
    __slots__ = ("before_seconds",)
    BEFORE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    before_seconds: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, before_seconds: _Optional[_Iterable[int]] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("no_show_seconds", "all_left_seconds", "reconnect_grace_seconds", "host_absent_seconds", "solo_seconds", "scheduled_end", "max_duration_seconds", "drain_seconds", "early_join_seconds", "wait_for_host", "start_on_first_join", "allow_unmute", "catch_up_seconds", "lobby", "max_participants", "auto_record", "reminders", "invitations", "summary_to_invitees", "start_early", "language_model")
    NO_SHOW_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ALL_LEFT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_GRACE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    HOST_ABSENT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SOLO_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SCHEDULED_END_FIELD_NUMBER: _ClassVar[int]
    MAX_DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    DRAIN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    EARLY_JOIN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    WAIT_FOR_HOST_FIELD_NUMBER: _ClassVar[int]
    START_ON_FIRST_JOIN_FIELD_NUMBER: _ClassVar[int]
    ALLOW_UNMUTE_FIELD_NUMBER: _ClassVar[int]
    CATCH_UP_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LOBBY_FIELD_NUMBER: _ClassVar[int]
    MAX_PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    AUTO_RECORD_FIELD_NUMBER: _ClassVar[int]
    REMINDERS_FIELD_NUMBER: _ClassVar[int]
    INVITATIONS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_TO_INVITEES_FIELD_NUMBER: _ClassVar[int]
    START_EARLY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_MODEL_FIELD_NUMBER: _ClassVar[int]
    no_show_seconds: int
    all_left_seconds: int
    reconnect_grace_seconds: int
    host_absent_seconds: int
    solo_seconds: int
    scheduled_end: ScheduledEnd
    max_duration_seconds: int
    drain_seconds: int
    early_join_seconds: int
    wait_for_host: bool
    start_on_first_join: bool
    allow_unmute: bool
    catch_up_seconds: int
    lobby: bool
    max_participants: int
    auto_record: bool
    reminders: Reminders
    invitations: InvitationPolicy
    summary_to_invitees: bool
    start_early: StartEarly
    language_model: bool
    def __init__(self, no_show_seconds: _Optional[int] = ..., all_left_seconds: _Optional[int] = ..., reconnect_grace_seconds: _Optional[int] = ..., host_absent_seconds: _Optional[int] = ..., solo_seconds: _Optional[int] = ..., scheduled_end: _Optional[_Union[ScheduledEnd, str]] = ..., max_duration_seconds: _Optional[int] = ..., drain_seconds: _Optional[int] = ..., early_join_seconds: _Optional[int] = ..., wait_for_host: _Optional[bool] = ..., start_on_first_join: _Optional[bool] = ..., allow_unmute: _Optional[bool] = ..., catch_up_seconds: _Optional[int] = ..., lobby: _Optional[bool] = ..., max_participants: _Optional[int] = ..., auto_record: _Optional[bool] = ..., reminders: _Optional[_Union[Reminders, _Mapping]] = ..., invitations: _Optional[_Union[InvitationPolicy, str]] = ..., summary_to_invitees: _Optional[bool] = ..., start_early: _Optional[_Union[StartEarly, str]] = ..., language_model: _Optional[bool] = ...) -> None: ...

class MeetingSnapshot(_message.Message):
    __slots__ = ("meeting_id", "occurrence_id", "title", "host_roles", "tags", "metadata", "external_refs", "bots", "policy", "planned_end_time", "test", "time_zone", "agenda")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    HOST_ROLES_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFS_FIELD_NUMBER: _ClassVar[int]
    BOTS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PLANNED_END_TIME_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    AGENDA_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    occurrence_id: str
    title: str
    host_roles: _containers.RepeatedCompositeFieldContainer[HostRole]
    tags: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    external_refs: _containers.RepeatedCompositeFieldContainer[ExternalRef]
    bots: _containers.RepeatedCompositeFieldContainer[BotSpec]
    policy: Policy
    planned_end_time: _timestamp_pb2.Timestamp
    test: bool
    time_zone: str
    agenda: str
    def __init__(self, meeting_id: _Optional[str] = ..., occurrence_id: _Optional[str] = ..., title: _Optional[str] = ..., host_roles: _Optional[_Iterable[_Union[HostRole, _Mapping]]] = ..., tags: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., external_refs: _Optional[_Iterable[_Union[ExternalRef, _Mapping]]] = ..., bots: _Optional[_Iterable[_Union[BotSpec, _Mapping]]] = ..., policy: _Optional[_Union[Policy, _Mapping]] = ..., planned_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., test: _Optional[bool] = ..., time_zone: _Optional[str] = ..., agenda: _Optional[str] = ...) -> None: ...
