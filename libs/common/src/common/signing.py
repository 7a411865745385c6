"""How a webhook proves where it comes from: Standard Webhooks signatures."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    secrets_: Sequence[str], event_id: str, body: str, now: datetime
) -> dict[str, str]:
    """The three headers that a receiver verifies *body* by; one signature for each secret."""
    signatures = [Webhook(secret).sign(event_id, now, body) for secret in secrets_]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
