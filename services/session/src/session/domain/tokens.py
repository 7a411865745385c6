"""Join tokens: what shows a media node that its bearer was let in."""

import base64
import hashlib
import hmac
import json
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from common.errors import Unauthenticated

TOKEN_LIFETIME = timedelta(minutes=5)
SIGNATURE_BYTES = 32
# Keeps a join token from being taken for anything else that the same key signs.
PURPOSE = b"convene join token\n"


class InvalidJoinToken(Unauthenticated):
    def __init__(self, why: str) -> None:
        super().__init__(f"the join token {why}; exchange the join link again")


@dataclass(frozen=True, slots=True)
class JoinClaims:
    """Who may connect, where, and as which join of theirs at the least."""

    workspace_id: str
    session_id: str
    participant_id: str
    epoch: int
    # Seconds since 1970.
    expires: int
    # Whether it brings somebody back to the join that it was given in.
    stay: bool = False

    def check_fresh(self, now: datetime) -> None:
        """Raises ``InvalidJoinToken``."""
        if self.expires <= now.timestamp():
            raise InvalidJoinToken("has expired")


class JoinTokens:
    """Makes and reads join tokens with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, claims: JoinClaims) -> str:
        body = json.dumps(astuple(claims)).encode()
        return base64.urlsafe_b64encode(self._signature(body) + body).decode()

    def read(self, token: str, now: datetime) -> JoinClaims:
        """What *token* says; raises ``InvalidJoinToken`` when it is not ours or too old."""
        claims = self.verified(token)
        claims.check_fresh(now)
        return claims

    def verified(self, token: str) -> JoinClaims:
        """What *token* says, however old it is; raises ``InvalidJoinToken``."""
        try:
            raw = base64.urlsafe_b64decode(token)
        except ValueError:
            raise InvalidJoinToken("is not readable") from None
        body = raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(raw[:SIGNATURE_BYTES], self._signature(body)):
            raise InvalidJoinToken("is not ours")
        return JoinClaims(*json.loads(body))

    def _signature(self, body: bytes) -> bytes:
        return hmac.new(self._key, PURPOSE + body, hashlib.sha256).digest()
