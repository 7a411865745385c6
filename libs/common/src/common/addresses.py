"""Which addresses of strangers may be called: nothing inside, nothing that leads inside.

The tables are explicit because the standard library's ``is_global`` says yes to translated,
tunnelled and multicast addresses behind which 127.0.0.1 or a cloud's metadata may stand.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from common.errors import InvalidInput

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

# Loopback and private use. Only these can be allowed, by a setting, in dev.
PRIVATE = tuple(
    map(
        IPv4Network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    )
)
PRIVATE_6 = tuple(map(IPv6Network, ("::1/128", "fc00::/7")))
# Never, whatever the settings say.
METADATA = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",
            "169.254.170.2",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
        ),
    )
)
SPECIAL = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            # Carrier-grade NAT.
            "100.64.0.0/10",
            # Link-local.
            "169.254.0.0/16",
            # Protocol assignments.
            "192.0.0.0/24",
            # Documentation.
            "192.0.2.0/24",
            "198.51.100.0/24",
            "203.0.113.0/24",
            # AS112 and 6to4 relays.
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            # Benchmarks.
            "198.18.0.0/15",
            # Multicast, and what is reserved up to broadcast.
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
SPECIAL_6 = tuple(
    map(
        IPv6Network,
        (
            # Unspecified, IPv4-compatible, IPv4-mapped.
            "::/8",
            # NAT64, both prefixes: any IPv4 address may stand behind them.
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            # Discard only.
            "100::/64",
            "100:0:0:1::/64",
            # Teredo, benchmarks, ORCHID and the other protocol assignments.
            "2001::/23",
            # Documentation.
            "2001:db8::/32",
            "3fff::/20",
            # 6to4.
            "2002::/16",
            # AS112.
            "2620:4f:8000::/48",
            # Segment routing.
            "5f00::/16",
            # Link-local, site-local, multicast.
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        ),
    )
)


class RefusedAddress(InvalidInput):
    """The address is one that nothing is sent to; *why* goes on after the name of its field."""

    def __init__(self, why: str) -> None:
        super().__init__(f"url {why}", field="url")
        self.why = why


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What this installation allows. *private* also allows http and any port: it is for dev."""

    private: bool = False
    http: bool = False
    ports: frozenset[int] = frozenset({443, 8443})

    def allows(self, address: IPAddress) -> bool:
        """Whether a connection to *address* may be opened."""
        if address in METADATA:
            return False
        if isinstance(address, IPv4Address):
            private = _within(address, PRIVATE)
            special = _within(address, SPECIAL)
        else:
            private = _within(address, PRIVATE_6)
            special = _within(address, SPECIAL_6) or address.scope_id is not None
        return self.private if private else not special

    def check_url(self, url: str) -> None:
        """Raise ``RefusedAddress`` when *url* can be refused by its text alone."""
        parts = _split(url)
        if parts.scheme != "https" and not (self.http or self.private):
            raise RefusedAddress("must begin with https://")
        if parts.username is not None or parts.password is not None:
            raise RefusedAddress("takes no user name or password")
        if "#" in url:
            raise RefusedAddress("takes no fragment; leave out what begins with #")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not self._allows_port(port):
            raise RefusedAddress(
                f"has port {port}; use one of {', '.join(map(str, sorted(self.ports)))}"
            )
        self._check_host(parts.hostname or "")

    def _allows_port(self, port: int) -> bool:
        return self.private or port in self.ports or (self.http and port == 80)

    def _check_host(self, host: str) -> None:
        # Names are resolved with the ideographic full stop read as a dot.
        name = unicodedata.normalize("NFKC", host).lower().replace("\u3002", ".").removesuffix(".")
        if not name or "%" in name:
            raise RefusedAddress("needs a plain host name")
        address = _literal(name)
        if address is None and (_ends_in_number(name) or ":" in name):
            raise RefusedAddress(
                "must write an address as four plain decimal numbers, or use a name"
            )
        if address is not None and name != host.lower().removesuffix("."):
            raise RefusedAddress("must write its address in plain ASCII digits")
        if (address is not None and not self.allows(address)) or self._is_local_name(name):
            raise RefusedAddress("leads to a private or special address; use a public one")

    def _is_local_name(self, name: str) -> bool:
        return not self.private and (name == "localhost" or name.endswith(".localhost"))


def check_answers(rules: AddressRules, addresses: Collection[str]) -> None:
    """Raise ``RefusedAddress`` if any one of a name's *addresses* is not allowed.

    One bad answer refuses the name: a name that leads both ways is an attempt.
    """
    if not all(rules.allows(ip_address(address)) for address in addresses):
        raise RefusedAddress("leads to a private or special address; use a public one")


def _split(url: str) -> SplitResult:
    # urlsplit drops tabs and newlines and keeps backslashes; other readers of the url do not.
    if any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in url):
        raise RefusedAddress("takes no spaces, control characters or backslashes")
    try:
        parts = urlsplit(url)
        port_ok = parts.port != 0
    except ValueError:
        raise RefusedAddress("is not an address; write one as https://example.com/hooks") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_ok:
        raise RefusedAddress("is not an address; write one as https://example.com/hooks")
    return parts


def _literal(name: str) -> IPAddress | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _ends_in_number(name: str) -> bool:
    """Whether resolvers may read *name* as a number: 127.1, 0x7f.1, 2130706433, 0177.0.0.1."""
    last = name.rsplit(".", 1)[-1]
    return last.isdigit() or last.startswith("0x")


def _within(address: IPAddress, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)


def networks_of(text: str) -> list[IPNetwork]:
    """CIDRs as `10.0.0.0/8,fd00::/8`; raises `ValueError` with the one that is none."""
    return [ip_network(one.strip()) for one in text.split(",") if one.strip()]
