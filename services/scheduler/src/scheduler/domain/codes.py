"""Codes that prove by themselves what they are for: a reply to a mail, a person's calendar."""

import base64
import hmac

from common.errors import NotFound

SEPARATOR = "~"
SIGNATURE_BYTES = 16


class UnknownCode(NotFound):
    def __init__(self) -> None:
        super().__init__("this link is not one of ours; ask for a new one")


class CodeSigner:
    """Signs for one *purpose*: a code for another is not read."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = hmac.digest(key, purpose.encode(), "sha256")

    def code(self, *parts: str) -> str:
        body = SEPARATOR.join(parts).encode()
        return base64.urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def read(self, code: str, count: int) -> list[str]:
        """The *count* parts that *code* holds; raises ``UnknownCode``."""
        try:
            raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        except ValueError:
            raise UnknownCode from None
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(body)):
            raise UnknownCode
        parts = body.decode().split(SEPARATOR, count - 1)
        if len(parts) != count:
            raise UnknownCode
        return parts

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:SIGNATURE_BYTES]
