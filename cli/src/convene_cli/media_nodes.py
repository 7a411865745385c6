"""The media nodes of the embedded suite: each an ear and, where this machine can, a Janus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from convene_cli import janus
from convene_cli.janus import JanusPlan, JanusServer
from convene_cli.janus_install import JanusMissing
from convene_cli.loopback import LOOPBACK, free_port, free_udp_port, free_udp_ports
from convene_cli.supervise import Supervisor

Plane = Literal["auto", "janus", "sandbox"]

EAR = "ear"


@dataclass(frozen=True)
class MediaOptions:
    """*plane* auto is Janus where it can run; *interface* None chooses one."""

    plane: Plane = "auto"
    interface: str | None = None
    nodes: int = 1


@dataclass(frozen=True)
class MediaPlan:
    """The Janus to run, or why there is none."""

    janus: JanusPlan | None
    why_not: str = ""

    @property
    def shown(self) -> str:
        if self.janus is None:
            return "sandbox"
        return f"janus {self.janus.install.release} on {self.janus.interface}"


@dataclass(frozen=True)
class Ear:
    """An ear's name, its gRPC port and the UDP port on which it hears; its tracks in *spool*."""

    name: str
    port: int
    rtp_port: int
    spool: Path

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SESSION_EAR_LISTEN": self.address,
            "SESSION_EAR_RTP_LISTEN": f"{LOOPBACK}:{self.rtp_port}",
            "SESSION_SPOOL_DIR": str(self.spool),
        }


@dataclass(frozen=True)
class MediaNodes:
    """Every ear, and in the same order its Janus; none of these on the sandbox plane."""

    ears: Sequence[Ear]
    servers: Sequence[JanusServer]

    @property
    def session_environment(self) -> Mapping[str, str]:
        """What session, and nobody else, is told of them: it has the secrets of Janus."""
        nodes = {"SESSION_NODES": ",".join(ear.address for ear in self.ears)}
        if not self.servers:
            return nodes | {"SESSION_MEDIA_PLANE": "sandbox"}
        kept = self.servers[0].secrets
        return nodes | {
            "SESSION_MEDIA_PLANE": "janus",
            "SESSION_JANUS": ",".join(server.url for server in self.servers),
            "SESSION_JANUS_ADMIN": ",".join(server.admin_url for server in self.servers),
            "SESSION_JANUS_SECRET": kept.api,
            "SESSION_JANUS_ADMIN_SECRET": kept.admin,
            "SESSION_JANUS_ROOM_KEY": kept.rooms,
        }


def planned(options: MediaOptions) -> MediaPlan:
    """What this machine can do of what was asked for.

    Raises CannotStart when Janus was asked for and cannot be had, or an interface was named that
    cannot carry media.
    """
    if options.plane == "sandbox":
        return MediaPlan(None, "it was asked for")
    try:
        return MediaPlan(janus.planned(options.interface))
    except JanusMissing as missing:
        if options.plane == "janus":
            raise
        return MediaPlan(None, str(missing))


async def started(
    supervisor: Supervisor, folder: Path, home: Path, plan: MediaPlan, nodes: int
) -> MediaNodes:
    """Places for *nodes* ears, which the caller runs, and as many Janus if there is a plan for it.

    *folder* keeps secrets and spools; an unprivileged account may enter *home*.
    """
    ears = [
        Ear(name, free_port(), free_udp_port(), folder / spool)
        for name, spool in zip(_numbered(EAR, nodes), _numbered("spool", nodes), strict=True)
    ]
    if plan.janus is None:
        return MediaNodes(ears, ())
    # Taken in one piece, so that no two nodes have a port in common.
    ports = free_udp_ports(nodes * janus.MEDIA_PORTS)
    servers = [
        await janus.started(
            supervisor, folder, home, plan.janus, name, ports[first : first + janus.MEDIA_PORTS]
        )
        for name, first in zip(
            _numbered(janus.NAME, nodes), range(0, len(ports), janus.MEDIA_PORTS), strict=True
        )
    ]
    return MediaNodes(ears, servers)


def _numbered(name: str, count: int) -> list[str]:
    """*name*, `name-2` and so on."""
    return [name, *(f"{name}-{number}" for number in range(2, count + 1))]
