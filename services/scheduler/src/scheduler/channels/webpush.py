"""Telling a browser that has subscribed, by Web Push."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException
from pywebpush import WebPusher

from common.addresses import AddressRules, RefusedAddress
from common.receiver import Receiver
from scheduler.channels.answers import outcome_of
from scheduler.channels.pages import Page
from scheduler.channels.rendering import Renderer
from scheduler.domain.notices import Notice, NoticeKind
from scheduler.domain.sending import Dispatch, Outcome, Verdict

# Push services take 4,096 bytes encrypted; this leaves room for what encryption adds.
LONGEST_PAYLOAD = 3000
LONGEST_LIFE = timedelta(days=28)
# A day is the most that push services accept.
TOKEN_LIFE = timedelta(hours=12)
NO_SUBSCRIPTION = 404
_PRESSING = frozenset({NoticeKind.REMINDER, NoticeKind.LIVE})


class BadVapidKey(ValueError):
    def __init__(self) -> None:
        super().__init__(
            "SCHEDULER_VAPID_PRIVATE_KEY is no P-256 private key; give its 32 bytes in base64url, "
            "or DER in base64"
        )


class Vapid:
    """Proves to push services who sends; *subject* is how they reach the operator."""

    def __init__(self, private_key: str, subject: str) -> None:
        try:
            self._key = Vapid02.from_string(private_key)
        except (VapidException, ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
            raise BadVapidKey from None
        self._subject = subject

    @property
    def public_key(self) -> str:
        """What browsers subscribe with: the point in base64url."""
        point = self._key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, endpoint: str, now: datetime) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "sub": self._subject,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + TOKEN_LIFE).timestamp()),
        }
        header: str = self._key.sign(claims)["Authorization"]
        return header


class WebPush:
    def __init__(
        self, renderer: Renderer, receiver: Receiver, rules: AddressRules, vapid: Vapid
    ) -> None:
        self._renderer = renderer
        self._receiver = receiver
        self._rules = rules
        self._vapid = vapid

    async def send(self, dispatch: Dispatch) -> Outcome:
        notice = dispatch.notice
        subscription = notice.recipient.web_push
        endpoint = subscription.get("endpoint", "")
        try:
            self._rules.check_url(endpoint)
            body = sealed(_payload(notice, self._renderer.page(notice)), subscription)
        except RefusedAddress as refused:
            return Outcome(Verdict.REFUSED, f"the subscription's endpoint: {refused}")
        except ValueError:
            return Outcome(Verdict.REFUSED, "the subscription's keys cannot be used")
        headers = {
            "authorization": self._vapid.authorization(endpoint, datetime.now(UTC)),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(int(_life(dispatch).total_seconds())),
            "urgency": "high" if notice.kind in _PRESSING else "normal",
            # A later message on the same meeting takes the place of one that was not shown yet.
            "topic": sha256(notice.meeting_id.encode()).hexdigest()[:32],
        }
        answer = await self._receiver.post(endpoint, headers, body)
        if answer.status == NO_SUBSCRIPTION:
            return Outcome(Verdict.REFUSED, "the subscription is gone")
        return outcome_of(answer, "the push service")


def sealed(payload: bytes, subscription: Mapping[str, str]) -> bytes:
    """*payload* as only the subscribed browser can read it; raises ``ValueError``."""
    keys = {name: subscription.get(name, "") for name in ("p256dh", "auth")}
    if any(len(_raw(keys[name])) != size for name, size in (("p256dh", 65), ("auth", 16))):
        raise ValueError("a subscription has a point of 65 bytes and a secret of 16")
    pusher = WebPusher({"endpoint": subscription.get("endpoint", ""), "keys": keys})
    body: bytes = pusher.encode(payload)["body"]
    return body


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _life(dispatch: Dispatch) -> timedelta:
    left = dispatch.notice.expires_at - dispatch.now
    return max(min(left, LONGEST_LIFE), timedelta())


def _payload(notice: Notice, page: Page) -> bytes:
    told = {
        "id": notice.id,
        "kind": notice.kind.value,
        "meeting_id": notice.meeting_id,
        "invitation_id": notice.invitation_id,
        "language": page.language,
        "title": f"{page.kicker}: {page.title}",
        "body": page.brief,
        "url": page.join.url if page.join else "",
    }
    content = orjson.dumps(told)
    if len(content) > LONGEST_PAYLOAD:
        # Titles alone are bounded well below this.
        content = orjson.dumps(told | {"body": page.lead})
    return content
