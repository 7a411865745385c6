import datetime

from convene.common.v1 import options_pb2 as _options_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CustomFieldsSchema(_message.Message):
    __slots__ = ("schema", "etag", "update_time")
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    schema: _struct_pb2.Struct
    etag: str
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., etag: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetCustomFieldsSchemaRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCustomFieldsSchemaResponse(_message.Message):
    __slots__ = ("custom_fields_schema",)
    CUSTOM_FIELDS_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    custom_fields_schema: CustomFieldsSchema
    def __init__(self, custom_fields_schema: _Optional[_Union[CustomFieldsSchema, _Mapping]] = ...) -> None: ...

class PutCustomFieldsSchemaRequest(_message.Message):
    __slots__ = ("schema", "etag")
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    schema: _struct_pb2.Struct
    etag: str
    def __init__(self, schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class PutCustomFieldsSchemaResponse(_message.Message):
    __slots__ = ("custom_fields_schema",)
    CUSTOM_FIELDS_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    custom_fields_schema: CustomFieldsSchema
    def __init__(self, custom_fields_schema: _Optional[_Union[CustomFieldsSchema, _Mapping]] = ...) -> None: ...
