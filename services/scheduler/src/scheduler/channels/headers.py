"""Mail headers whose words read as they were written, wherever a line ends."""

from email.header import Header
from email.headerregistry import Address, AddressHeader, UniqueUnstructuredHeader
from email.policy import EmailPolicy
from typing import Any

LONGEST_LINE = 76
# How a coded word begins.
_CODED = "=?"
# What is folded inside of a URL is one no more.
_URLS = "list-unsubscribe"


class MailPolicy(EmailPolicy):
    """Codes the whole of a text that has to be coded.

    The library codes word by word, and loses or doubles a blank now and then where it breaks a
    line between them.
    """

    def fold(self, name: str, value: Any) -> str:
        written = _written(name, value, utf8=self.utf8)
        if written is None:
            folded: str = super().fold(name, value)
            return folded
        return f"{name}: {written}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        written = _written(name, value, utf8=self.utf8)
        if written is None:
            return super().fold_binary(name, value)
        return f"{name}: {written}{self.linesep}".encode("ascii")


def uncoded(text: str) -> str:
    """*text* with nothing in it that is read as a coded word.

    The library decodes what a header is set to, and has line breaks that were coded begin
    another header.
    """
    return text.replace(_CODED, "= ?")


def _written(name: str, value: Any, *, utf8: bool) -> str | None:
    """The header's value as it goes over the wire; None where the library writes it well."""
    if name.lower() == _URLS:
        return str(value)
    if utf8:
        return None
    if isinstance(value, UniqueUnstructuredHeader):
        text = str(value)
        return _coded(text, "us-ascii" if text.isascii() else "utf-8", name)
    if isinstance(value, AddressHeader) and not str(value).isascii():
        return ",\r\n ".join(_address(one) for one in value.addresses)
    return None


def _address(one: Address) -> str:
    if one.display_name.isascii():
        return str(one)
    # On a line of its own: coded words may be as long as a line.
    return f"{_coded(one.display_name, 'utf-8')}\r\n <{one.addr_spec}>"


def _coded(text: str, charset: str, name: str = "") -> str:
    """*text* in lines, of which the first begins with the header's *name*."""
    return Header(text, charset, LONGEST_LINE, header_name=name).encode(linesep="\r\n")
