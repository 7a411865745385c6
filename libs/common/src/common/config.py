"""What every service reads from its environment, once, at start."""

import os
import socket
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from common.links import LinkSigner

# What the sample manifests carry. Fine on a laptop, refused anywhere else.
SAMPLE_SECRET_MARK = "sample"
SHORTEST_SECRET = 32


class UnsafeSetting(ValueError):
    """A setting that would break a promise of the suite."""


class FileSecretSource(EnvSettingsSource):
    """Reads ``X`` from the file that ``X_FILE`` names, as mounted secrets are."""

    def _load_env_vars(self) -> dict[str, str | None]:
        return {
            name.removesuffix("_FILE").lower(): Path(path).read_text().strip()
            for name, path in os.environ.items()
            if name.endswith("_FILE") and path and Path(path).is_file()
        }


class ProcessSettings(BaseSettings):
    """The settings that every process of the suite has, also one without database and bus."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    env: Literal["dev", "production"] = Field("production", alias="CONVENE_ENV")
    internal_key: SecretStr = Field(alias="CONVENE_INTERNAL_KEY")
    replica: str = Field(default_factory=socket.gethostname, alias="CONVENE_REPLICA")
    otlp_endpoint: str = Field("", alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    trace_ratio: float = Field(1.0, alias="CONVENE_TRACE_RATIO", ge=0, le=1)
    # 0 serves no metrics page.
    metrics_port: int = Field(0, alias="CONVENE_METRICS_PORT")
    scheduler_address: str = Field("dns:///scheduler:50051", alias="CONVENE_SCHEDULER_ADDRESS")
    session_address: str = Field("dns:///session:50051", alias="CONVENE_SESSION_ADDRESS")
    bots_address: str = Field("dns:///bots:50051", alias="CONVENE_BOTS_ADDRESS")
    artifacts_address: str = Field("dns:///artifacts:50051", alias="CONVENE_ARTIFACTS_ADDRESS")
    gateway_address: str = Field("dns:///gateway-core:50051", alias="CONVENE_GATEWAY_ADDRESS")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSecretSource(settings_cls)

    @model_validator(mode="after")
    def refuse_unsafe_secrets(self) -> Self:
        if self.env == "dev":
            return self
        for name, value in self._secrets().items():
            secret = value.get_secret_value()
            if SAMPLE_SECRET_MARK in secret.lower():
                raise UnsafeSetting(f"{name} is a sample secret; generate one of your own")
            if name.endswith("_key") and len(secret) < SHORTEST_SECRET:
                raise UnsafeSetting(f"{name} needs at least {SHORTEST_SECRET} characters")
        return self

    def _secrets(self) -> dict[str, SecretStr]:
        fields: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in fields.items() if isinstance(value, SecretStr)}


class ServiceSettings(ProcessSettings):
    """The settings that all services share; each adds its own under its own prefix."""

    nats_url: SecretStr = Field(alias="CONVENE_NATS_URL")
    link_key: SecretStr = Field(alias="CONVENE_LINK_KEY")
    public_url: str = Field("http://127.0.0.1:8080", alias="CONVENE_PUBLIC_URL")

    def links(self) -> LinkSigner:
        """Makes and reads join links as every service of the suite does."""
        return LinkSigner(self.link_key.get_secret_value().encode(), self.public_url)
