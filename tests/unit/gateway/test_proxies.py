"""Whose address counts when a request comes through proxies."""

import pytest

from gateway.edge.exchange import Receive, Scope, Send
from gateway.edge.proxies import BehindProxies, Proxies

OURS = Proxies.of("10.0.0.0/8, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        # Whatever a stranger wrote before it is not believed.
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
        ("10.0.0.1", "10.2.2.2, 10.1.1.1", "10.2.2.2"),
        ("10.0.0.1", "1.2.3.4, rubbish", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9:5000", "203.0.113.9"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_last_hop_that_is_not_ours_is_the_client(
    peer: str, forwarded_for: str, client: str
) -> None:
    assert OURS.client_of(peer, forwarded_for, "") == client


def test_the_standard_header_says_the_same() -> None:
    said = 'for=1.2.3.4, For="[2001:db8::7]:4711";proto=https;by=10.0.0.1'

    assert OURS.client_of("10.0.0.1", "", said) == "2001:db8::7"
    assert OURS.client_of("10.0.0.1", "2001:db8::7", said) == "2001:db8::7"


def test_headers_that_disagree_are_not_believed() -> None:
    assert OURS.client_of("10.0.0.1", "203.0.113.9", "for=1.2.3.4") == "10.0.0.1"
    assert OURS.client_of("10.0.0.1", "203.0.113.9", "proto=https") == "203.0.113.9"


def test_without_proxies_nothing_is_believed() -> None:
    assert Proxies.of("").client_of("10.0.0.1", "203.0.113.9", "") == "10.0.0.1"


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        Proxies.of("10.0.0.1/8")


async def test_what_is_behind_the_proxies_sees_the_client() -> None:
    seen: list[tuple[str, int]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"])

    headers = [(b"x-forwarded-for", b"1.2.3.4"), (b"x-forwarded-for", b"203.0.113.9, 10.0.0.2")]
    behind = BehindProxies(app, OURS)
    for peer in ("10.0.0.1", "198.51.100.7"):
        scope = {"type": "http", "client": (peer, 5000), "headers": headers}
        await behind(scope, _nothing_comes, _nothing_goes)

    assert seen == [("203.0.113.9", 0), ("198.51.100.7", 5000)]


async def _nothing_comes() -> dict[str, object]:
    return {}


async def _nothing_goes(message: object) -> None:
    return None
