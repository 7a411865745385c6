"""Mail headers: what they say after a line break is what was written."""

import random
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest

from scheduler.channels.mails import Mailroom, address_of
from scheduler.channels.rendering import Renderer
from scheduler.domain.zones import packaged_zones
from tests.support.notices import START, a_letter, a_notice, a_recipient

WORDS = ["José", "da", "Silva", "Größe", "日本", "(Ops)", "O'Neil", "B,C", "Анна-Мария", "😀"]


def a_title(seed: int) -> str:
    pick = random.Random(seed)
    words = [pick.choice([*WORDS, "x" * pick.randint(3, 30)]) for _ in range(pick.randint(1, 9))]
    return " ".join(words)[:100].strip()


def sent(title: str, name: str = "Bo", locale: str = "en") -> bytes:
    notice = a_notice(letter=a_letter(title=title), recipient=a_recipient(name=name, locale=locale))
    rendered = Renderer(packaged_zones()).render(notice)
    return Mailroom("Convene <meetings@convene.example>").mail(notice, rendered, START).content


def decoded(raw: str) -> str:
    """A header as readers put it together: lines joined, then words decoded."""
    return str(make_header(decode_header(raw.replace("\r\n", "").replace("\n", ""))))


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_no_blank_is_lost_or_doubled_where_a_line_ends(first: int) -> None:
    for title in map(a_title, range(first, first + 50)):
        content = sent(title, name=title)
        mail = message_from_bytes(content)

        subject = decoded(mail["Subject"])
        assert subject.startswith(f"Invitation: {title}, "), content
        assert "  " not in subject, content
        assert decoded(parseaddr(mail["To"])[0]) == address_of(title, "bo@x.org").display_name
        assert parseaddr(mail["To"])[1] == "bo@example.com"
        assert max(map(len, content.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


def test_a_plain_subject_is_sent_plain() -> None:
    """English puts a narrow blank that does not break ahead of AM and PM."""
    mail = message_from_bytes(sent("Kick-off"), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    raw = sent("Kick-off").partition(b"\r\nDate:")[0]

    assert b"=?" not in raw
    assert mail["Subject"].endswith("AM (Europe/Lisbon)")
    assert "\u202f" not in mail["Subject"]


def test_a_coded_word_in_a_title_brings_no_line_of_its_own() -> None:
    title = "x =?utf-8?q?x=0D=0ABcc:_evil@example.com?= y"

    mail = message_from_bytes(sent(title, name=title), policy=policy.default)

    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == ["bo@example.com"]
    assert "x = ?utf-8?q?x=0D=0ABcc:_evil@example.com?= y" in mail["Subject"]
