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

from common.downloads import DownloadSigner
from common.links import LinkSigner

# What the sample manifests carry. Fine on a laptop, refused anywhere else.
SAMPLE_SECRET_MARK = "sample"
SHORTEST_SECRET = 32
# Hosts that say where to listen but not how to be reached.
EVERY_ADDRESS = ("0.0.0.0", "[::]")


class UnsafeSetting(ValueError):
    """A setting that would break a promise of the suite."""


class FileSecretSource(EnvSettingsSource):
    """Reads ``X`` from the file that ``X_FILE`` names, as mounted secrets are."""

    def _load_env_vars(self) -> dict[str, str | None]:
        names = (field.alias or name for name, field in self.settings_cls.model_fields.items())
        paths = {name: os.environ.get(f"{name}_FILE".upper(), "") for name in names}
        return {name.lower(): _text_of(name, path) for name, path in paths.items() if path}


def _text_of(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise UnsafeSetting(f"{name}_FILE names {path}: {error.strerror}") from None


class SecretSettings(BaseSettings):
    """Settings read from the environment; ``X`` may also be in the file that ``X_FILE`` names."""

    # A refused setting is named in the error; what it holds may be a secret.
    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )

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


class ProcessSettings(SecretSettings):
    """The settings that every process of the suite has, also one without database and bus."""

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

    @model_validator(mode="after")
    def refuse_unsafe_secrets(self) -> Self:
        if self.env == "dev":
            return self
        for name, value in self._secrets().items():
            secret = value.get_secret_value()
            if SAMPLE_SECRET_MARK in secret.lower():
                raise UnsafeSetting(f"{name} is a sample secret; generate one of your own")
            if name.endswith("_KEY") and len(secret) < SHORTEST_SECRET:
                raise UnsafeSetting(f"{name} needs at least {SHORTEST_SECRET} characters")
        return self

    def _secrets(self) -> dict[str, SecretStr]:
        """Those that are given: one that may be left out is not refused for being empty."""
        found: dict[str, Any] = {
            field.alias or name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if name in self.model_fields_set
        }
        return {name: value for name, value in found.items() if isinstance(value, SecretStr)}


class ServiceSettings(ProcessSettings):
    """The settings that all services share; each adds its own under its own prefix."""

    nats_url: SecretStr = Field(alias="CONVENE_NATS_URL")
    link_key: SecretStr = Field(alias="CONVENE_LINK_KEY")
    public_url: str = Field("http://127.0.0.1:8080", alias="CONVENE_PUBLIC_URL")
    # How many NATS servers keep each stream: 3 in a cluster.
    nats_replicas: int = Field(1, alias="CONVENE_NATS_REPLICAS", ge=1, le=5)
    # Where other replicas reach this one; empty derives it from where it listens.
    advertise_address: str = Field("", alias="CONVENE_ADVERTISE_ADDRESS")
    pod_ip: str = Field("", alias="POD_IP")

    def links(self) -> LinkSigner:
        """Makes and reads join links as every service of the suite does."""
        return LinkSigner(self.link_key.get_secret_value().encode(), self.public_url)

    def downloads(self) -> DownloadSigner:
        """Makes and reads links to files."""
        return DownloadSigner(self.link_key.get_secret_value().encode(), self.public_url)

    def advertised(self, listen: str) -> str:
        """Where others reach the server that listens on *listen*."""
        host, _, port = listen.rpartition(":")
        if self.advertise_address or not self.pod_ip or host not in EVERY_ADDRESS:
            return self.advertise_address or listen
        return f"[{self.pod_ip}]:{port}" if ":" in self.pod_ip else f"{self.pod_ip}:{port}"
