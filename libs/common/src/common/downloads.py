"""Download links: an address that proves by itself which file it gives, and until when."""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from common.errors import Forbidden

PURPOSE = b"download link v1"
SEPARATOR = "~"
SIGNATURE_BYTES = 32


class UnknownDownloadLink(Forbidden):
    def __init__(self) -> None:
        super().__init__("this download link is not one of ours; ask for the recording again")


class DownloadLinkExpired(Forbidden):
    def __init__(self) -> None:
        super().__init__("this download link has expired; ask for the recording again")


@dataclass(frozen=True, slots=True)
class DownloadClaims:
    """Which file a link gives, until *expires* (whole seconds)."""

    workspace_id: str
    meeting_id: str
    recording_id: str
    track: str
    expires: datetime


class DownloadSigner:
    """Makes and reads download links; *key* may sign other things too, this never reads them."""

    def __init__(self, key: bytes, base_url: str) -> None:
        self._key = hmac.digest(key, PURPOSE, "sha256")
        self._base_url = base_url.rstrip("/")

    def url(self, claims: DownloadClaims) -> str:
        return f"{self._base_url}/v1/downloads/{self.code(claims)}"

    def code(self, claims: DownloadClaims) -> str:
        parts = (
            claims.workspace_id,
            claims.meeting_id,
            claims.recording_id,
            claims.track,
            str(int(claims.expires.timestamp())),
        )
        body = SEPARATOR.join(parts).encode()
        return base64.urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def read(self, code: str, now: datetime) -> DownloadClaims:
        """What *code* says; raises ``UnknownDownloadLink`` or ``DownloadLinkExpired``."""
        try:
            raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        except ValueError:
            raise UnknownDownloadLink from None
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(body)):
            raise UnknownDownloadLink
        workspace, meeting, recording, track, expires = body.decode().split(SEPARATOR)
        until = datetime.fromtimestamp(int(expires), UTC)
        if now >= until:
            raise DownloadLinkExpired
        return DownloadClaims(workspace, meeting, recording, track, until)

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")
