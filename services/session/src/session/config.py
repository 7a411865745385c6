"""What the session service reads from its environment, once, at start."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from common.config import ServiceSettings, UnsafeSetting

Addresses = Annotated[tuple[str, ...], NoDecode]


class IceServer(BaseModel):
    """As a browser's RTCIceServer has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urls: tuple[str, ...] = Field(min_length=1)
    username: str = ""
    credential: SecretStr = SecretStr("")

    @field_validator("urls", mode="before")
    @classmethod
    def one_or_more(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class Settings(ServiceSettings):
    listen: str = Field("0.0.0.0:50051", alias="SESSION_LISTEN")
    database_url: SecretStr = Field(alias="SESSION_DATABASE_URL")
    # The addresses of the media nodes' ears, as `host:port`, separated by commas.
    nodes: Addresses = Field(alias="SESSION_NODES", min_length=1)
    # `janus` carries browsers; `sandbox` plays scripted people only.
    media_plane: Literal["sandbox", "janus"] = Field("sandbox", alias="SESSION_MEDIA_PLANE")
    # The Janus beside each node, in the order of the nodes: `ws://host:port`, and the admin API.
    janus: Addresses = Field((), alias="SESSION_JANUS")
    janus_admin: Addresses = Field((), alias="SESSION_JANUS_ADMIN")
    # As in Janus's own configuration: `api_secret`, `admin_secret`, the VideoRoom's `admin_key`.
    janus_secret: SecretStr = Field(SecretStr(""), alias="SESSION_JANUS_SECRET")
    janus_admin_secret: SecretStr = Field(SecretStr(""), alias="SESSION_JANUS_ADMIN_SECRET")
    janus_room_key: SecretStr = Field(SecretStr(""), alias="SESSION_JANUS_ROOM_KEY")
    # The live sessions that one replica owns at once; more wait for another replica.
    capacity: int = Field(200, alias="SESSION_CAPACITY", ge=1)
    # How often a live session's metrics are told, where they changed.
    metrics_seconds: float = Field(30.0, alias="SESSION_METRICS_SECONDS", ge=1)

    # What a browser asks for its own reachable addresses, as a JSON list of RTCIceServer objects.
    ice_servers: tuple[IceServer, ...] = Field((), alias="SESSION_ICE_SERVERS")

    @field_validator("nodes", "janus", "janus_admin", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @model_validator(mode="after")
    def refuse_half_a_janus(self) -> Self:
        if self.media_plane != "janus":
            return self
        for name, urls, schemes in (
            ("SESSION_JANUS", self.janus, ("ws://", "wss://")),
            ("SESSION_JANUS_ADMIN", self.janus_admin, ("http://", "https://")),
        ):
            if len(urls) != len(self.nodes):
                raise UnsafeSetting(
                    f"{name} has {len(urls)} entries for {len(self.nodes)} SESSION_NODES; "
                    "give one per node, in the same order"
                )
            if wrong := [url for url in urls if not url.startswith(schemes)]:
                raise UnsafeSetting(f"{name}: {wrong[0]} does not begin with {schemes[0]}")
        self._refuse_missing_secrets()
        return self

    def _refuse_missing_secrets(self) -> None:
        for name, secret in self._secrets().items():
            if name.startswith("SESSION_JANUS") and not secret.get_secret_value():
                raise UnsafeSetting(f"{name} is missing; SESSION_MEDIA_PLANE=janus needs it")
