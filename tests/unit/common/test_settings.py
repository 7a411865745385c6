"""Settings: secrets from files, unsafe ones refused by name, an address that others can reach."""

from pathlib import Path

import pytest
from pydantic import Field, SecretStr, ValidationError

from common.config import ServiceSettings

LONG = "x" * 32


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The settings of a safe service."""
    for name in ("CONVENE_INTERNAL_KEY", "CONVENE_LINK_KEY"):
        monkeypatch.setenv(name, LONG)
    monkeypatch.setenv("CONVENE_NATS_URL", "nats://convene:secret@nats:4222")
    monkeypatch.delenv("CONVENE_ENV", raising=False)
    return monkeypatch


def test_a_secret_is_read_from_the_file_that_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("y" * 40 + "\n")
    environment.delenv("CONVENE_LINK_KEY")
    environment.setenv("CONVENE_LINK_KEY_FILE", str(tmp_path / "key"))
    assert ServiceSettings().link_key.get_secret_value() == "y" * 40


def test_a_file_that_is_not_there_is_named_with_its_setting(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("CONVENE_LINK_KEY_FILE", "/nowhere/key")
    with pytest.raises(ValueError, match="CONVENE_LINK_KEY_FILE names /nowhere/key: No such file"):
        ServiceSettings()


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("CONVENE_LINK_KEY", "sample-" + LONG, "is a sample secret; generate one of your own"),
        ("CONVENE_NATS_URL", "nats://a:sample-a@nats:4222", "is a sample secret"),
        ("CONVENE_INTERNAL_KEY", "short", "needs at least 32 characters"),
    ],
)
def test_an_unsafe_secret_is_refused_by_name_and_never_shown(
    environment: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError, match=f"{name} {remedy}") as refused:
        ServiceSettings()
    assert value not in str(refused.value)


class OptionalSettings(ServiceSettings):
    vendor_key: SecretStr = Field(SecretStr(""), alias="VENDOR_KEY")


def test_a_key_that_may_be_left_out_is_refused_only_when_it_is_given(
    environment: pytest.MonkeyPatch,
) -> None:
    assert OptionalSettings().vendor_key.get_secret_value() == ""
    environment.setenv("VENDOR_KEY", "short")
    with pytest.raises(ValidationError, match="VENDOR_KEY needs at least 32 characters"):
        OptionalSettings()
    environment.setenv("CONVENE_LINK_KEY", "")
    environment.delenv("VENDOR_KEY")
    with pytest.raises(ValidationError, match="CONVENE_LINK_KEY needs at least 32 characters"):
        OptionalSettings()


def test_a_laptop_takes_sample_secrets(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CONVENE_LINK_KEY", "sample")
    environment.setenv("CONVENE_ENV", "dev")
    assert ServiceSettings().link_key.get_secret_value() == "sample"


def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CONVENE_NATS_URL")
    with pytest.raises(ValidationError, match="CONVENE_NATS_URL"):
        ServiceSettings()


@pytest.mark.parametrize(
    ("advertise", "pod_ip", "listen", "reached"),
    [
        ("", "", "127.0.0.1:1", "127.0.0.1:1"),
        ("", "10.0.0.7", "0.0.0.0:50051", "10.0.0.7:50051"),
        ("", "fd00::7", "[::]:50051", "[fd00::7]:50051"),
        ("", "10.0.0.7", "127.0.0.1:1", "127.0.0.1:1"),
        ("here:9", "10.0.0.7", "0.0.0.0:50051", "here:9"),
    ],
)
def test_others_are_told_an_address_that_reaches_this_replica(
    environment: pytest.MonkeyPatch, advertise: str, pod_ip: str, listen: str, reached: str
) -> None:
    environment.setenv("CONVENE_ADVERTISE_ADDRESS", advertise)
    environment.setenv("POD_IP", pod_ip)
    assert ServiceSettings().advertised(listen) == reached
