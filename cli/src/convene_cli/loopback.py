"""The loopback interface: where everything the command starts listens."""

import random
import socket

from convene_cli.errors import CannotStart

LOOPBACK = "127.0.0.1"

_LOWEST, _HIGHEST = 20_000, 32_000
_ATTEMPTS = 50


def free_port() -> int:
    """A TCP port nobody listens on at this moment, chosen by the operating system."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def free_udp_port() -> int:
    """The same for UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def free_udp_ports(count: int) -> range:
    """*count* UDP ports in a row that nobody uses, on any address, at this moment.

    They are below those that the operating system gives out by itself; a random choice, so that
    those who choose at the same time rarely meet. Raises CannotStart when it finds none.
    """
    for _ in range(_ATTEMPTS):
        first = random.randrange(_LOWEST, _HIGHEST - count)
        ports = range(first, first + count)
        if all(_is_free(port) for port in ports):
            return ports
    raise CannotStart(f"no {count} free UDP ports in a row between {_LOWEST} and {_HIGHEST}")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True
