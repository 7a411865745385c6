from convene.common.v1 import envelope_pb2 as _envelope_pb2
from convene.common.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CapabilityStanding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAPABILITY_STANDING_UNSPECIFIED: _ClassVar[CapabilityStanding]
    CAPABILITY_STANDING_CONFIGURED: _ClassVar[CapabilityStanding]
    CAPABILITY_STANDING_NOT_CONFIGURED: _ClassVar[CapabilityStanding]
    CAPABILITY_STANDING_MISCONFIGURED: _ClassVar[CapabilityStanding]
CAPABILITY_STANDING_UNSPECIFIED: CapabilityStanding
CAPABILITY_STANDING_CONFIGURED: CapabilityStanding
CAPABILITY_STANDING_NOT_CONFIGURED: CapabilityStanding
CAPABILITY_STANDING_MISCONFIGURED: CapabilityStanding

class Capability(_message.Message):
    __slots__ = ("name", "standing", "detail")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    name: str
    standing: CapabilityStanding
    detail: str
    def __init__(self, name: _Optional[str] = ..., standing: _Optional[_Union[CapabilityStanding, str]] = ..., detail: _Optional[str] = ...) -> None: ...

class ListCapabilitiesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListCapabilitiesResponse(_message.Message):
    __slots__ = ("capabilities",)
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    capabilities: _containers.RepeatedCompositeFieldContainer[Capability]
    def __init__(self, capabilities: _Optional[_Iterable[_Union[Capability, _Mapping]]] = ...) -> None: ...

class ListFactsRequest(_message.Message):
    __slots__ = ("aggregate_id", "from_sequence", "limit")
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    aggregate_id: str
    from_sequence: int
    limit: int
    def __init__(self, aggregate_id: _Optional[str] = ..., from_sequence: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListFactsResponse(_message.Message):
    __slots__ = ("facts", "kept_from_sequence")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    KEPT_FROM_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    facts: _containers.RepeatedCompositeFieldContainer[_envelope_pb2.Envelope]
    kept_from_sequence: int
    def __init__(self, facts: _Optional[_Iterable[_Union[_envelope_pb2.Envelope, _Mapping]]] = ..., kept_from_sequence: _Optional[int] = ...) -> None: ...

class DeadLetter(_message.Message):
    __slots__ = ("consumer", "workspace_id", "aggregate_id", "sequence", "message", "attempts", "error")
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    consumer: str
    workspace_id: str
    aggregate_id: str
    sequence: int
    message: str
    attempts: int
    error: str
    def __init__(self, consumer: _Optional[str] = ..., workspace_id: _Optional[str] = ..., aggregate_id: _Optional[str] = ..., sequence: _Optional[int] = ..., message: _Optional[str] = ..., attempts: _Optional[int] = ..., error: _Optional[str] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("limit",)
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    limit: int
    def __init__(self, limit: _Optional[int] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("dead_letters",)
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    dead_letters: _containers.RepeatedCompositeFieldContainer[DeadLetter]
    def __init__(self, dead_letters: _Optional[_Iterable[_Union[DeadLetter, _Mapping]]] = ...) -> None: ...

class ReplayDeadLetterRequest(_message.Message):
    __slots__ = ("consumer", "aggregate_id")
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    consumer: str
    aggregate_id: str
    def __init__(self, consumer: _Optional[str] = ..., aggregate_id: _Optional[str] = ...) -> None: ...

class ReplayDeadLetterResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SkipDeadLetterRequest(_message.Message):
    __slots__ = ("consumer", "aggregate_id", "sequence")
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    consumer: str
    aggregate_id: str
    sequence: int
    def __init__(self, consumer: _Optional[str] = ..., aggregate_id: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class SkipDeadLetterResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AdvanceClockRequest(_message.Message):
    __slots__ = ("seconds", "key")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    seconds: int
    key: str
    def __init__(self, seconds: _Optional[int] = ..., key: _Optional[str] = ...) -> None: ...

class AdvanceClockResponse(_message.Message):
    __slots__ = ("offset_seconds",)
    OFFSET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    offset_seconds: int
    def __init__(self, offset_seconds: _Optional[int] = ...) -> None: ...
