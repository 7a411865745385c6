"""A real SMTP server that keeps what it is given and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from aiosmtpd.smtp import LoginPassword as Login

OK = "250 taken"
USER, PASSWORD = "convene", "correct horse"


@dataclass
class MailServer:
    """*to_recipient* and *to_data* are the answers to come; when they are used up all is well.

    An empty answer to data hangs up in the middle; *hang* makes it wait for ever there.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    signed_in: list[bool] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    hang: asyncio.Event | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipient.pop(0) if self.to_recipient else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hang:
            await self.hang.wait()
        answer = self.to_data.pop(0) if self.to_data else OK
        if not answer:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return OK
        if answer == OK:
            content = envelope.content
            assert isinstance(content, bytes)
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
            self.signed_in.append(session.authenticated or False)
            self.mails.append(message_from_bytes(content, policy=policy.default))
        return answer


def knows(server: SMTP, session: Session, envelope: Envelope, way: str, data: object) -> AuthResult:
    expected = Login(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == expected, handled=False)


@asynccontextmanager
async def receiving_mail(
    tls: ssl.SSLContext | None = None, *, signs_in: bool = False, port: int = 0
) -> AsyncIterator[MailServer]:
    """A mail server on loopback; with *tls* it insists on STARTTLS."""
    kept = MailServer()

    def protocol() -> SMTP:
        kept.connections += 1
        return SMTP(
            kept,
            enable_SMTPUTF8=True,
            hostname="mail.example",
            require_starttls=tls is not None,
            tls_context=tls,
            auth_required=signs_in,
            authenticator=knows if signs_in else None,
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        server.close()
        if kept.hang:
            kept.hang.set()


def parts_of(mail: EmailMessage) -> Sequence[EmailMessage]:
    """The parts that are not made of parts."""
    return [one for one in mail.walk() if not one.is_multipart()]
