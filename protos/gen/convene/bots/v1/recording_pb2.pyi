from convene.session.v1 import ear_pb2 as _ear_pb2
from convene.session.v1 import session_pb2 as _session_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordingFragment(_message.Message):
    __slots__ = ("recording_id", "index", "tracks", "mixed")
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    MIXED_FIELD_NUMBER: _ClassVar[int]
    recording_id: str
    index: int
    tracks: _containers.RepeatedCompositeFieldContainer[TrackFragment]
    mixed: _containers.RepeatedCompositeFieldContainer[MixedPacket]
    def __init__(self, recording_id: _Optional[str] = ..., index: _Optional[int] = ..., tracks: _Optional[_Iterable[_Union[TrackFragment, _Mapping]]] = ..., mixed: _Optional[_Iterable[_Union[MixedPacket, _Mapping]]] = ...) -> None: ...

class TrackFragment(_message.Message):
    __slots__ = ("participant_id", "epoch", "medium", "packets")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    MEDIUM_FIELD_NUMBER: _ClassVar[int]
    PACKETS_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    epoch: int
    medium: _ear_pb2.Medium
    packets: _containers.RepeatedCompositeFieldContainer[TrackPacket]
    def __init__(self, participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., medium: _Optional[_Union[_ear_pb2.Medium, str]] = ..., packets: _Optional[_Iterable[_Union[TrackPacket, _Mapping]]] = ...) -> None: ...

class TrackPacket(_message.Message):
    __slots__ = ("sample", "key", "payload")
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    sample: int
    key: bool
    payload: bytes
    def __init__(self, sample: _Optional[int] = ..., key: _Optional[bool] = ..., payload: _Optional[bytes] = ...) -> None: ...

class MixedPacket(_message.Message):
    __slots__ = ("slot", "payload")
    SLOT_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    slot: int
    payload: bytes
    def __init__(self, slot: _Optional[int] = ..., payload: _Optional[bytes] = ...) -> None: ...

class RecordingManifest(_message.Message):
    __slots__ = ("recording_id", "layout", "spans", "joins", "fragments")
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    SPANS_FIELD_NUMBER: _ClassVar[int]
    JOINS_FIELD_NUMBER: _ClassVar[int]
    FRAGMENTS_FIELD_NUMBER: _ClassVar[int]
    recording_id: str
    layout: _session_pb2.RecordingLayout
    spans: _containers.RepeatedCompositeFieldContainer[_session_pb2.Span]
    joins: _containers.RepeatedCompositeFieldContainer[RecordedJoin]
    fragments: _containers.RepeatedCompositeFieldContainer[FragmentProof]
    def __init__(self, recording_id: _Optional[str] = ..., layout: _Optional[_Union[_session_pb2.RecordingLayout, str]] = ..., spans: _Optional[_Iterable[_Union[_session_pb2.Span, _Mapping]]] = ..., joins: _Optional[_Iterable[_Union[RecordedJoin, _Mapping]]] = ..., fragments: _Optional[_Iterable[_Union[FragmentProof, _Mapping]]] = ...) -> None: ...

class RecordedJoin(_message.Message):
    __slots__ = ("participant_id", "epoch", "name", "start_seconds", "end_seconds")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    epoch: int
    name: str
    start_seconds: float
    end_seconds: float
    def __init__(self, participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., name: _Optional[str] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ...) -> None: ...

class FragmentProof(_message.Message):
    __slots__ = ("index", "key", "sha256", "size_bytes")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    index: int
    key: str
    sha256: str
    size_bytes: int
    def __init__(self, index: _Optional[int] = ..., key: _Optional[str] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ...) -> None: ...
