"""People told by webhook and by push: signed, sealed, and never sent where nobody may look."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from common import receiver, rpc
from common.addresses import AddressRules
from common.capabilities import Standing
from common.db import Database
from common.principal import Principal
from common.receiver import Receiver
from convene.scheduler.v1 import channels_pb2 as pb
from convene.scheduler.v1.channels_pb2_grpc import (
    ChannelServiceStub,
    add_ChannelServiceServicer_to_server,
)
from scheduler.channels.chat import Chat
from scheduler.channels.equipment import (
    NO_WEB_PUSH,
    Equipment,
    MailSettings,
    PushSettings,
    Strangers,
    equipped,
)
from scheduler.channels.rendering import Renderer
from scheduler.domain.notices import Channel, Notice, NoticeKind, NoticeState, Recipient
from scheduler.domain.signing import webhook_secret
from scheduler.domain.zones import packaged_zones
from scheduler.rpc.channels import ChannelsRpc
from scheduler.service.channels import Channels, WebPushNotConfigured
from scheduler.store import Store
from tests.support.authority import an_authority
from tests.support.notices import (
    a_letter,
    a_notice,
    a_queue,
    a_recipient,
    hurried,
    queued,
    sends,
    standing_of,
    told_of,
)
from tests.support.services import a_caller, metadata, served
from tests.support.tls_proxy import TlsProxy, proxying
from tests.support.webhook_receiver import WebhookReceiver, receiving

IN_DEV = AddressRules(private=True)
CHANNELS = "convene.scheduler.v1.ChannelService"
KEY = b"the suite's own key"


@dataclass(frozen=True)
class Browser:
    """A subscribed browser: it alone can read what it is sent."""

    key: ec.EllipticCurvePrivateKey
    secret: bytes

    def subscription(self, endpoint: str) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": endpoint, "p256dh": text_of(point), "auth": text_of(self.secret)}

    def reads(self, body: bytes) -> dict[str, str]:
        content = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret)
        read: dict[str, str] = json.loads(content)
        return read


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def a_browser() -> Browser:
    return Browser(ec.generate_private_key(ec.SECP256R1()), b"sixteen bytes ok")


def a_vapid_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return text_of(key.private_numbers().private_value.to_bytes(32, "big"))


@pytest.fixture
def caller() -> Principal:
    return a_caller(test=False)


@pytest.fixture
async def guarded() -> AsyncIterator[Receiver]:
    async with receiver.opened(IN_DEV, 1.0) as opened:
        yield opened


@pytest.fixture
async def server() -> AsyncIterator[WebhookReceiver]:
    async with receiving() as running:
        yield running


def equipment_of(
    guarded: Receiver, rules: AddressRules = IN_DEV, push: PushSettings | None = None
) -> Equipment:
    return equipped(
        MailSettings(),
        push or PushSettings(a_vapid_key(), "mailto:ops@example.com"),
        Strangers(guarded, rules, KEY),
        Renderer(packaged_zones()),
    )


@pytest.fixture
def equipment(guarded: Receiver) -> Iterator[Equipment]:
    made = equipment_of(guarded)
    yield made
    made.close()


def by_webhook(url: str) -> Recipient:
    return a_recipient(channel=Channel.WEBHOOK, address=url)


def by_push(address: str = "", web_push: dict[str, str] | None = None) -> Recipient:
    return a_recipient(channel=Channel.PUSH, address=address, web_push=web_push or {})


async def sent(
    db: Database, caller: Principal, equipment: Equipment, notice: Notice
) -> NoticeState:
    """Where one attempt to tell leads."""
    channel = notice.recipient.channel
    await queued(db, caller, notice)
    (state,) = await sends(db, equipment.senders[channel], a_queue(db, channel=channel))
    return state


async def test_a_webhook_is_signed_with_the_secret_of_the_workspace(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    letter = a_letter(previous_start_time=datetime(2090, 11, 30, 9, tzinfo=UTC))
    notice = a_notice(kind=NoticeKind.UPDATED, recipient=by_webhook(server.url), letter=letter)

    assert await sent(db, caller, equipment, notice) is NoticeState.SENT

    (request,) = server.received
    secret = webhook_secret(KEY, caller.workspace_id)
    body = Verifier(secret).verify(request.body, dict(request.headers))
    assert request.headers["webhook-id"] == notice.id
    assert (body["type"], body["meeting_id"]) == ("invitation.updated", notice.meeting_id)
    assert body["data"]["start_time"] == "2090-12-01T09:00:00+00:00"
    assert body["data"]["previous_start_time"] == "2090-11-30T09:00:00+00:00"
    assert body["data"]["join_url"] == "https://meet.example/j/abc"
    assert secret != webhook_secret(KEY, "wsp_other")


async def test_a_secret_that_was_shown_once_verifies_webhooks_as_the_one_before_does(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    channels = Channels(Store(db), KEY, "")
    first, _ = await channels.rotate_webhook_secret(caller)
    second, until = await channels.rotate_webhook_secret(caller)
    await channels.rotate_webhook_secret(a_caller())

    await sent(db, caller, equipment, a_notice(recipient=by_webhook(server.url)))

    (request,) = server.received
    headers = dict(request.headers)
    for secret in (first, second):
        assert Verifier(secret).verify(request.body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(webhook_secret(KEY, caller.workspace_id)).verify(request.body, headers)
    assert timedelta(hours=23) < until - datetime.now(UTC) <= timedelta(hours=24)


async def test_over_the_api_a_browser_gets_the_key_that_pushes_are_signed_with(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    await sent(
        db,
        caller,
        equipment,
        a_notice(recipient=by_push(web_push=a_browser().subscription(server.url))),
    )
    channels = Channels(Store(db), KEY, equipment.web_push_key)
    servicer = rpc.Servicer(add_ChannelServiceServicer_to_server, ChannelsRpc(channels), CHANNELS)

    async with served(servicer) as channel:
        stub = ChannelServiceStub(channel)
        key = (await stub.GetWebPushKey(pb.GetWebPushKeyRequest())).public_key
        made = await stub.RotateWebhookSecret(
            pb.RotateWebhookSecretRequest(), metadata=metadata(caller)
        )

    (request,) = server.received
    assert request.headers["authorization"].endswith(f"k={key}")
    assert len(base64.urlsafe_b64decode(key + "=")) == 65
    assert made.secret == webhook_secret(KEY, caller.workspace_id, 1)


async def test_without_a_key_the_api_says_what_to_set(db: Database) -> None:
    with pytest.raises(WebPushNotConfigured, match="SCHEDULER_VAPID_PRIVATE_KEY"):
        Channels(Store(db), KEY, "").web_push_key()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (204, NoticeState.SENT),
        (302, NoticeState.FAILED),
        (404, NoticeState.FAILED),
        (410, NoticeState.FAILED),
        (429, NoticeState.QUEUED),
        (503, NoticeState.QUEUED),
    ],
)
async def test_a_webhooks_answer_decides_whether_it_is_tried_again(
    db: Database,
    caller: Principal,
    equipment: Equipment,
    server: WebhookReceiver,
    status: int,
    state: NoticeState,
) -> None:
    server.answers(status)

    assert await sent(db, caller, equipment, a_notice(recipient=by_webhook(server.url))) is state


async def test_a_webhook_waits_as_long_as_it_is_asked_to(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    server.answers(503, retry_after="3600")
    notice = a_notice(recipient=by_webhook(server.url))

    await sent(db, caller, equipment, notice)

    assert (await standing_of(db, notice)).due_at >= notice.due_at + timedelta(hours=1)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "https://169.254.169.254/", "https://localhost/", "file:///etc/passwd"],
)
async def test_a_webhook_to_where_nobody_may_look_is_not_sent(
    db: Database, caller: Principal, guarded: Receiver, url: str
) -> None:
    strict = equipment_of(guarded, AddressRules())
    notice = a_notice(recipient=by_webhook(url))

    assert await sent(db, caller, strict, notice) is NoticeState.FAILED

    strict.close()


async def test_what_a_person_is_told_by_is_in_no_fact_and_no_detail(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    server.answers(400)
    notice = a_notice(recipient=by_webhook(f"{server.url}/SECRET"))

    await sent(db, caller, equipment, notice)

    (fact,) = await told_of(db, notice)
    assert "SECRET" not in str(fact) + (await standing_of(db, notice)).detail


async def test_a_browser_reads_what_it_is_pushed_and_nobody_else_can(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    server.answers(201)
    browser = a_browser()
    notice = a_notice(
        kind=NoticeKind.REMINDER,
        recipient=by_push(web_push=browser.subscription(server.url)),
    )

    assert await sent(db, caller, equipment, notice) is NoticeState.SENT

    (request,) = server.received
    assert request.headers["content-encoding"] == "aes128gcm"
    assert request.headers["urgency"] == "high"
    assert 0 < int(request.headers["ttl"]) <= 86400
    assert b"Kick-off" not in request.body
    told = browser.reads(request.body)
    assert told["title"] == "Reminder: Kick-off"
    assert told["url"] == "https://meet.example/j/abc"
    assert "9:00" in told["body"]


async def test_a_push_service_can_tell_who_sends(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    notice = a_notice(recipient=by_push(web_push=a_browser().subscription(server.url)))

    await sent(db, caller, equipment, notice)

    (request,) = server.received
    assert Vapid02.verify(request.headers["authorization"])
    token = request.headers["authorization"].removeprefix("vapid t=").partition(",")[0]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["sub"] == "mailto:ops@example.com"
    assert claims["aud"] == server.url.removesuffix("/hooks")


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_not_tried_again(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver, status: int
) -> None:
    server.answers(status)
    notice = a_notice(recipient=by_push(web_push=a_browser().subscription(server.url)))

    assert await sent(db, caller, equipment, notice) is NoticeState.FAILED


@pytest.mark.parametrize(
    "broken",
    [{"p256dh": "AAAA"}, {"p256dh": "é"}, {"auth": ""}, {"auth": "!"}, {"endpoint": "nowhere"}],
)
async def test_a_subscription_that_cannot_be_used_fails(
    db: Database,
    caller: Principal,
    equipment: Equipment,
    server: WebhookReceiver,
    broken: dict[str, str],
) -> None:
    subscription = a_browser().subscription(server.url) | broken

    notice = a_notice(recipient=by_push(web_push=subscription))
    assert await sent(db, caller, equipment, notice) is NoticeState.FAILED


async def test_a_long_title_fits_into_a_push(
    db: Database, caller: Principal, equipment: Equipment, server: WebhookReceiver
) -> None:
    browser = a_browser()
    letter = a_letter(title="\U0001f389" * 300)
    push = browser.subscription(server.url)

    await sent(db, caller, equipment, a_notice(letter=letter, recipient=by_push(web_push=push)))

    (request,) = server.received
    assert len(request.body) <= 4096
    assert browser.reads(request.body)["title"].startswith("Invitation: \U0001f389")


async def test_without_a_key_a_browsers_push_fails_and_says_what_to_set(
    db: Database, caller: Principal, guarded: Receiver, server: WebhookReceiver
) -> None:
    without = equipment_of(guarded, push=PushSettings("", ""))
    notice = a_notice(recipient=by_push(web_push=a_browser().subscription(server.url)))

    assert await sent(db, caller, without, notice) is NoticeState.FAILED

    without.close()
    assert (await standing_of(db, notice)).detail == NO_WEB_PUSH


@pytest.mark.parametrize(
    ("push", "standing"),
    [
        (PushSettings(), Standing.NOT_CONFIGURED),
        (PushSettings("no key", "mailto:ops@example.com"), Standing.MISCONFIGURED),
        (PushSettings("", "mailto:ops@example.com"), Standing.MISCONFIGURED),
        (PushSettings(a_vapid_key(), "ops"), Standing.MISCONFIGURED),
        (PushSettings(a_vapid_key(), "mailto:ops@example.com"), Standing.CONFIGURED),
    ],
)
async def test_web_push_says_how_it_stands(
    guarded: Receiver, push: PushSettings, standing: Standing
) -> None:
    made = equipment_of(guarded, push=push)

    (web_push,) = [one for one in made.capabilities if one.name == "web_push"]
    assert web_push.standing is standing
    made.close()


@pytest.fixture
async def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TlsProxy]:
    """What stands where Slack is, for whoever goes through this machine's proxy."""
    authority = an_authority(tmp_path, "hooks.slack.com")
    async with proxying(authority.server) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
        yield proxy


