from convene.common.v1 import options_pb2 as _options_pb2
from convene.gateway.v1 import webhooks_pb2 as _webhooks_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WebhookEndpointFailing(_message.Message):
    __slots__ = ("endpoint", "detail")
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    endpoint: _webhooks_pb2.WebhookEndpoint
    detail: str
    def __init__(self, endpoint: _Optional[_Union[_webhooks_pb2.WebhookEndpoint, _Mapping]] = ..., detail: _Optional[str] = ...) -> None: ...

class WebhookEndpointDisabled(_message.Message):
    __slots__ = ("endpoint", "detail")
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    endpoint: _webhooks_pb2.WebhookEndpoint
    detail: str
    def __init__(self, endpoint: _Optional[_Union[_webhooks_pb2.WebhookEndpoint, _Mapping]] = ..., detail: _Optional[str] = ...) -> None: ...
