from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccessLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCESS_LEVEL_UNSPECIFIED: _ClassVar[AccessLevel]
    ACCESS_LEVEL_PUBLIC: _ClassVar[AccessLevel]
    ACCESS_LEVEL_SCOPED: _ClassVar[AccessLevel]
    ACCESS_LEVEL_INTERNAL: _ClassVar[AccessLevel]

class Format(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FORMAT_UNSPECIFIED: _ClassVar[Format]
    FORMAT_EMAIL: _ClassVar[Format]
    FORMAT_TIME_ZONE: _ClassVar[Format]
    FORMAT_CIVIL_TIME: _ClassVar[Format]
    FORMAT_URL: _ClassVar[Format]
ACCESS_LEVEL_UNSPECIFIED: AccessLevel
ACCESS_LEVEL_PUBLIC: AccessLevel
ACCESS_LEVEL_SCOPED: AccessLevel
ACCESS_LEVEL_INTERNAL: AccessLevel
FORMAT_UNSPECIFIED: Format
FORMAT_EMAIL: Format
FORMAT_TIME_ZONE: Format
FORMAT_CIVIL_TIME: Format
FORMAT_URL: Format
ACCESS_FIELD_NUMBER: _ClassVar[int]
access: _descriptor.FieldDescriptor
EVENT_FIELD_NUMBER: _ClassVar[int]
event: _descriptor.FieldDescriptor
RULE_FIELD_NUMBER: _ClassVar[int]
rule: _descriptor.FieldDescriptor

class Access(_message.Message):
    __slots__ = ("level", "scope")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    level: AccessLevel
    scope: str
    def __init__(self, level: _Optional[_Union[AccessLevel, str]] = ..., scope: _Optional[str] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("type", "is_public")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    IS_PUBLIC_FIELD_NUMBER: _ClassVar[int]
    type: str
    is_public: bool
    def __init__(self, type: _Optional[str] = ..., is_public: _Optional[bool] = ...) -> None: ...

class FieldRule(_message.Message):
    __slots__ = ("required", "min_length", "max_length", "minimum", "maximum", "pattern", "max_items", "format", "output_only", "example", "secret")
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    MIN_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    MAX_ITEMS_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_ONLY_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    required: bool
    min_length: int
    max_length: int
    minimum: float
    maximum: float
    pattern: str
    max_items: int
    format: Format
    output_only: bool
    example: str
    secret: bool
    def __init__(self, required: _Optional[bool] = ..., min_length: _Optional[int] = ..., max_length: _Optional[int] = ..., minimum: _Optional[float] = ..., maximum: _Optional[float] = ..., pattern: _Optional[str] = ..., max_items: _Optional[int] = ..., format: _Optional[_Union[Format, str]] = ..., output_only: _Optional[bool] = ..., example: _Optional[str] = ..., secret: _Optional[bool] = ...) -> None: ...
