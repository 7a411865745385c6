"""The secrets of one data folder: made once, kept in a file only its owner can read."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from common.keys import make_key
from convene_cli.errors import CannotStart
from convene_cli.janus_config import JanusSecrets

FILE = "secrets.json"
SERVICES = ("scheduler", "session", "bots", "artifacts", "gateway")

_KEY_BYTES = 32


def _token() -> str:
    return secrets.token_urlsafe(_KEY_BYTES)


def _password() -> str:
    # Hexadecimal needs no quoting in a URL, in SQL or in a configuration file.
    return secrets.token_hex(_KEY_BYTES)


_MAKERS: Mapping[str, Callable[[], str]] = {
    "postgres_password": _password,
    "nats_password": _password,
    "signing_key": _token,
    "link_key": _token,
    "api_key": lambda: make_key(test=False),
    "test_key": lambda: make_key(test=True),
    # 32 random bytes are a private key of the curve that push services know.
    "push_key": _token,
    "janus_api": _token,
    "janus_admin": _token,
    "janus_rooms": _token,
} | {
    f"database/{role}": _password for service in SERVICES for role in (service, f"{service}_owner")
}


@dataclass(frozen=True)
class RolePasswords:
    """What the two login roles of one service prove themselves with."""

    app: str
    owner: str


@dataclass(frozen=True)
class DevSecrets:
    """Every secret of one data folder; strings of at least 32 random bytes each."""

    values: Mapping[str, str]

    @property
    def postgres_password(self) -> str:
        return self.values["postgres_password"]

    @property
    def nats_password(self) -> str:
        return self.values["nats_password"]

    @property
    def signing_key(self) -> str:
        """Signs the principal that travels between services."""
        return self.values["signing_key"]

    @property
    def link_key(self) -> str:
        """Signs join links."""
        return self.values["link_key"]

    @property
    def api_key(self) -> str:
        return self.values["api_key"]

    @property
    def test_key(self) -> str:
        """The key whose meetings never touch people."""
        return self.values["test_key"]

    @property
    def push_key(self) -> str:
        """What browsers' push services know this installation by."""
        return self.values["push_key"]

    @property
    def janus(self) -> JanusSecrets:
        return JanusSecrets(
            api=self.values["janus_api"],
            admin=self.values["janus_admin"],
            rooms=self.values["janus_rooms"],
        )

    def roles(self, service: str) -> RolePasswords:
        return RolePasswords(
            app=self.values[f"database/{service}"],
            owner=self.values[f"database/{service}_owner"],
        )


def opened(folder: Path) -> DevSecrets:
    """The secrets kept in *folder*; what is missing is made and kept before this returns.

    Raises CannotStart when the file is there and cannot be understood: making new secrets
    would lock the suite out of its own database.
    """
    path = folder / FILE
    kept = _read(path)
    made = {name: make() for name, make in _MAKERS.items() if name not in kept}
    if made:
        _write(path, kept | made)
    return DevSecrets(kept | made)


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as broken:
        raise CannotStart(f"{path} is not valid JSON ({broken}); restore it from a copy") from None
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise CannotStart(f"{path} must hold one JSON object of strings; restore it from a copy")
    path.chmod(0o600)
    return kept


def _write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file in one step, so a power cut leaves the old secrets or the new ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(values, file, indent=2, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
