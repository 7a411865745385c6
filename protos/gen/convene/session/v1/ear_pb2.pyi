from convene.common.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Medium(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEDIUM_UNSPECIFIED: _ClassVar[Medium]
    MEDIUM_AUDIO: _ClassVar[Medium]
    MEDIUM_CAMERA: _ClassVar[Medium]
    MEDIUM_SCREEN: _ClassVar[Medium]

class MarkerKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MARKER_KIND_UNSPECIFIED: _ClassVar[MarkerKind]
    MARKER_KIND_GAP: _ClassVar[MarkerKind]
    MARKER_KIND_MUTE: _ClassVar[MarkerKind]
    MARKER_KIND_SILENCE: _ClassVar[MarkerKind]
    MARKER_KIND_END: _ClassVar[MarkerKind]
    MARKER_KIND_SCRIPT: _ClassVar[MarkerKind]
MEDIUM_UNSPECIFIED: Medium
MEDIUM_AUDIO: Medium
MEDIUM_CAMERA: Medium
MEDIUM_SCREEN: Medium
MARKER_KIND_UNSPECIFIED: MarkerKind
MARKER_KIND_GAP: MarkerKind
MARKER_KIND_MUTE: MarkerKind
MARKER_KIND_SILENCE: MarkerKind
MARKER_KIND_END: MarkerKind
MARKER_KIND_SCRIPT: MarkerKind

class ListenRequest(_message.Message):
    __slots__ = ("session_id", "participant_id", "epoch", "from_sample", "medium")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    FROM_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    MEDIUM_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    epoch: int
    from_sample: int
    medium: Medium
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., from_sample: _Optional[int] = ..., medium: _Optional[_Union[Medium, str]] = ...) -> None: ...

class ListenResponse(_message.Message):
    __slots__ = ("audio", "marker", "frame")
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    MARKER_FIELD_NUMBER: _ClassVar[int]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    audio: Audio
    marker: Marker
    frame: Frame
    def __init__(self, audio: _Optional[_Union[Audio, _Mapping]] = ..., marker: _Optional[_Union[Marker, _Mapping]] = ..., frame: _Optional[_Union[Frame, _Mapping]] = ...) -> None: ...

class Frame(_message.Message):
    __slots__ = ("sample", "key", "payload")
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    sample: int
    key: bool
    payload: bytes
    def __init__(self, sample: _Optional[int] = ..., key: _Optional[bool] = ..., payload: _Optional[bytes] = ...) -> None: ...

class SeatRequest(_message.Message):
    __slots__ = ("session_id", "participant_id", "epoch", "audio_ssrc", "camera_ssrc", "screen_ssrc", "anew")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    AUDIO_SSRC_FIELD_NUMBER: _ClassVar[int]
    CAMERA_SSRC_FIELD_NUMBER: _ClassVar[int]
    SCREEN_SSRC_FIELD_NUMBER: _ClassVar[int]
    ANEW_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    epoch: int
    audio_ssrc: int
    camera_ssrc: int
    screen_ssrc: int
    anew: bool
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., audio_ssrc: _Optional[int] = ..., camera_ssrc: _Optional[int] = ..., screen_ssrc: _Optional[int] = ..., anew: _Optional[bool] = ...) -> None: ...

class SeatResponse(_message.Message):
    __slots__ = ("host", "port", "offset_seconds")
    HOST_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    OFFSET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    host: str
    port: int
    offset_seconds: float
    def __init__(self, host: _Optional[str] = ..., port: _Optional[int] = ..., offset_seconds: _Optional[float] = ...) -> None: ...

class UnseatRequest(_message.Message):
    __slots__ = ("session_id", "participant_id", "epoch", "left")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    epoch: int
    left: bool
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., left: _Optional[bool] = ...) -> None: ...

class UnseatResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SetQuietRequest(_message.Message):
    __slots__ = ("session_id", "participant_id", "epoch", "quiet")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    QUIET_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    epoch: int
    quiet: bool
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., quiet: _Optional[bool] = ...) -> None: ...

class SetQuietResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OpenVoiceRequest(_message.Message):
    __slots__ = ("session_id", "participant_id", "host", "port", "ssrc", "level_extension_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    SSRC_FIELD_NUMBER: _ClassVar[int]
    LEVEL_EXTENSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    host: str
    port: int
    ssrc: int
    level_extension_id: int
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., host: _Optional[str] = ..., port: _Optional[int] = ..., ssrc: _Optional[int] = ..., level_extension_id: _Optional[int] = ...) -> None: ...

class OpenVoiceResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CloseVoiceRequest(_message.Message):
    __slots__ = ("session_id", "participant_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ...) -> None: ...

class CloseVoiceResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SpeakRequest(_message.Message):
    __slots__ = ("session_id", "participant_id", "packets", "yields_to", "yield_after_seconds", "stop", "complete")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    PACKETS_FIELD_NUMBER: _ClassVar[int]
    YIELDS_TO_FIELD_NUMBER: _ClassVar[int]
    YIELD_AFTER_SECONDS_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    packets: _containers.RepeatedScalarFieldContainer[bytes]
    yields_to: _containers.RepeatedScalarFieldContainer[str]
    yield_after_seconds: float
    stop: bool
    complete: bool
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., packets: _Optional[_Iterable[bytes]] = ..., yields_to: _Optional[_Iterable[str]] = ..., yield_after_seconds: _Optional[float] = ..., stop: _Optional[bool] = ..., complete: _Optional[bool] = ...) -> None: ...

class SpeakResponse(_message.Message):
    __slots__ = ("spoken_seconds", "interrupted_by")
    SPOKEN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTED_BY_FIELD_NUMBER: _ClassVar[int]
    spoken_seconds: float
    interrupted_by: str
    def __init__(self, spoken_seconds: _Optional[float] = ..., interrupted_by: _Optional[str] = ...) -> None: ...

class Audio(_message.Message):
    __slots__ = ("first_sample", "packets")
    FIRST_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    PACKETS_FIELD_NUMBER: _ClassVar[int]
    first_sample: int
    packets: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, first_sample: _Optional[int] = ..., packets: _Optional[_Iterable[bytes]] = ...) -> None: ...

class Marker(_message.Message):
    __slots__ = ("kind", "from_sample", "to_sample", "text", "outage")
    KIND_FIELD_NUMBER: _ClassVar[int]
    FROM_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    TO_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    OUTAGE_FIELD_NUMBER: _ClassVar[int]
    kind: MarkerKind
    from_sample: int
    to_sample: int
    text: str
    outage: bool
    def __init__(self, kind: _Optional[_Union[MarkerKind, str]] = ..., from_sample: _Optional[int] = ..., to_sample: _Optional[int] = ..., text: _Optional[str] = ..., outage: _Optional[bool] = ...) -> None: ...

class GetTalkRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class GetTalkResponse(_message.Message):
    __slots__ = ("talks", "count")
    TALKS_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    talks: _containers.RepeatedCompositeFieldContainer[Talk]
    count: str
    def __init__(self, talks: _Optional[_Iterable[_Union[Talk, _Mapping]]] = ..., count: _Optional[str] = ...) -> None: ...

class Talk(_message.Message):
    __slots__ = ("participant_id", "speaking_seconds", "turns", "present_seconds", "longest_turn_seconds", "overlaps", "overlap_seconds")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    SPEAKING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    PRESENT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LONGEST_TURN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    OVERLAPS_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_SECONDS_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    speaking_seconds: float
    turns: int
    present_seconds: float
    longest_turn_seconds: float
    overlaps: int
    overlap_seconds: float
    def __init__(self, participant_id: _Optional[str] = ..., speaking_seconds: _Optional[float] = ..., turns: _Optional[int] = ..., present_seconds: _Optional[float] = ..., longest_turn_seconds: _Optional[float] = ..., overlaps: _Optional[int] = ..., overlap_seconds: _Optional[float] = ...) -> None: ...

