from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VendorOpening(_message.Message):
    __slots__ = ("vendor", "options", "seconds", "pace")
    VENDOR_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    PACE_FIELD_NUMBER: _ClassVar[int]
    vendor: str
    options: str
    seconds: float
    pace: float
    def __init__(self, vendor: _Optional[str] = ..., options: _Optional[str] = ..., seconds: _Optional[float] = ..., pace: _Optional[float] = ...) -> None: ...

class RecogniseOrder(_message.Message):
    __slots__ = ("id", "pcm", "language", "hints")
    ID_FIELD_NUMBER: _ClassVar[int]
    PCM_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    HINTS_FIELD_NUMBER: _ClassVar[int]
    id: int
    pcm: bytes
    language: str
    hints: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[int] = ..., pcm: _Optional[bytes] = ..., language: _Optional[str] = ..., hints: _Optional[_Iterable[str]] = ...) -> None: ...

class RecogniseReport(_message.Message):
    __slots__ = ("id", "ready", "recognition", "failure", "away", "voiceprints")
    ID_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    RECOGNITION_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    AWAY_FIELD_NUMBER: _ClassVar[int]
    VOICEPRINTS_FIELD_NUMBER: _ClassVar[int]
    id: int
    ready: WorkerReady
    recognition: Recognition
    failure: str
    away: str
    voiceprints: Voiceprints
    def __init__(self, id: _Optional[int] = ..., ready: _Optional[_Union[WorkerReady, _Mapping]] = ..., recognition: _Optional[_Union[Recognition, _Mapping]] = ..., failure: _Optional[str] = ..., away: _Optional[str] = ..., voiceprints: _Optional[_Union[Voiceprints, _Mapping]] = ...) -> None: ...

class WorkerReady(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: str
    def __init__(self, model: _Optional[str] = ...) -> None: ...

class Recognition(_message.Message):
    __slots__ = ("text", "language", "words", "language_confidence")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    text: str
    language: str
    words: _containers.RepeatedCompositeFieldContainer[RecognisedWord]
    language_confidence: float
    def __init__(self, text: _Optional[str] = ..., language: _Optional[str] = ..., words: _Optional[_Iterable[_Union[RecognisedWord, _Mapping]]] = ..., language_confidence: _Optional[float] = ...) -> None: ...

class RecognisedWord(_message.Message):
    __slots__ = ("text", "start_seconds", "end_seconds", "confidence")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    text: str
    start_seconds: float
    end_seconds: float
    confidence: float
    def __init__(self, text: _Optional[str] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., confidence: _Optional[float] = ...) -> None: ...

class Voiceprints(_message.Message):
    __slots__ = ("voiceprints",)
    VOICEPRINTS_FIELD_NUMBER: _ClassVar[int]
    voiceprints: _containers.RepeatedCompositeFieldContainer[Voiceprint]
    def __init__(self, voiceprints: _Optional[_Iterable[_Union[Voiceprint, _Mapping]]] = ...) -> None: ...

class Voiceprint(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...
