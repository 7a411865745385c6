"""What the session service reads from its environment, once, at start."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from common.config import ServiceSettings


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
    nodes: Annotated[tuple[str, ...], NoDecode] = Field(alias="SESSION_NODES", min_length=1)
    media_plane: Literal["sandbox"] = Field("sandbox", alias="SESSION_MEDIA_PLANE")
    # The live sessions that one replica owns at once; more wait for another replica.
    capacity: int = Field(200, alias="SESSION_CAPACITY", ge=1)

    # What a browser asks for its own reachable addresses, as a JSON list of RTCIceServer objects.
    ice_servers: tuple[IceServer, ...] = Field((), alias="SESSION_ICE_SERVERS")

    @field_validator("nodes", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())
