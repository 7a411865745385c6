"""What the artifacts service reads from its environment, once, at start."""

from pydantic import Field, SecretStr

from common.config import ServiceSettings
from common.llm.config import LlmSettings


class Settings(LlmSettings, ServiceSettings):
    listen: str = Field("0.0.0.0:50051", alias="ARTIFACTS_LISTEN")
    database_url: SecretStr = Field(alias="ARTIFACTS_DATABASE_URL")
    # `file:///folder` for one replica, `s3://bucket/prefix` for more.
    store_url: str = Field(alias="ARTIFACTS_STORE_URL")
    # The program that makes files of recordings: a name on the PATH, or a path.
    ffmpeg: str = Field("ffmpeg", alias="CONVENE_FFMPEG")
