"""What receivers of messages are given: the key to subscribe with, the secret to verify by."""

from datetime import datetime

from common.errors import NotFound
from common.principal import Principal
from scheduler.domain.signing import ROTATION_GRACE, webhook_secret
from scheduler.store import Store


class WebPushNotConfigured(NotFound):
    def __init__(self) -> None:
        super().__init__(
            "this installation has no key for Web Push; its operator sets "
            "SCHEDULER_VAPID_PRIVATE_KEY and SCHEDULER_VAPID_SUBJECT"
        )


class Channels:
    """*key* is the suite's own; *web_push_key* is empty where nobody can subscribe."""

    def __init__(self, store: Store, key: bytes, web_push_key: str) -> None:
        self._store = store
        self._key = key
        self._web_push_key = web_push_key

    def web_push_key(self) -> str:
        """What browsers subscribe with; raises ``WebPushNotConfigured``."""
        if not self._web_push_key:
            raise WebPushNotConfigured
        return self._web_push_key

    async def rotate_webhook_secret(self, caller: Principal) -> tuple[str, datetime]:
        """The secret that signs from now on, and until when the one before does, too."""
        async with self._store.begin(caller) as tx:
            signing = await tx.rotate_secret()
        secret = webhook_secret(self._key, caller.workspace_id, signing.version)
        return secret, signing.rotate_time + ROTATION_GRACE
