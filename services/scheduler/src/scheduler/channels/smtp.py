"""Handing mails to a mail server."""

import asyncio
import ssl
from contextlib import suppress

import structlog
from aiosmtplib import SMTP, SMTPException
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from scheduler.channels.mails import Mail
from scheduler.domain.mailservers import MailServer, Security
from scheduler.domain.sending import Outcome, Verdict

log = structlog.get_logger()

# The server closes the connection: it says nothing of the mail.
CLOSING = 421
# A mail is delivered whether or not the server still says goodbye.
GOODBYE_SECONDS = 2.0


class Smtp:
    """One server. Every mail has a connection of its own; *seconds* bounds all of it."""

    def __init__(
        self,
        server: MailServer,
        *,
        hello: str,
        seconds: float,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._hello = hello
        self._seconds = seconds
        self._tls = tls or ssl.create_default_context()

    async def deliver(self, mail: Mail, name: str) -> Outcome:
        """What the server made of *mail*; never raises for what it does."""
        client = self._client()
        try:
            async with asyncio.timeout(self._seconds):
                await client.connect()
                await _hand_over(client, mail)
        except (SMTPException, OSError, TimeoutError) as error:
            log.warning("mail not taken", notice=name, server=str(self._server), error=_said(error))
            return outcome_of(error)
        finally:
            await _leave(client)
        return Outcome(Verdict.SENT)

    async def check(self) -> str:
        """Connect and sign in, send nothing; what is wrong, or empty."""
        client = self._client()
        try:
            async with asyncio.timeout(self._seconds):
                await client.connect()
        except (SMTPException, OSError, TimeoutError) as error:
            return f"{self._server}: {_said(error)}"
        finally:
            await _leave(client)
        return ""

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            local_hostname=self._hello,
            use_tls=server.security is Security.TLS,
            start_tls=server.security is Security.STARTTLS,
            tls_context=None if server.security is Security.NONE else self._tls,
            timeout=self._seconds,
        )


def outcome_of(error: Exception) -> Outcome:
    """What an attempt that ended in *error* came to."""
    if isinstance(error, SMTPRecipientsRefused):
        return outcome_of(error.recipients[0])
    if isinstance(error, SMTPAuthenticationError | SMTPHeloError | SMTPSenderRefused):
        # The installation's fault, not this mail's: none would be taken.
        return _later("the mail server does not take mail from this installation")
    if isinstance(error, SMTPNotSupported):
        return _later("the mail server lacks what this installation asks of it")
    if isinstance(error, SMTPResponseException) and error.code >= 400:
        return _answered(error)
    if isinstance(error, TimeoutError):
        return _later("the mail server took too long")
    return _later("the mail server does not answer")


def _answered(error: SMTPResponseException) -> Outcome:
    told = f"the mail server said {error.code} {error.message}"
    if error.code == CLOSING:
        return _later(told)
    # Whoever is refused has an answer for this mail alone; the server itself is well.
    verdict = Verdict.REFUSED if error.code >= 500 else Verdict.AGAIN
    return Outcome(verdict, told)


def _later(detail: str) -> Outcome:
    return Outcome(Verdict.AGAIN, detail, is_outage=True)


async def _hand_over(client: SMTP, mail: Mail) -> None:
    options = []
    if mail.is_international:
        await client.ehlo()
        if not client.supports_extension("smtputf8"):
            raise SMTPRecipientRefused(553, "no addresses beyond ASCII are taken", mail.recipient)
        options = ["SMTPUTF8"]
    await client.sendmail(mail.sender, [mail.recipient], mail.content, mail_options=options)


async def _leave(client: SMTP) -> None:
    with suppress(SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            if client.is_connected:
                await client.quit()
    client.close()


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
