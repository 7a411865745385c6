"""Where mail is handed over: what the one setting for it says. Pure."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit

SHAPE = (
    "write it as smtp://host:port, smtp+starttls://user:password@host:587, "
    "smtps://user:password@host:465 or file:///folder"
)


class Security(Enum):
    NONE = "NONE"
    STARTTLS = "STARTTLS"
    TLS = "TLS"


_SCHEMES = {
    "smtp": (Security.NONE, 25),
    "smtp+starttls": (Security.STARTTLS, 587),
    "smtps": (Security.TLS, 465),
}


class BadMailUrl(ValueError):
    """The message names no part of the URL: it may hold a password."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; {SHAPE}")


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def parse_mail_url(url: str) -> MailServer | Path:
    """The server that *url* names, or the folder; raises ``BadMailUrl``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadMailUrl("it is not a URL") from None
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        if parts.netloc or folder == Path("/"):
            raise BadMailUrl("it names no folder; a folder takes three slashes")
        return folder
    if parts.scheme not in _SCHEMES:
        raise BadMailUrl("its scheme is not known")
    if not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise BadMailUrl("it does not name one server")
    if (parts.username is None) != (parts.password is None):
        raise BadMailUrl("a user and a password go together")
    security, usual = _SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and security is Security.NONE:
        raise BadMailUrl("a password does not travel in the clear; take smtp+starttls or smtps")
    return MailServer(parts.hostname, port or usual, security, user, password)
