from convene.common.v1 import options_pb2 as _options_pb2
from convene.session.v1 import session_pb2 as _session_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TrackSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRACK_SOURCE_UNSPECIFIED: _ClassVar[TrackSource]
    TRACK_SOURCE_MICROPHONE: _ClassVar[TrackSource]
    TRACK_SOURCE_CAMERA: _ClassVar[TrackSource]
    TRACK_SOURCE_SCREEN: _ClassVar[TrackSource]

class Side(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIDE_UNSPECIFIED: _ClassVar[Side]
    SIDE_PUBLISHER: _ClassVar[Side]
    SIDE_SUBSCRIBER: _ClassVar[Side]
TRACK_SOURCE_UNSPECIFIED: TrackSource
TRACK_SOURCE_MICROPHONE: TrackSource
TRACK_SOURCE_CAMERA: TrackSource
TRACK_SOURCE_SCREEN: TrackSource
SIDE_UNSPECIFIED: Side
SIDE_PUBLISHER: Side
SIDE_SUBSCRIBER: Side

class SignalRequest(_message.Message):
    __slots__ = ("hello", "publish", "answer", "candidate", "set_media", "chat", "order", "leave", "ping", "captions")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    SET_MEDIA_FIELD_NUMBER: _ClassVar[int]
    CHAT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LEAVE_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    CAPTIONS_FIELD_NUMBER: _ClassVar[int]
    hello: Hello
    publish: Publish
    answer: Answer
    candidate: Candidate
    set_media: SetMedia
    chat: Chat
    order: Order
    leave: Leave
    ping: Ping
    captions: WatchCaptions
    def __init__(self, hello: _Optional[_Union[Hello, _Mapping]] = ..., publish: _Optional[_Union[Publish, _Mapping]] = ..., answer: _Optional[_Union[Answer, _Mapping]] = ..., candidate: _Optional[_Union[Candidate, _Mapping]] = ..., set_media: _Optional[_Union[SetMedia, _Mapping]] = ..., chat: _Optional[_Union[Chat, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., leave: _Optional[_Union[Leave, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., captions: _Optional[_Union[WatchCaptions, _Mapping]] = ...) -> None: ...

class SignalResponse(_message.Message):
    __slots__ = ("welcome", "knocking", "published", "offer", "candidate", "participant", "session", "talking", "prompt", "command", "rejoin", "goodbye", "ending_soon", "pong", "caption", "refusal", "caption_languages")
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    KNOCKING_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    OFFER_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    TALKING_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    REJOIN_FIELD_NUMBER: _ClassVar[int]
    GOODBYE_FIELD_NUMBER: _ClassVar[int]
    ENDING_SOON_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    CAPTION_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    CAPTION_LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    welcome: Welcome
    knocking: Knocking
    published: Published
    offer: Offer
    candidate: Candidate
    participant: ParticipantChanged
    session: SessionChanged
    talking: Talking
    prompt: _session_pb2.Prompt
    command: CommandSettled
    rejoin: Rejoin
    goodbye: Goodbye
    ending_soon: EndingSoon
    pong: Pong
    caption: Caption
    refusal: Refusal
    caption_languages: CaptionLanguages
    def __init__(self, welcome: _Optional[_Union[Welcome, _Mapping]] = ..., knocking: _Optional[_Union[Knocking, _Mapping]] = ..., published: _Optional[_Union[Published, _Mapping]] = ..., offer: _Optional[_Union[Offer, _Mapping]] = ..., candidate: _Optional[_Union[Candidate, _Mapping]] = ..., participant: _Optional[_Union[ParticipantChanged, _Mapping]] = ..., session: _Optional[_Union[SessionChanged, _Mapping]] = ..., talking: _Optional[_Union[Talking, _Mapping]] = ..., prompt: _Optional[_Union[_session_pb2.Prompt, _Mapping]] = ..., command: _Optional[_Union[CommandSettled, _Mapping]] = ..., rejoin: _Optional[_Union[Rejoin, _Mapping]] = ..., goodbye: _Optional[_Union[Goodbye, _Mapping]] = ..., ending_soon: _Optional[_Union[EndingSoon, _Mapping]] = ..., pong: _Optional[_Union[Pong, _Mapping]] = ..., caption: _Optional[_Union[Caption, _Mapping]] = ..., refusal: _Optional[_Union[Refusal, _Mapping]] = ..., caption_languages: _Optional[_Union[CaptionLanguages, _Mapping]] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ("join_token", "consent", "fresh")
    JOIN_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    FRESH_FIELD_NUMBER: _ClassVar[int]
    join_token: str
    consent: bool
    fresh: bool
    def __init__(self, join_token: _Optional[str] = ..., consent: _Optional[bool] = ..., fresh: _Optional[bool] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("self", "session", "participants", "meeting_title", "transcribed", "prompts", "ice_servers", "resumed", "join_token", "workspace_id")
    SELF_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    MEETING_TITLE_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIBED_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    ICE_SERVERS_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FIELD_NUMBER: _ClassVar[int]
    JOIN_TOKEN_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    self: _session_pb2.Participant
    session: _session_pb2.Session
    participants: _containers.RepeatedCompositeFieldContainer[_session_pb2.Participant]
    meeting_title: str
    transcribed: bool
    prompts: _containers.RepeatedCompositeFieldContainer[_session_pb2.Prompt]
    ice_servers: _containers.RepeatedCompositeFieldContainer[IceServer]
    resumed: bool
    join_token: str
    workspace_id: str
    def __init__(self_, self: _Optional[_Union[_session_pb2.Participant, _Mapping]] = ..., session: _Optional[_Union[_session_pb2.Session, _Mapping]] = ..., participants: _Optional[_Iterable[_Union[_session_pb2.Participant, _Mapping]]] = ..., meeting_title: _Optional[str] = ..., transcribed: _Optional[bool] = ..., prompts: _Optional[_Iterable[_Union[_session_pb2.Prompt, _Mapping]]] = ..., ice_servers: _Optional[_Iterable[_Union[IceServer, _Mapping]]] = ..., resumed: _Optional[bool] = ..., join_token: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class IceServer(_message.Message):
    __slots__ = ("urls", "username", "credential")
    URLS_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    urls: _containers.RepeatedScalarFieldContainer[str]
    username: str
    credential: str
    def __init__(self, urls: _Optional[_Iterable[str]] = ..., username: _Optional[str] = ..., credential: _Optional[str] = ...) -> None: ...

class Knocking(_message.Message):
    __slots__ = ("meeting_title",)
    MEETING_TITLE_FIELD_NUMBER: _ClassVar[int]
    meeting_title: str
    def __init__(self, meeting_title: _Optional[str] = ...) -> None: ...

class PublishedTrack(_message.Message):
    __slots__ = ("mid", "source")
    MID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    mid: str
    source: TrackSource
    def __init__(self, mid: _Optional[str] = ..., source: _Optional[_Union[TrackSource, str]] = ...) -> None: ...

class Publish(_message.Message):
    __slots__ = ("sdp", "tracks")
    SDP_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    sdp: str
    tracks: _containers.RepeatedCompositeFieldContainer[PublishedTrack]
    def __init__(self, sdp: _Optional[str] = ..., tracks: _Optional[_Iterable[_Union[PublishedTrack, _Mapping]]] = ...) -> None: ...

class Published(_message.Message):
    __slots__ = ("sdp",)
    SDP_FIELD_NUMBER: _ClassVar[int]
    sdp: str
    def __init__(self, sdp: _Optional[str] = ...) -> None: ...

class OfferedTrack(_message.Message):
    __slots__ = ("mid", "participant_id", "source")
    MID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    mid: str
    participant_id: str
    source: TrackSource
    def __init__(self, mid: _Optional[str] = ..., participant_id: _Optional[str] = ..., source: _Optional[_Union[TrackSource, str]] = ...) -> None: ...

class Offer(_message.Message):
    __slots__ = ("sdp", "tracks")
    SDP_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    sdp: str
    tracks: _containers.RepeatedCompositeFieldContainer[OfferedTrack]
    def __init__(self, sdp: _Optional[str] = ..., tracks: _Optional[_Iterable[_Union[OfferedTrack, _Mapping]]] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("sdp",)
    SDP_FIELD_NUMBER: _ClassVar[int]
    sdp: str
    def __init__(self, sdp: _Optional[str] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("side", "candidate", "sdp_mid", "sdp_m_line_index")
    SIDE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    SDP_MID_FIELD_NUMBER: _ClassVar[int]
    SDP_M_LINE_INDEX_FIELD_NUMBER: _ClassVar[int]
    side: Side
    candidate: str
    sdp_mid: str
    sdp_m_line_index: int
    def __init__(self, side: _Optional[_Union[Side, str]] = ..., candidate: _Optional[str] = ..., sdp_mid: _Optional[str] = ..., sdp_m_line_index: _Optional[int] = ...) -> None: ...

class SetMedia(_message.Message):
    __slots__ = ("muted", "camera", "listening")
    MUTED_FIELD_NUMBER: _ClassVar[int]
    CAMERA_FIELD_NUMBER: _ClassVar[int]
    LISTENING_FIELD_NUMBER: _ClassVar[int]
    muted: bool
    camera: bool
    listening: bool
    def __init__(self, muted: _Optional[bool] = ..., camera: _Optional[bool] = ..., listening: _Optional[bool] = ...) -> None: ...

class Chat(_message.Message):
    __slots__ = ("text", "to_participant_id")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TO_PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    text: str
    to_participant_id: str
    def __init__(self, text: _Optional[str] = ..., to_participant_id: _Optional[str] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("verb", "participant_id", "reason", "ban", "extend_seconds")
    VERB_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BAN_FIELD_NUMBER: _ClassVar[int]
    EXTEND_SECONDS_FIELD_NUMBER: _ClassVar[int]
    verb: str
    participant_id: str
    reason: str
    ban: bool
    extend_seconds: int
    def __init__(self, verb: _Optional[str] = ..., participant_id: _Optional[str] = ..., reason: _Optional[str] = ..., ban: _Optional[bool] = ..., extend_seconds: _Optional[int] = ...) -> None: ...

class Leave(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Ping(_message.Message):
    __slots__ = ("sent_ms",)
    SENT_MS_FIELD_NUMBER: _ClassVar[int]
    sent_ms: int
    def __init__(self, sent_ms: _Optional[int] = ...) -> None: ...

class Pong(_message.Message):
    __slots__ = ("sent_ms",)
    SENT_MS_FIELD_NUMBER: _ClassVar[int]
    sent_ms: int
    def __init__(self, sent_ms: _Optional[int] = ...) -> None: ...

class ParticipantChanged(_message.Message):
    __slots__ = ("participant",)
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    participant: _session_pb2.Participant
    def __init__(self, participant: _Optional[_Union[_session_pb2.Participant, _Mapping]] = ...) -> None: ...

class SessionChanged(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: _session_pb2.Session
    def __init__(self, session: _Optional[_Union[_session_pb2.Session, _Mapping]] = ...) -> None: ...

class Talking(_message.Message):
    __slots__ = ("participant_id", "talking")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    TALKING_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    talking: bool
    def __init__(self, participant_id: _Optional[str] = ..., talking: _Optional[bool] = ...) -> None: ...

class CommandSettled(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: _session_pb2.Command
    def __init__(self, command: _Optional[_Union[_session_pb2.Command, _Mapping]] = ...) -> None: ...

class Rejoin(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class EndingSoon(_message.Message):
    __slots__ = ("remaining_seconds",)
    REMAINING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    remaining_seconds: int
    def __init__(self, remaining_seconds: _Optional[int] = ...) -> None: ...

class Goodbye(_message.Message):
    __slots__ = ("reason", "text")
    REASON_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    reason: str
    text: str
    def __init__(self, reason: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Refusal(_message.Message):
    __slots__ = ("reason", "text")
    REASON_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    reason: str
    text: str
    def __init__(self, reason: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class WatchCaptions(_message.Message):
    __slots__ = ("language",)
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    language: str
    def __init__(self, language: _Optional[str] = ...) -> None: ...

class CaptionLanguages(_message.Message):
    __slots__ = ("languages",)
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    languages: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, languages: _Optional[_Iterable[str]] = ...) -> None: ...

class Caption(_message.Message):
    __slots__ = ("segment_id", "participant_id", "name", "text", "final", "language", "translated")
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TRANSLATED_FIELD_NUMBER: _ClassVar[int]
    segment_id: str
    participant_id: str
    name: str
    text: str
    final: bool
    language: str
    translated: bool
    def __init__(self, segment_id: _Optional[str] = ..., participant_id: _Optional[str] = ..., name: _Optional[str] = ..., text: _Optional[str] = ..., final: _Optional[bool] = ..., language: _Optional[str] = ..., translated: _Optional[bool] = ...) -> None: ...
