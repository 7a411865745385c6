"""Chooses the network interface on which browsers reach Janus."""

import fcntl
import socket
import struct
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from convene_cli.errors import CannotStart

ROUTES = Path("/proc/net/route")

# Linux's requests and flag, from <linux/sockios.h> and <linux/if.h>; the standard library has none.
_GET_FLAGS = 0x8913
_GET_ADDRESS = 0x8915
_UP, _LOOPBACK = 0x1, 0x8
_NAME_BYTES = 16


@dataclass(frozen=True)
class Interface:
    """An interface that is up: its name, whether it is a loopback one, its IPv4 address if any."""

    name: str
    loopback: bool
    address: IPv4Address | None

    @property
    def usable(self) -> bool:
        """Janus leaves loopback interfaces out, whatever it is told."""
        return not self.loopback and self.address is not None


def chosen(asked: str | None = None) -> str | None:
    """The interface *asked* for, or else the best one here; None when there is none but loopback.

    The best one carries an address of 127.0.0.0/8, so that media stays on this machine, as in
    `scripts/media-net`; then comes that of the default route. Raises CannotStart when the
    interface asked for cannot carry media.
    """
    usable = {one.name: one for one in interfaces() if one.usable}
    if asked is not None:
        if asked not in usable:
            raise CannotStart(
                f"interface {asked!r} is not one that is up, has an IPv4 address and is not "
                f"loopback; choose one of: {', '.join(sorted(usable)) or '(there is none)'}"
            )
        return asked
    local = [name for name, one in usable.items() if one.address and one.address.is_loopback]
    if local:
        return local[0]
    default = _of_default_route()
    return default if default in usable else None


def interfaces() -> list[Interface]:
    """Every interface that is up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        found = [_described(control, name) for _, name in socket.if_nameindex()]
    return [one for one in found if one is not None]


def _described(control: socket.socket, name: str) -> Interface | None:
    try:
        (flags,) = struct.unpack("H", _asked(control, _GET_FLAGS, name)[:2])
    except OSError:
        return None
    if not flags & _UP:
        return None
    try:
        address = IPv4Address(_asked(control, _GET_ADDRESS, name)[4:8])
    except OSError:
        address = None
    return Interface(name, bool(flags & _LOOPBACK), address)


def _asked(control: socket.socket, request: int, name: str) -> bytes:
    """What the kernel says of interface *name*, after the name."""
    question = struct.pack("16s24x", name.encode())
    return fcntl.ioctl(control.fileno(), request, question)[_NAME_BYTES:]


def _of_default_route(routes: Path = ROUTES) -> str | None:
    try:
        lines = routes.read_text().splitlines()[1:]
    except OSError:
        return None
    default = [line.split() for line in lines if line.split()[1] == "00000000"]
    return min(default, key=lambda fields: int(fields[6]))[0] if default else None
