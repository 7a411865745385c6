"""What the session service reads from its environment, once, at start."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from common.config import ServiceSettings


class Settings(ServiceSettings):
    listen: str = Field("0.0.0.0:50051", alias="SESSION_LISTEN")
    database_url: SecretStr = Field(alias="SESSION_DATABASE_URL")
    # The addresses of the media nodes' ears, as `host:port`, separated by commas.
    nodes: Annotated[tuple[str, ...], NoDecode] = Field(alias="SESSION_NODES", min_length=1)
    media_plane: Literal["sandbox"] = Field("sandbox", alias="SESSION_MEDIA_PLANE")
    # The live sessions that one replica owns at once; more wait for another replica.
    capacity: int = Field(200, alias="SESSION_CAPACITY", ge=1)

    @field_validator("nodes", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())
