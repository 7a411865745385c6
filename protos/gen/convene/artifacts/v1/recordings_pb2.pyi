import datetime

from convene.common.v1 import options_pb2 as _options_pb2
from convene.session.v1 import session_pb2 as _session_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordingFile(_message.Message):
    __slots__ = ("track", "participant_id", "name", "content_type", "size_bytes", "sha256", "duration_seconds", "download_url")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    DOWNLOAD_URL_FIELD_NUMBER: _ClassVar[int]
    track: str
    participant_id: str
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    duration_seconds: float
    download_url: str
    def __init__(self, track: _Optional[str] = ..., participant_id: _Optional[str] = ..., name: _Optional[str] = ..., content_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., duration_seconds: _Optional[float] = ..., download_url: _Optional[str] = ...) -> None: ...

class Consent(_message.Message):
    __slots__ = ("participant_id", "name", "consent_time")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TIME_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    name: str
    consent_time: _timestamp_pb2.Timestamp
    def __init__(self, participant_id: _Optional[str] = ..., name: _Optional[str] = ..., consent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StoredRecording(_message.Message):
    __slots__ = ("id", "meeting_id", "session_id", "state", "layout", "spans", "create_time", "stop_time", "reason", "files", "link_expire_time", "consents")
    ID_FIELD_NUMBER: _ClassVar[int]
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    SPANS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    LINK_EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    meeting_id: str
    session_id: str
    state: _session_pb2.RecordingState
    layout: _session_pb2.RecordingLayout
    spans: _containers.RepeatedCompositeFieldContainer[_session_pb2.Span]
    create_time: _timestamp_pb2.Timestamp
    stop_time: _timestamp_pb2.Timestamp
    reason: str
    files: _containers.RepeatedCompositeFieldContainer[RecordingFile]
    link_expire_time: _timestamp_pb2.Timestamp
    consents: _containers.RepeatedCompositeFieldContainer[Consent]
    def __init__(self, id: _Optional[str] = ..., meeting_id: _Optional[str] = ..., session_id: _Optional[str] = ..., state: _Optional[_Union[_session_pb2.RecordingState, str]] = ..., layout: _Optional[_Union[_session_pb2.RecordingLayout, str]] = ..., spans: _Optional[_Iterable[_Union[_session_pb2.Span, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., files: _Optional[_Iterable[_Union[RecordingFile, _Mapping]]] = ..., link_expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., consents: _Optional[_Iterable[_Union[Consent, _Mapping]]] = ...) -> None: ...

class ListRecordingsRequest(_message.Message):
    __slots__ = ("meeting_id", "page_size", "page_token")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    page_size: int
    page_token: str
    def __init__(self, meeting_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRecordingsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[StoredRecording]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[StoredRecording, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetRecordingRequest(_message.Message):
    __slots__ = ("meeting_id", "recording_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    recording_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., recording_id: _Optional[str] = ...) -> None: ...

class GetRecordingResponse(_message.Message):
    __slots__ = ("recording",)
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    recording: StoredRecording
    def __init__(self, recording: _Optional[_Union[StoredRecording, _Mapping]] = ...) -> None: ...

class DeleteRecordingRequest(_message.Message):
    __slots__ = ("meeting_id", "recording_id")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    recording_id: str
    def __init__(self, meeting_id: _Optional[str] = ..., recording_id: _Optional[str] = ...) -> None: ...

class DeleteRecordingResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ByteRange(_message.Message):
    __slots__ = ("first", "last", "final")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    first: int
    last: int
    final: int
    def __init__(self, first: _Optional[int] = ..., last: _Optional[int] = ..., final: _Optional[int] = ...) -> None: ...

class DownloadRecordingRequest(_message.Message):
    __slots__ = ("meeting_id", "recording_id", "track", "range")
    MEETING_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ID_FIELD_NUMBER: _ClassVar[int]
    TRACK_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    meeting_id: str
    recording_id: str
    track: str
    range: ByteRange
    def __init__(self, meeting_id: _Optional[str] = ..., recording_id: _Optional[str] = ..., track: _Optional[str] = ..., range: _Optional[_Union[ByteRange, _Mapping]] = ...) -> None: ...

class DownloadRecordingResponse(_message.Message):
    __slots__ = ("head", "content")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    head: FileHead
    content: bytes
    def __init__(self, head: _Optional[_Union[FileHead, _Mapping]] = ..., content: _Optional[bytes] = ...) -> None: ...

class DownloadByLinkRequest(_message.Message):
    __slots__ = ("code", "range")
    CODE_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    range: ByteRange
    def __init__(self, code: _Optional[str] = ..., range: _Optional[_Union[ByteRange, _Mapping]] = ...) -> None: ...

class DownloadByLinkResponse(_message.Message):
    __slots__ = ("head", "content")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    head: FileHead
    content: bytes
    def __init__(self, head: _Optional[_Union[FileHead, _Mapping]] = ..., content: _Optional[bytes] = ...) -> None: ...

class FileHead(_message.Message):
    __slots__ = ("content_type", "sha256", "file_name", "size_bytes", "first", "length")
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    content_type: str
    sha256: str
    file_name: str
    size_bytes: int
    first: int
    length: int
    def __init__(self, content_type: _Optional[str] = ..., sha256: _Optional[str] = ..., file_name: _Optional[str] = ..., size_bytes: _Optional[int] = ..., first: _Optional[int] = ..., length: _Optional[int] = ...) -> None: ...