SLACK = f"slack://{'T' + '1' * 8}/{'B' + '2' * 8}/{'c' * 24}"


async def test_a_person_is_told_in_slack(
    db: Database, caller: Principal, equipment: Equipment, slack: TlsProxy
) -> None:
    notice = a_notice(kind=NoticeKind.LIVE, recipient=by_push(SLACK))

    assert await sent(db, caller, equipment, notice) is NoticeState.SENT

    (request,) = slack.requests
    assert slack.asked == ["hooks.slack.com:443"]
    assert request.startswith(b"POST /services/T11111111/B22222222/cccc")
    assert b"Live now: Kick-off" in request
    assert b"https://meet.example/j/abc" in request


async def test_a_service_that_refuses_or_sends_elsewhere_is_tried_again_later(
    db: Database, caller: Principal, equipment: Equipment, slack: TlsProxy
) -> None:
    slack.answers = [
        b"HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        b"HTTP/1.1 302 Away\r\nlocation: https://169.254.169.254/\r\ncontent-length: 0\r\n"
        b"connection: close\r\n\r\n",
    ]
    notice = a_notice(recipient=by_push(SLACK))

    assert await sent(db, caller, equipment, notice) is NoticeState.QUEUED
    await hurried(db)
    push = a_queue(db, channel=Channel.PUSH)
    await sends(db, equipment.senders[Channel.PUSH], push)

    assert slack.asked == ["hooks.slack.com:443"] * 2


async def test_an_address_of_a_service_that_is_not_taken_fails(
    db: Database, caller: Principal, equipment: Equipment
) -> None:
    notice = a_notice(recipient=by_push("json://127.0.0.1/"))

    assert await sent(db, caller, equipment, notice) is NoticeState.FAILED

    assert "slack" in (await standing_of(db, notice)).detail


async def test_an_address_that_lacks_something_fails(
    db: Database, caller: Principal, equipment: Equipment
) -> None:
    notice = a_notice(recipient=by_push("slack://only"))

    assert await sent(db, caller, equipment, notice) is NoticeState.FAILED


def test_closing_a_chat_twice_is_no_error() -> None:
    chat = Chat(Renderer(packaged_zones()), 1.0)

    chat.close()
    chat.close()
