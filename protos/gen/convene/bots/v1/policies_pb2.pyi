import datetime

from convene.bots.v1 import bots_pb2 as _bots_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CompliancePolicyState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPLIANCE_POLICY_STATE_UNSPECIFIED: _ClassVar[CompliancePolicyState]
    COMPLIANCE_POLICY_STATE_ENABLED: _ClassVar[CompliancePolicyState]
    COMPLIANCE_POLICY_STATE_DISABLED: _ClassVar[CompliancePolicyState]
COMPLIANCE_POLICY_STATE_UNSPECIFIED: CompliancePolicyState
COMPLIANCE_POLICY_STATE_ENABLED: CompliancePolicyState
COMPLIANCE_POLICY_STATE_DISABLED: CompliancePolicyState

class AppliesTo(_message.Message):
    __slots__ = ("all", "tags")
    ALL_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    all: bool
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, all: _Optional[bool] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class CompliancePolicy(_message.Message):
    __slots__ = ("id", "name", "description", "state", "rules", "applies_to", "version", "etag", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    APPLIES_TO_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    description: str
    state: CompliancePolicyState
    rules: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    applies_to: AppliesTo
    version: int
    etag: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., state: _Optional[_Union[CompliancePolicyState, str]] = ..., rules: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping]]] = ..., applies_to: _Optional[_Union[AppliesTo, _Mapping]] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CompliancePolicyDraft(_message.Message):
    __slots__ = ("name", "description", "state", "rules", "applies_to")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    APPLIES_TO_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    state: CompliancePolicyState
    rules: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    applies_to: AppliesTo
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., state: _Optional[_Union[CompliancePolicyState, str]] = ..., rules: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping]]] = ..., applies_to: _Optional[_Union[AppliesTo, _Mapping]] = ...) -> None: ...

class FiringAction(_message.Message):
    __slots__ = ("id", "verb", "state", "error")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    id: str
    verb: str
    state: str
    error: str
    def __init__(self, id: _Optional[str] = ..., verb: _Optional[str] = ..., state: _Optional[str] = ..., error: _Optional[str] = ...) -> None: ...

class PolicyFiring(_message.Message):
    __slots__ = ("insight", "actions")
    INSIGHT_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    insight: _bots_pb2.Insight
    actions: _containers.RepeatedCompositeFieldContainer[FiringAction]
    def __init__(self, insight: _Optional[_Union[_bots_pb2.Insight, _Mapping]] = ..., actions: _Optional[_Iterable[_Union[FiringAction, _Mapping]]] = ...) -> None: ...

class DryFiring(_message.Message):
    __slots__ = ("policy_id", "rule", "kind", "actions", "participant_id", "participant_name", "start_seconds", "end_seconds", "text", "matched", "match", "segment_ids")
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_NAME_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MATCHED_FIELD_NUMBER: _ClassVar[int]
    MATCH_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    rule: str
    kind: str
    actions: _containers.RepeatedScalarFieldContainer[str]
    participant_id: str
    participant_name: str
    start_seconds: float
    end_seconds: float
    text: str
    matched: str
    match: str
    segment_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, policy_id: _Optional[str] = ..., rule: _Optional[str] = ..., kind: _Optional[str] = ..., actions: _Optional[_Iterable[str]] = ..., participant_id: _Optional[str] = ..., participant_name: _Optional[str] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., text: _Optional[str] = ..., matched: _Optional[str] = ..., match: _Optional[str] = ..., segment_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CreatePolicyRequest(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: CompliancePolicyDraft
    def __init__(self, policy: _Optional[_Union[CompliancePolicyDraft, _Mapping]] = ...) -> None: ...

class CreatePolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: CompliancePolicy
    def __init__(self, policy: _Optional[_Union[CompliancePolicy, _Mapping]] = ...) -> None: ...

class ListPoliciesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPoliciesResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[CompliancePolicy]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[CompliancePolicy, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ("policy_id",)
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    def __init__(self, policy_id: _Optional[str] = ...) -> None: ...

class GetPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: CompliancePolicy
    def __init__(self, policy: _Optional[_Union[CompliancePolicy, _Mapping]] = ...) -> None: ...

class UpdatePolicyRequest(_message.Message):
    __slots__ = ("policy_id", "policy", "update_mask", "etag")
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    policy: CompliancePolicyDraft
    update_mask: _field_mask_pb2.FieldMask
    etag: str
    def __init__(self, policy_id: _Optional[str] = ..., policy: _Optional[_Union[CompliancePolicyDraft, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class UpdatePolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: CompliancePolicy
    def __init__(self, policy: _Optional[_Union[CompliancePolicy, _Mapping]] = ...) -> None: ...

class DeletePolicyRequest(_message.Message):
    __slots__ = ("policy_id", "etag")
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    etag: str
    def __init__(self, policy_id: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class DeletePolicyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPolicyFiringsRequest(_message.Message):
    __slots__ = ("policy_id", "page_size", "page_token")
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    page_size: int
    page_token: str
    def __init__(self, policy_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPolicyFiringsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[PolicyFiring]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[PolicyFiring, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class TryPolicyRequest(_message.Message):
    __slots__ = ("policy_id", "meeting_id", "session_id")
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    meeting_id: str
    session_id: str
    def __init__(self, policy_id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class TryPolicyResponse(_message.Message):
    __slots__ = ("items", "segments", "truncated")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[DryFiring]
    segments: int
    truncated: bool
    def __init__(self, items: _Optional[_Iterable[_Union[DryFiring, _Mapping]]] = ..., segments: _Optional[int] = ..., truncated: _Optional[bool] = ...) -> None: ...

class TryRulesRequest(_message.Message):
    __slots__ = ("rules", "meeting_id", "session_id", "language")
    RULES_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    meeting_id: str
    session_id: str
    language: str
    def __init__(self, rules: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping]]] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class TryRulesResponse(_message.Message):
    __slots__ = ("items", "segments", "truncated")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[DryFiring]
    segments: int
    truncated: bool
    def __init__(self, items: _Optional[_Iterable[_Union[DryFiring, _Mapping]]] = ..., segments: _Optional[int] = ..., truncated: _Optional[bool] = ...) -> None: ...
