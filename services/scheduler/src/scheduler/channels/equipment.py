"""The channels of an installation, as its settings have them."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from scheduler.channels.absent import Absent
from scheduler.channels.email import Carrier, Email
from scheduler.channels.folder import MailFolder
from scheduler.channels.mails import BadMailAddress, Mailroom
from scheduler.channels.rendering import Renderer
from scheduler.channels.smtp import Smtp
from scheduler.domain.capabilities import Capability, Standing
from scheduler.domain.mailservers import BadMailUrl, parse_mail_url

EMAIL = "email"
NO_MAIL = "email is not configured: set SCHEDULER_MAIL_URL and SCHEDULER_MAIL_FROM"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """As they were given; *seconds* bounds an exchange with the server."""

    url: str = ""
    from_: str = ""
    reply_to: str = ""
    seconds: float = 20.0
    tls: ssl.SSLContext | None = None


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
