"""The channels of an installation, as its settings have them."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.addresses import AddressRules
from common.capabilities import Capability, Standing
from common.receiver import Receiver
from scheduler.channels.absent import Absent
from scheduler.channels.chat import Chat
from scheduler.channels.email import Carrier, Email
from scheduler.channels.folder import MailFolder
from scheduler.channels.mails import BadMailAddress, Mailroom
from scheduler.channels.push import Push
from scheduler.channels.rendering import Renderer
from scheduler.channels.smtp import Smtp
from scheduler.channels.webhook import Webhook
from scheduler.channels.webpush import BadVapidKey, Vapid, WebPush
from scheduler.domain.mailservers import BadMailUrl, parse_mail_url
from scheduler.domain.notices import Channel
from scheduler.domain.targets import SCHEMES

EMAIL = "email"
WEB_PUSH = "web_push"
NO_MAIL = "email is not configured: set SCHEDULER_MAIL_URL and SCHEDULER_MAIL_FROM"

NO_WEB_PUSH = (
    "web push is not configured: set SCHEDULER_VAPID_PRIVATE_KEY and SCHEDULER_VAPID_SUBJECT"
)
# What needs no setting.
ALWAYS = (
    Capability("chat_push", Standing.CONFIGURED, f"pushes to {', '.join(SCHEMES)}"),
    Capability("webhook", Standing.CONFIGURED, "signed webhooks to people's own addresses"),
)
Sender = Email | Push | Webhook | Absent


@dataclass(frozen=True, slots=True)
class MailSettings:
    """As they were given; *seconds* bounds an exchange with the server."""

    url: str = ""
    from_: str = ""
    reply_to: str = ""
    seconds: float = 20.0
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class PushSettings:
    """The key and the contact by which push services know this installation."""

    vapid_private_key: str = ""
    vapid_subject: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """How mail leaves; *carrier* is missing where it does not."""

    sender: Email | Absent
    capability: Capability
    carrier: Carrier | None = None

    async def checked(self) -> Capability:
        """The capability after a look at whether the server, or the folder, is there."""
        wrong = await self.carrier.check() if self.carrier else ""
        return Capability(EMAIL, Standing.MISCONFIGURED, wrong) if wrong else self.capability


@dataclass(frozen=True, slots=True)
class Strangers:
    """The guarded way to servers that people name. *key* is what signatures derive from."""

    receiver: Receiver
    rules: AddressRules
    key: bytes


@dataclass(frozen=True, slots=True)
class Equipment:
    """Who sends on which channel, and how each stands."""

    senders: Mapping[Channel, Sender]
    capabilities: Sequence[Capability]
    chat: Chat
    # What browsers subscribe with; empty where they cannot.
    web_push_key: str = ""

    def close(self) -> None:
        self.chat.close()


def equipped(
    mail: MailSettings, push: PushSettings, strangers: Strangers, renderer: Renderer
) -> Equipment:
    """Every channel; close it when it is not needed any more."""
    post = post_of(mail, renderer)
    vapid, web_push = _vapid(push)
    browsers = _browsers(vapid, web_push, strangers, renderer)
    chat = Chat(renderer, mail.seconds)
    senders: Mapping[Channel, Sender] = {
        Channel.EMAIL: post.sender,
        Channel.PUSH: Push(browsers, chat),
        Channel.WEBHOOK: Webhook(strangers.receiver, strangers.rules, strangers.key),
    }
    public = vapid.public_key if vapid else ""
    return Equipment(senders, (post.capability, web_push, *ALWAYS), chat, public)


async def looked_at(mail: MailSettings, push: PushSettings, renderer: Renderer) -> list[Capability]:
    """How each capability stands, after a look at whether the mail server answers."""
    _, web_push = _vapid(push)
    return [await post_of(mail, renderer).checked(), web_push, *ALWAYS]


def post_of(settings: MailSettings, renderer: Renderer) -> Post:
    """Email as *settings* have it."""
    if not settings.url and not settings.from_:
        return _absent(Standing.NOT_CONFIGURED, NO_MAIL)
    try:
        mailroom = _mailroom(settings)
        carrier, shown = _carrier(settings, mailroom.domain)
    except ValueError as error:
        return _absent(Standing.MISCONFIGURED, str(error))
    capability = Capability(EMAIL, Standing.CONFIGURED, shown)
    return Post(Email(renderer, mailroom, carrier), capability, carrier)


def _browsers(
    vapid: Vapid | None, capability: Capability, strangers: Strangers, renderer: Renderer
) -> WebPush | Absent:
    if vapid is None:
        return Absent(capability.detail)
    return WebPush(renderer, strangers.receiver, strangers.rules, vapid)


def _vapid(settings: PushSettings) -> tuple[Vapid | None, Capability]:
    if not settings.vapid_private_key and not settings.vapid_subject:
        return None, Capability(WEB_PUSH, Standing.NOT_CONFIGURED, NO_WEB_PUSH)
    subject = settings.vapid_subject
    try:
        vapid = Vapid(settings.vapid_private_key, subject)
    except BadVapidKey as error:
        return None, Capability(WEB_PUSH, Standing.MISCONFIGURED, str(error))
    if not subject.startswith(("mailto:", "https://")):
        wrong = "SCHEDULER_VAPID_SUBJECT is no contact; write mailto:you@example.com or https://…"
        return None, Capability(WEB_PUSH, Standing.MISCONFIGURED, wrong)
    return vapid, Capability(WEB_PUSH, Standing.CONFIGURED, f"as {subject}")


def _absent(standing: Standing, why: str) -> Post:
    return Post(Absent(why), Capability(EMAIL, standing, why))


def _mailroom(settings: MailSettings) -> Mailroom:
    try:
        return Mailroom(settings.from_, settings.reply_to)
    except BadMailAddress:
        raise ValueError(
            "SCHEDULER_MAIL_FROM or SCHEDULER_MAIL_REPLY_TO is no mail address; "
            "write one as Convene <meetings@example.com>"
        ) from None


def _carrier(settings: MailSettings, hello: str) -> tuple[Carrier, str]:
    try:
        place = parse_mail_url(settings.url)
    except BadMailUrl as error:
        raise ValueError(f"SCHEDULER_MAIL_URL: {error}") from None
    if isinstance(place, Path):
        return MailFolder(place), f"mails are written to {place} and not sent"
    smtp = Smtp(place, hello=hello, seconds=settings.seconds, tls=settings.tls)
    return smtp, f"by {place} from {settings.from_}"
