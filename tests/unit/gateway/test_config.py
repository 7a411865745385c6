"""Settings that would break a promise stop the start."""

import pytest
from pydantic import ValidationError

from gateway.config import Settings


def settings(monkeypatch: pytest.MonkeyPatch, **changes: str) -> Settings:
    given = {
        "CONVENE_ENV": "dev",
        "CONVENE_NATS_URL": "nats://127.0.0.1",
        "CONVENE_INTERNAL_KEY": "k" * 40,
        "CONVENE_LINK_KEY": "l" * 40,
    }
    for name, value in (given | changes).items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_a_lease_that_ends_before_its_outcome_is_recorded_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(monkeypatch, GATEWAY_DELIVERY_LEASE_SECONDS="25")
    with pytest.raises(ValidationError, match="GATEWAY_DELIVERY_LEASE_SECONDS"):
        settings(monkeypatch, GATEWAY_DELIVERY_LEASE_SECONDS="24.9")


def test_private_endpoints_are_for_dev_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, GATEWAY_ALLOW_PRIVATE_ENDPOINTS="true").address_rules.private
    with pytest.raises(ValidationError, match="GATEWAY_ALLOW_PRIVATE_ENDPOINTS"):
        settings(monkeypatch, GATEWAY_ALLOW_PRIVATE_ENDPOINTS="true", CONVENE_ENV="production")


def test_a_sample_key_is_refused_outside_dev(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "cnv_live_sample" + "0" * 32
    settings(monkeypatch, GATEWAY_BOOTSTRAP_KEY=key)
    with pytest.raises(ValidationError, match="sample"):
        settings(monkeypatch, GATEWAY_BOOTSTRAP_KEY=key, CONVENE_ENV="production")


@pytest.mark.parametrize("ports", ["https", "443,", "0", "70000"])
def test_ports_that_are_no_ports_are_refused(monkeypatch: pytest.MonkeyPatch, ports: str) -> None:
    with pytest.raises(ValidationError, match="GATEWAY_ENDPOINT_PORTS"):
        settings(monkeypatch, GATEWAY_ENDPOINT_PORTS=ports)


@pytest.mark.parametrize("networks", ["proxy", "10.0.0.1/8", "10.0.0.0/33"])
def test_proxies_that_are_no_networks_are_refused(
    monkeypatch: pytest.MonkeyPatch, networks: str
) -> None:
    assert settings(monkeypatch, CONVENE_GATEWAY_TRUSTED_PROXIES="10.0.0.0/8").trusted_proxies
    with pytest.raises(ValidationError, match="CONVENE_GATEWAY_TRUSTED_PROXIES"):
        settings(monkeypatch, CONVENE_GATEWAY_TRUSTED_PROXIES=networks)
