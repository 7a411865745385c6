"""The join page as `console/join` builds it: one document, and files named by their content."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from gateway.edge.exchange import Reply
from gateway.edge.problems import Refused

DOCUMENT = "index.html"
TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}
# Everything comes from here, the WebSocket too; what a camera shows is no address at all.
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob: mediastream:; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'",
    "permissions-policy": "camera=(self), microphone=(self), display-capture=(self), "
    "speaker-selection=(self)",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# A link's page may be a newer one tomorrow; a file of this name is the same for ever.
FRESH = {"cache-control": "no-cache"}
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


def document() -> Reply:
    """What `/j/{code}` shows; the code is read from the address in the browser."""
    return _built()[DOCUMENT]


def asset(name: str) -> Reply:
    """A file of the page; raises `Refused` (404) for any other name."""
    found = _built().get(name)
    if found is None or name == DOCUMENT:
        raise Refused(404, "NOT_FOUND", "The page has no file of this name; load it again.")
    return found


@cache
def _built() -> Mapping[str, Reply]:
    return {
        one.name: _reply(one.name, one.read_bytes())
        for one in (files("gateway.edge") / "page").iterdir()
    }


def _reply(name: str, body: bytes) -> Reply:
    cached = FRESH if name == DOCUMENT else FOREVER
    return Reply(200, body, TYPES[name.rpartition(".")[2]], {**HEADERS, **cached})
