"""What webhooks to people are signed with: a secret of the workspace, kept nowhere. Pure."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# Time enough to bring a new secret to every receiver.
ROTATION_GRACE = timedelta(hours=24)
EARLIEST = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Signing:
    """Which of a workspace's secrets signs; of the first one nobody was told."""

    version: int = 0
    rotate_time: datetime = EARLIEST

    def secrets(self, key: bytes, workspace_id: str, now: datetime) -> Sequence[str]:
        """Those that sign at *now*, the newest first; *key* is the suite's."""
        in_grace = self.version and now - self.rotate_time < ROTATION_GRACE
        versions = (self.version, self.version - 1) if in_grace else (self.version,)
        return [webhook_secret(key, workspace_id, one) for one in versions]


FIRST_SECRET = Signing()


def webhook_secret(key: bytes, workspace_id: str, version: int = 0) -> str:
    """The secret of this *version*; *key* is the suite's."""
    told = f"webhooks to people\0{workspace_id}" + (f"\0{version}" if version else "")
    digest = hmac.digest(key, told.encode(), "sha256")
    return f"whsec_{base64.b64encode(digest).decode()}"
