"""Whose address a request has that came through reverse proxies: that of the last hop not ours."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import Any

from common.addresses import IPAddress, IPNetwork, networks_of
from gateway.edge.exchange import Receive, Scope, Send


class Proxies:
    """The networks that our own proxies ask from; others' words on who asks are not believed."""

    def __init__(self, networks: Sequence[IPNetwork] = ()) -> None:
        self._networks = networks

    @classmethod
    def of(cls, text: str) -> "Proxies":
        """From CIDRs as `10.0.0.0/8,fd00::/8`; raises `ValueError` with the one that is none."""
        return cls(networks_of(text))

    def client_of(self, peer: str, forwarded_for: str, forwarded: str) -> str:
        """The address nearest to *peer* that is none of ours, by what our proxies wrote.

        Of two headers that say different things, a proxy that writes only one of them may have
        passed the other on as a stranger wrote it: then neither is believed.
        """
        address = _address(peer)
        if address is None or not self._trusts(address):
            return peer
        said = {
            self._nearest(address, hops)
            for hops in (forwarded_for.split(","), _fors(forwarded))
            if any(one.strip() for one in hops)
        }
        return str(said.pop()) if len(said) == 1 else peer

    def _nearest(self, address: IPAddress, hops: Sequence[str]) -> IPAddress:
        for hop in reversed(hops):
            before = _address(hop)
            if before is None:
                return address
            address = before
            if not self._trusts(address):
                break
        return address

    def _trusts(self, address: IPAddress) -> bool:
        return any(address in network for network in self._networks)


class BehindProxies:
    """Shows *app* each request as from whoever asked our proxies."""

    def __init__(self, app: Any, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if client := scope.get("client"):
            headers = scope.get("headers", ())
            address = self._proxies.client_of(
                client[0], _header(headers, b"x-forwarded-for"), _header(headers, b"forwarded")
            )
            scope = {**scope, "client": (address, 0 if address != client[0] else client[1])}
        await self._app(scope, receive, send)


def _header(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str:
    """All of it: a header that comes several times is one list."""
    return ",".join(value.decode("latin-1") for key, value in headers if bytes(key) == name)


def _fors(forwarded: str) -> list[str]:
    """What each element of a Forwarded header says that it is for, nearest last."""
    found = []
    for element in forwarded.split(","):
        pairs = (part.partition("=") for part in element.split(";"))
        named = [value for name, _, value in pairs if name.strip().lower() == "for"]
        found.append(named[0] if named else "")
    return found


def _address(hop: str) -> IPAddress | None:
    """The address in `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443` or the same in quotes."""
    text = hop.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
