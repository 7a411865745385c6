"""What a Janus of ours is told: one plugin, two ways in on loopback, its ports and its secrets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from convene_cli.janus_install import JanusInstall
from convene_cli.loopback import LOOPBACK

ADMIN_PATH = "/admin"

_PLUGINS = frozenset({"libjanus_videoroom.so"})
_TRANSPORTS = frozenset({"libjanus_websockets.so", "libjanus_http.so"})

Value = str | int | bool
Section = Mapping[str, Value]
File = Mapping[str, Section]


@dataclass(frozen=True)
class JanusSecrets:
    """What opens the API, the admin API, and the making of rooms."""

    api: str = field(repr=False)
    admin: str = field(repr=False)
    rooms: str = field(repr=False)


@dataclass(frozen=True)
class JanusPorts:
    """TCP ports on loopback, and the UDP ports that browsers send media to."""

    api: int
    admin: int
    media: range


def files(
    name: str, install: JanusInstall, kept: JanusSecrets, ports: JanusPorts, interface: str
) -> dict[str, str]:
    """The configuration files, by name, of a Janus that has media on *interface* alone.

    They hold the secrets.
    """
    written: Mapping[str, File] = {
        "janus.jcfg": {
            "general": _general(name, install, kept),
            "certificates": {},
            "media": {
                "ipv6": False,
                "rtp_port_range": f"{ports.media[0]}-{ports.media[-1]}",
                "no_media_timer": 2,
                "slowlink_threshold": 10,
                "twcc_period": 100,
                "dtls_mtu": 1200,
            },
            "nat": {
                "full_trickle": True,
                "ice_lite": False,
                "ice_enforce_list": interface,
                "ice_tcp": False,
            },
            **_switched_off(install),
        },
        "janus.transport.websockets.jcfg": _websockets(ports.api),
        "janus.transport.http.jcfg": _http(ports.admin),
        "janus.plugin.videoroom.jcfg": {
            "general": {
                "admin_key": kept.rooms,
                "lock_rtp_forward": True,
                "events": False,
                "string_ids": True,
            }
        },
    }
    return {file: _rendered(sections) for file, sections in written.items()}


def _general(name: str, install: JanusInstall, kept: JanusSecrets) -> Section:
    folders = {
        f"{kind}_folder": str(install.modules / kind)
        for kind in ("plugins", "transports", "events", "loggers")
    }
    return {
        **folders,
        "server_name": name,
        "debug_level": 4,
        "debug_timestamps": True,
        "debug_colors": False,
        "api_secret": kept.api,
        "admin_secret": kept.admin,
        "session_timeout": 30,
        "reclaim_session_timeout": 20,
        "candidates_timeout": 45,
    }


def _switched_off(install: JanusInstall) -> File:
    """Every module but those we use: what is not loaded cannot be reached."""

    def but(kind: str, used: frozenset[str] = frozenset()) -> Section:
        return {"disable": ",".join(name for name in install.names(kind) if name not in used)}

    return {
        "plugins": but("plugins", _PLUGINS),
        "transports": but("transports", _TRANSPORTS),
        "loggers": but("loggers"),
        "events": {"broadcast": False, **but("events")},
    }


def _websockets(port: int) -> File:
    return {
        "general": {
            "json": "compact",
            "ws": True,
            "ws_ip": LOOPBACK,
            "ws_port": port,
            "wss": False,
            "pingpong_trigger": 10,
            "pingpong_timeout": 5,
        },
        "admin": {"admin_ws": False, "admin_wss": False},
    }


def _http(port: int) -> File:
    return {
        "general": {"json": "compact", "base_path": "/janus", "http": False, "https": False},
        "admin": {
            "admin_base_path": ADMIN_PATH,
            "admin_http": True,
            "admin_ip": LOOPBACK,
            "admin_port": port,
            "admin_https": False,
        },
    }


def _rendered(sections: File) -> str:
    return "".join(_section(name, section) for name, section in sections.items())


def _section(name: str, section: Section) -> str:
    # libconfig writes strings, numbers and booleans as JSON does.
    lines = [f"\t{key} = {json.dumps(value)}\n" for key, value in section.items()]
    return f"{name}: {{\n{''.join(lines)}}}\n"


def write(folder: Path, contents: Mapping[str, str]) -> None:
    """Put *contents* in *folder*, which only its owner may enter; what was there goes."""
    for stale in folder.glob("*.jcfg"):
        stale.unlink()
    for name, content in contents.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(content)
