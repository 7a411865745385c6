"""Mails as providers of mail post them: the whole message in a field of a form."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl

from gateway.edge.problems import Refused

MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
FORMS = (MULTIPART, URLENCODED)
# SendGrid says `email`, Mailgun `body-mime`; whoever writes a form of their own, `content`.
FIELDS = ("email", "body-mime", "content")
# Providers send some thirty.
MOST_FIELDS = 200


def mail_in(content_type: str, body: bytes) -> bytes:
    """The mail in a form, octet for octet; raises `Refused` (400) where there is none."""
    kind = Message()
    kind["content-type"] = content_type
    is_multipart = kind.get_content_type() == MULTIPART
    fields = _parts(str(kind.get_boundary("")), body) if is_multipart else _pairs(body)
    for name, value in fields:
        if name in FIELDS and value.strip():
            return value
    detail = (
        f"The form has no mail in a field {', '.join(FIELDS)}; "
        "have the provider post the raw message (SendGrid: send raw; "
        "Mailgun: to /v1/mail/inbound/mime)."
    )
    raise Refused(400, "NO_MAIL_IN_FORM", detail)


def _parts(boundary: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """By RFC 7578. The mail itself is not parsed: it has boundaries of its own."""
    if not boundary:
        raise Refused(400, "MALFORMED_FORM", "The content type names no boundary.")
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    for part in (b"\r\n" + body).split(delimiter, MOST_FIELDS)[1:]:
        if part.startswith(b"--"):
            return
        head, _, value = part.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        named = message_from_bytes(head).get_param("name", "", "content-disposition")
        yield str(named), value


def _pairs(body: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        pairs = parse_qsl(body.decode("latin-1"), encoding="latin-1", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refused(400, "MALFORMED_FORM", "The form has too many fields.") from None
    for name, value in pairs:
        yield name, value.encode("latin-1")
