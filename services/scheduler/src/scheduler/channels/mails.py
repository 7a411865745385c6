"""Mails in their wire form: what a notice becomes for a mail server."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from common.ids import derived_id
from scheduler.channels.headers import MailPolicy, uncoded
from scheduler.channels.pages import one_line
from scheduler.channels.rendering import Rendered
from scheduler.domain.notices import Notice, Recipient

# Every server takes seven bits.
_PLAIN = MailPolicy(cte_type="7bit", linesep="\r\n")
# Only where an address itself is not ASCII: servers must say that they take it.
_INTERNATIONAL = _PLAIN.clone(utf8=True)
LONGEST_NAME = 100
# Words of what RFC 5322 calls atoms, or of letters beyond ASCII, with single dots between them.
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}$){_WORD}(\.{_WORD})*")
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


class BadMailAddress(ValueError):
    """No mail can be sent to, or from, such an address."""

    def __init__(self) -> None:
        super().__init__("it is no mail address")


@dataclass(frozen=True, slots=True)
class Mail:
    """*sender* and *recipient* are the envelope's; *is_international* asks for SMTPUTF8."""

    sender: str
    recipient: str
    content: bytes
    is_international: bool


class Mailroom:
    """Makes mails *from_* one address; answers to them go to *reply_to*, where there is one."""

    def __init__(self, from_: str, reply_to: str = "") -> None:
        self._from = address_of(*parseaddr(from_))
        self._reply_to = address_of(*parseaddr(reply_to)) if reply_to else None

    @property
    def domain(self) -> str:
        return self._from.domain

    def mail(self, notice: Notice, rendered: Rendered, at: datetime) -> Mail:
        """Raises ``BadMailAddress``."""
        to = address_of(notice.recipient.name, notice.recipient.email)
        is_international = not to.addr_spec.isascii()
        message = EmailMessage(policy=_INTERNATIONAL if is_international else _PLAIN)
        message["From"] = self._from
        message["To"] = to
        if self._reply_to:
            message["Reply-To"] = self._reply_to
        message["Subject"] = uncoded(rendered.page.subject)
        message["Date"] = format_datetime(at)
        # The same on every attempt: a server that got it before a crash drops the copy.
        message["Message-ID"] = f"<{notice.id}@{self.domain}>"
        thread = f"<{_thread_of(notice)}@{self.domain}>"
        message["In-Reply-To"] = thread
        message["References"] = thread
        message["Auto-Submitted"] = "auto-generated"
        if url := notice.letter.unsubscribe_url:
            # By RFC 8058: who is asked by one click posts to it.
            message["List-Unsubscribe"] = f"<{url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        _fill(message, notice, rendered)
        message["Content-Language"] = rendered.page.language
        return Mail(self._from.addr_spec, to.addr_spec, message.as_bytes(), is_international)


def address_of(name: str, email: str) -> Address:
    """Raises ``BadMailAddress``; a domain that is not ASCII is written as DNS has it."""
    local, _, domain = email.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        raise BadMailAddress from None
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) and local.isprintable()):
        raise BadMailAddress
    return Address(uncoded(one_line(name, LONGEST_NAME)), local, domain)


def _thread_of(notice: Notice) -> str:
    """What all mails on one meeting to one person have in common, so that they are shown together.

    No mail has that id itself: which is the first is not known while several are on their way.
    """
    return derived_id("thread", notice.meeting_id, _person(notice.recipient))


def _person(recipient: Recipient) -> str:
    return recipient.email.strip().lower()


def _fill(message: EmailMessage, notice: Notice, rendered: Rendered) -> None:
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    letter = notice.letter
    if not letter.calendar_text:
        return
    method = "CANCEL" if letter.calendar_method == "CANCEL" else "REQUEST"
    message.add_alternative(
        letter.calendar_text,
        subtype="calendar",
        cte="base64",
        params={"method": method, "component": "VEVENT"},
    )
    message.add_attachment(
        letter.calendar_text.encode(), "application", "ics", filename="invite.ics"
    )
