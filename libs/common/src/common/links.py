"""Join links: an address that proves by itself which meeting it opens, as what, and for whom."""

import base64
import hmac
from dataclasses import dataclass

from common.errors import NotFound

SEPARATOR = "~"
SIGNATURE_BYTES = 16
# A link with such an id is of the person of that invitation, and is kept by nobody.
INVITATION = "inv_"


def is_personal(link_id: str) -> bool:
    """Whether a link is an invitation's own, so that it says who comes by it."""
    return link_id.startswith(INVITATION)


class UnknownJoinLink(NotFound):
    def __init__(self) -> None:
        super().__init__("this join link is not one of ours; ask for a new one")


@dataclass(frozen=True, slots=True)
class LinkClaims:
    """What a link says: *kind* is PERSON, BOT or OBSERVER; a meeting's own has no *link_id*.

    The *link_id* of a person's own link is their invitation.
    """

    workspace_id: str
    meeting_id: str
    kind: str
    role: str
    link_id: str = ""


class LinkSigner:
    """Makes and reads links with one key, so that any service can do it without asking another."""

    def __init__(self, key: bytes, base_url: str) -> None:
        self._key = key
        self._base_url = base_url.rstrip("/")

    def url(self, claims: LinkClaims) -> str:
        return f"{self._base_url}/j/{self.code(claims)}"

    def code(self, claims: LinkClaims) -> str:
        parts = (claims.workspace_id, claims.meeting_id, claims.kind, claims.role, claims.link_id)
        body = SEPARATOR.join(parts).encode()
        return base64.urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def read(self, code: str) -> LinkClaims:
        """What *code* says; raises ``UnknownJoinLink`` for anything that this key did not sign."""
        try:
            raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        except ValueError:
            raise UnknownJoinLink from None
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(body)):
            raise UnknownJoinLink
        return LinkClaims(*body.decode().split(SEPARATOR))

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:SIGNATURE_BYTES]
