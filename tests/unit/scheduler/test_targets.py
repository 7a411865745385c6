"""Addresses that people are told by: which are taken, and what is shown of them."""

import pytest

from common.addresses import AddressRules
from common.errors import InvalidInput
from scheduler.channels.chat import SERVICES
from scheduler.domain.notices import Channel
from scheduler.domain.targets import SCHEMES, check_target, redacted

STRICT = AddressRules()
BROWSER = {
    "endpoint": "https://push.example.com/1",
    "p256dh": "B" + "A" * 86,
    "auth": "_-" + "A" * 20,
}


@pytest.mark.parametrize(
    "address",
    [
        "slack://T1/B2/c3/#general",
        "SLACK://T1/B2/c3",
        "discord://id/token",
        "gchat://space/key/token",
        "ntfy://my-topic",
        "ntfy://my-topic?priority=high",
        "opsgenie://key?region=eu",
        "pagerduty://key@api",
        "pover://user@token",
        "tgram://123:abc/456",
        "wxteams://token",
        "workflows://prod-1.westeurope.logic.azure.com/flow/sig",
        "workflows://x.environment.api.powerplatform.com:443/flow/sig",
    ],
)
def test_a_service_with_hosts_of_its_own_is_taken(address: str) -> None:
    check_target(Channel.PUSH, address, {}, STRICT)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "slack",
        "x" * 3000,
        "json://example.com",
        "jsons://127.0.0.1",
        "mailto://user:pass@example.com",
        "syslog://",
        "dbus://",
        "file:///etc/passwd",
        "exec://ls",
        "https://hooks.slack.com/services/a/b/c",
        "mmosts://mattermost.internal/token",
        "gotifys://10.0.0.1/token",
        "slack://T1/B2/c3?verify=no",
        "slack://T1/B2/c3?template=/etc/passwd",
        "slack://T1/B2/c3?rto=86400",
        "slack://T1/B2/c3?redirect=yes",
        "slack://T1/B2/c3?Template",
        "slack://T1/B2/c3\n?x=1",
        "slack://T1/B2/c3 json://127.0.0.1",
        "ntfy://ntfy.internal/topic",
        "ntfy://10.0.0.1",
        "ntfy://user:password@topic",
        "ntfy://topic:8080",
        "workflows://127.0.0.1/flow/sig",
        "workflows://evil.example/logic.azure.com/sig",
        "workflows://logic.azure.com.evil.example/flow/sig",
        "workflows://x.logic.azure.com@evil.example/flow/sig",
        "workflows://x.logic.azure.com:8080/flow/sig",
        "workflows://x.logic.azure.com:port/flow/sig",
        "slack://[",
    ],
)
def test_what_may_reach_a_host_a_file_or_a_program_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_target(Channel.PUSH, address, {}, STRICT)

    assert refused.value.field == "address"


@pytest.mark.parametrize("url", ["http://example.com", "https://10.0.0.1/x", "ftp://x", ""])
def test_webhooks_and_browsers_are_reached_by_public_https_only(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_target(Channel.WEBHOOK, url, {}, STRICT)
    with pytest.raises(InvalidInput):
        check_target(Channel.PUSH, "", BROWSER | {"endpoint": url}, STRICT)


def test_public_addresses_are_taken() -> None:
    check_target(Channel.WEBHOOK, "https://example.com/hook", {}, STRICT)
    check_target(Channel.PUSH, "", BROWSER, STRICT)
    check_target(Channel.EMAIL, "", {}, STRICT)


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("p256dh", ""),
        ("p256dh", "B" + "A" * 85),
        ("p256dh", "B" + "A" * 87),
        ("p256dh", "é" * 87),
        ("auth", ""),
        ("auth", "A" * 21),
        ("auth", "A" * 11 + "\n" + "A" * 11),
        ("auth", "A" * 11 + "!" + "A" * 11),
    ],
)
def test_keys_that_no_browser_gives_are_refused(field: str, key: str) -> None:
    with pytest.raises(InvalidInput, match="base64url, as PushSubscription") as refused:
        check_target(Channel.PUSH, "", BROWSER | {field: key}, STRICT)

    assert refused.value.field == f"web_push.{field}"


def test_every_scheme_that_is_taken_has_its_service() -> None:
    assert set(SCHEMES) == set(SERVICES)


def test_a_topic_goes_to_the_public_server() -> None:
    parsed = SERVICES["ntfy"].parse_url("ntfy://my-topic") or {}
    made = SERVICES["ntfy"](**parsed)

    assert vars(made)["mode"] == "cloud"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("slack://T1/B2/SECRET", "slack://…"),
        ("tgram://SECRET:abc/1", "tgram://…"),
        ("https://user:SECRET@example.com/SECRET?k=SECRET#SECRET", "https://example.com/…"),
        ("https://example.com?SECRET", "https://example.com/…"),
        ("SECRET", "…"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_what_is_secret_in_it(address: str, shown: str) -> None:
    assert redacted(address) == shown