class OpenRoomRequest(_message.Message):
    __slots__ = ("session_id", "opened_at_seconds")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    opened_at_seconds: float
    def __init__(self, session_id: _Optional[str] = ..., opened_at_seconds: _Optional[float] = ...) -> None: ...

class OpenRoomResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CloseRoomRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class CloseRoomResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PerformRequest(_message.Message):
    __slots__ = ("session_id", "run_id", "scenario", "codes", "speed", "from_seconds")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    SCENARIO_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    SPEED_FIELD_NUMBER: _ClassVar[int]
    FROM_SECONDS_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    run_id: str
    scenario: bytes
    codes: _containers.RepeatedScalarFieldContainer[str]
    speed: float
    from_seconds: float
    def __init__(self, session_id: _Optional[str] = ..., run_id: _Optional[str] = ..., scenario: _Optional[bytes] = ..., codes: _Optional[_Iterable[str]] = ..., speed: _Optional[float] = ..., from_seconds: _Optional[float] = ...) -> None: ...

class PerformResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListConnectionsRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class ListConnectionsResponse(_message.Message):
    __slots__ = ("connections", "performed", "room_seconds")
    CONNECTIONS_FIELD_NUMBER: _ClassVar[int]
    PERFORMED_FIELD_NUMBER: _ClassVar[int]
    ROOM_SECONDS_FIELD_NUMBER: _ClassVar[int]
    connections: _containers.RepeatedCompositeFieldContainer[Connection]
    performed: bool
    room_seconds: float
    def __init__(self, connections: _Optional[_Iterable[_Union[Connection, _Mapping]]] = ..., performed: _Optional[bool] = ..., room_seconds: _Optional[float] = ...) -> None: ...

class Connection(_message.Message):
    __slots__ = ("participant_id", "epoch", "muted", "offset_seconds", "scripted")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    MUTED_FIELD_NUMBER: _ClassVar[int]
    OFFSET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SCRIPTED_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    epoch: int
    muted: bool
    offset_seconds: float
    scripted: bool
    def __init__(self, participant_id: _Optional[str] = ..., epoch: _Optional[int] = ..., muted: _Optional[bool] = ..., offset_seconds: _Optional[float] = ..., scripted: _Optional[bool] = ...) -> None: ...

class DisconnectRequest(_message.Message):
    __slots__ = ("session_id", "participant_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ...) -> None: ...

class DisconnectResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SetMutedRequest(_message.Message):
    __slots__ = ("session_id", "participant_id", "muted")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    MUTED_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    participant_id: str
    muted: bool
    def __init__(self, session_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., muted: _Optional[bool] = ...) -> None: ...

class SetMutedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchRoomRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class WatchRoomResponse(_message.Message):
    __slots__ = ("connected", "dropped", "left", "muted", "unmuted", "chat", "performance_over")
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    MUTED_FIELD_NUMBER: _ClassVar[int]
    UNMUTED_FIELD_NUMBER: _ClassVar[int]
    CHAT_FIELD_NUMBER: _ClassVar[int]
    PERFORMANCE_OVER_FIELD_NUMBER: _ClassVar[int]
    connected: Connection
    dropped: Connection
    left: Connection
    muted: Connection
    unmuted: Connection
    chat: ChatLine
    performance_over: PerformanceOver
    def __init__(self, connected: _Optional[_Union[Connection, _Mapping]] = ..., dropped: _Optional[_Union[Connection, _Mapping]] = ..., left: _Optional[_Union[Connection, _Mapping]] = ..., muted: _Optional[_Union[Connection, _Mapping]] = ..., unmuted: _Optional[_Union[Connection, _Mapping]] = ..., chat: _Optional[_Union[ChatLine, _Mapping]] = ..., performance_over: _Optional[_Union[PerformanceOver, _Mapping]] = ...) -> None: ...

class ChatLine(_message.Message):
    __slots__ = ("participant_id", "text")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    text: str
    def __init__(self, participant_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class PerformanceOver(_message.Message):
    __slots__ = ("run_id", "error")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    error: str
    def __init__(self, run_id: _Optional[str] = ..., error: _Optional[str] = ...) -> None: ...
