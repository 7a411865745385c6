"""What people read: every kind in every language, whatever a title holds."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from scheduler.channels.languages import LANGUAGES, language_of, locale_of, texts
from scheduler.channels.mails import BadMailAddress, Mailroom
from scheduler.channels.rendering import Rendered, Renderer
from scheduler.domain.notices import Notice, NoticeKind
from scheduler.domain.zones import packaged_zones
from tests.support.notices import CALENDAR, START, a_letter, a_notice, a_recipient

HOSTILE = {
    "html": "<script>alert(1)</script><a href='https://evil.example'>x</a> &amp; \"q\"",
    "lines": "Kick-off\r\nBcc: everybody@example.com\r\n\r\n<h1>body</h1>\x00\u2028\x0b",
    "right to left": "\u202egnp.exe \u2066\u05e9\u05dc\u05d5\u05dd\u2069 \u200f\u0645\u0631",
    "long": "Wörter " * 42 + "…end",
    "unbroken": "x" * 300,
    "template": "{{ 7 * 7 }} {% raw %} {title} %s",
    "nothing": " \t ",
    "wide": "👩‍👩‍👧‍👦 会議 \ud83d",
}
BREAKS = "\r\n\x00\x0b\x0c\x85\u2028\u2029"
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Tags(HTMLParser):
    """Which elements a page has, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def rendered(notice: Notice) -> Rendered:
    return Renderer(packaged_zones()).render(notice)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_no_title_changes_a_message_in_any_language(
    title: str, language: str, kind: NoticeKind
) -> None:
    def a_message(text: str) -> Rendered:
        letter = a_letter(title=text, agenda=text, reason=text, summary=text)
        person = a_recipient(name=text, locale=language)
        return rendered(a_notice(kind=kind, letter=letter, recipient=person))

    shown, harmless = a_message(title), a_message("Kick-off")

    page, usual = Tags(shown.html), Tags(harmless.html)
    extra = {"br", "h2", "p"}
    assert set(page.tags) - extra == set(usual.tags) - extra
    assert page.links == usual.links
    assert not set(BREAKS) & set(shown.page.subject)
    assert not set(TURNS) & set(shown.page.subject + shown.text + shown.html)
    assert len(shown.page.subject) < 300


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_no_title_or_name_adds_a_header_or_a_part_to_a_mail(title: str) -> None:
    letter = a_letter(title=title, calendar_text=CALENDAR, calendar_method="REQUEST")
    notice = a_notice(letter=letter, recipient=a_recipient(name=title))

    made = Mailroom("Convene <meetings@convene.example>").mail(
        notice, rendered(notice), datetime.now(UTC)
    )

    mail = message_from_bytes(made.content, policy=policy.default)
    assert sorted(name.lower() for name in mail) == [
        "auto-submitted",
        "content-language",
        "content-type",
        "date",
        "from",
        "in-reply-to",
        "message-id",
        "mime-version",
        "references",
        "subject",
        "to",
    ]
    assert [one.addr_spec for one in mail["To"].addresses] == ["bo@example.com"]
    assert len([one for one in mail.walk() if not one.is_multipart()]) == 4
    assert made.content.isascii()
    assert max(map(len, made.content.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "email",
    [
        "",
        "bo",
        "@example.com",
        "bo@",
        "bo@example.com\r\nBcc: x@example.com",
        "bo@example.com>, <x@example.com",
        "bo x@example.com",
        "bo@exa mple.com",
        "bo@" + "x" * 70 + ".com",
    ],
)
def test_what_is_no_address_gets_no_mail(email: str) -> None:
    notice = a_notice(recipient=a_recipient(email=email))

    with pytest.raises(BadMailAddress):
        Mailroom("meetings@convene.example").mail(notice, rendered(notice), datetime.now(UTC))


def test_a_domain_in_other_letters_is_written_as_dns_has_it() -> None:
    notice = a_notice(recipient=a_recipient(email="bo@bücher.example"))

    made = Mailroom("meetings@convene.example").mail(notice, rendered(notice), datetime.now(UTC))

    assert made.recipient == "bo@xn--bcher-kva.example"
    assert not made.is_international


def test_mails_on_one_meeting_to_one_person_are_shown_together() -> None:
    first = a_notice(meeting_id="mtg_1")
    second = a_notice(meeting_id="mtg_1", recipient=a_recipient(email="BO@example.com "))
    other = a_notice(meeting_id="mtg_1", recipient=a_recipient(email="ada@example.com"))

    room = Mailroom("meetings@convene.example")
    made = [room.mail(one, rendered(one), datetime.now(UTC)) for one in (first, second, other)]

    threads = [message_from_bytes(one.content)["References"] for one in made]
    assert threads[0] == threads[1] != threads[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text(language: str) -> None:
    ours, english = texts(language), texts("en")

    assert {name: set(section) for name, section in ours.items()} == {
        name: set(section) for name, section in english.items()
    }
    assert all(text.strip() for section in ours.values() for text in section.values())


@pytest.mark.parametrize(
    ("tag", "language", "locale"),
    [
        ("pt-BR", "pt", "pt_BR"),
        ("pt", "pt", "pt"),
        ("de-Latn-CH", "de", "de_CH"),
        ("fr-XX", "fr", "fr"),
        ("EN-gb", "en", "en_GB"),
        ("es-419", "es", "es_419"),
        ("ja-JP", "en", "en"),
        ("", "en", "en"),
        ("../../etc", "en", "en"),
    ],
)
def test_a_person_gets_their_language_as_near_as_we_have_it(
    tag: str, language: str, locale: str
) -> None:
    assert (language_of(tag), str(locale_of(tag))) == (language, locale)


@pytest.mark.parametrize(
    ("zone", "when", "clock"),
    [
        (
            "Asia/Tokyo",
            "Friday, 1 December 2090, 18:00 \u2013 18:30",
            "Japan Standard Time, Asia/Tokyo",
        ),
        ("UTC", "Friday, 1 December 2090, 09:00 \u2013 09:30", "UTC"),
        ("", "Friday, 1 December 2090, 09:00 \u2013 09:30", "UTC"),
        ("Mars/Olympus", "Friday, 1 December 2090, 09:00 \u2013 09:30", "UTC"),
        (
            "Pacific/Kiritimati",
            "Friday, 1 December 2090, 23:00 \u2013 23:30",
            "Line Islands Time, Pacific/Kiritimati",
        ),
    ],
)
def test_times_are_on_the_clock_of_the_meeting_which_is_named(
    zone: str, when: str, clock: str
) -> None:
    notice = a_notice(letter=a_letter(time_zone=zone), recipient=a_recipient(locale="en-GB"))

    page = rendered(notice).page

    assert (page.when, page.clock) == (when, clock)


def test_an_end_on_another_day_names_that_day() -> None:
    letter = a_letter(time_zone="UTC", end_time=START + timedelta(hours=20))

    page = rendered(a_notice(letter=letter, recipient=a_recipient(locale="de"))).page

    assert page.when == "Freitag, 1. Dezember 2090, 09:00 \u2013 Samstag, 2. Dezember 2090, 05:00"


def test_a_change_shows_what_was_and_what_changed() -> None:
    letter = a_letter(
        previous_start_time=START - timedelta(hours=1), changes=["start_time", "agenda", "etag"]
    )

    shown = rendered(a_notice(kind=NoticeKind.UPDATED, letter=letter))

    assert "Before: Friday, December 1, 2090, 8:00" in shown.text
    assert "What changed: time, agenda\n" in shown.text
    assert "line-through" in shown.html


@pytest.mark.parametrize(
    ("rrule", "said"),
    [
        ("FREQ=WEEKLY;COUNT=10", "every week, 10 times"),
        ("RRULE:FREQ=DAILY;INTERVAL=3;UNTIL=20910101T090000Z", "every 3 days, until 1 January"),
        ("FREQ=YEARLY;UNTIL=20950301", "every year, until 1 March 2095"),
        ("FREQ=MONTHLY;BYDAY=2TU", "every month"),
        ("FREQ=SECONDLY", ""),
        ("nonsense", ""),
    ],
)
def test_a_series_says_how_often(rrule: str, said: str) -> None:
    notice = a_notice(letter=a_letter(rrule=rrule), recipient=a_recipient(locale="en-GB"))

    facts = {one.label: one.text for one in rendered(notice).page.facts}

    assert facts.get("Repeats", "").startswith(said)
    assert bool(said) == ("Repeats" in facts)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_a_link_that_is_no_web_address_is_not_shown(url: str) -> None:
    shown = rendered(a_notice(letter=a_letter(join_url=url, respond_url=url)))

    assert Tags(shown.html).links == []
    assert url not in shown.text


@pytest.mark.parametrize("kind", [NoticeKind.CANCELLED, NoticeKind.SUMMARY])
def test_what_is_over_cannot_be_joined_or_answered(kind: NoticeKind) -> None:
    assert Tags(rendered(a_notice(kind=kind)).html).links == []


def test_an_answer_is_one_of_three_links() -> None:
    links = Tags(rendered(a_notice()).html).links

    answers = ["ACCEPTED", "TENTATIVE", "DECLINED"]
    assert links == [
        "https://meet.example/j/abc",
        *(f"https://meet.example/r/abc?response={one}" for one in answers),
    ]


UNSUBSCRIBE = "https://meet.example/u/" + "Ab-_9" * 140


def a_mail(notice: Notice) -> EmailMessage:
    room = Mailroom("Convene <meetings@convene.example>")
    made = room.mail(notice, rendered(notice), datetime.now(UTC))
    assert max(map(len, made.content.split(b"\r\n"))) < 998
    return message_from_bytes(made.content, policy=policy.default)


@pytest.mark.parametrize("email", ["bo@example.com", "bø@example.com"])
def test_a_mail_program_can_stop_reminders_by_one_click(email: str) -> None:
    letter, to = a_letter(unsubscribe_url=UNSUBSCRIBE), a_recipient(email=email)

    mail = a_mail(a_notice(kind=NoticeKind.REMINDER, letter=letter, recipient=to))

    assert mail["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_so_can_whoever_reads_it() -> None:
    shown = rendered(a_notice(letter=a_letter(unsubscribe_url=UNSUBSCRIBE)))

    assert UNSUBSCRIBE in Tags(shown.html).links
    assert f"No more reminders and summaries of this meeting: {UNSUBSCRIBE}" in shown.text


def test_what_has_to_be_known_cannot_be_stopped() -> None:
    mail = a_mail(a_notice())

    assert "List-Unsubscribe" not in mail
