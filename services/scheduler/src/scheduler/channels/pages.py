"""What a message says, put into a person's language: the same for every channel."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from scheduler.channels.languages import Texts, language_of, locale_of, texts
from scheduler.channels.moments import Moments, repetition
from scheduler.domain.notices import Letter, Notice, NoticeKind
from scheduler.domain.telling import WITHDRAWN
from scheduler.domain.zones import ZoneDatabase

LONGEST_TITLE = 300
LONGEST_SUBJECT_TITLE = 150
ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")
# They are not seen, but several scripts are not written without them.
_JOINERS = frozenset("\u200c\u200d")
_INVITING = frozenset({NoticeKind.INVITED, NoticeKind.UPDATED})
_OVER = frozenset({NoticeKind.CANCELLED, NoticeKind.SUMMARY})


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled fact; *label* may be empty."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A longer text in paragraphs of lines."""

    label: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """One message, all of it plain text. *clock* names the zone that *when* is in."""

    language: str
    subject: str
    kicker: str
    title: str
    lead: str
    when: str
    clock: str
    before: Line | None
    facts: Sequence[Line]
    sections: Sequence[Section]
    join: Link | None
    question: str
    answers: Sequence[Link]
    notes: Sequence[str]
    stop: Link | None
    is_cancelled: bool

    @property
    def brief(self) -> str:
        """What there is room for where only a few lines are shown."""
        told = [self.lead, self.when and f"{self.when} ({self.clock})"]
        return "\n".join(one for one in told if one)


def page_of(notice: Notice, zones: ZoneDatabase) -> Page:
    """*notice* as its recipient reads it."""
    letter, locale = notice.letter, notice.recipient.locale
    words = texts(language_of(locale))
    moments = Moments(locale_of(locale), zones, letter.time_zone)
    title, kicker = one_line(letter.title, LONGEST_TITLE), words["kicker"][notice.kind.value]
    asks = notice.kind in _INVITING and is_web(letter.respond_url)
    return Page(
        language=language_of(locale),
        subject=_subject(kicker, notice, moments),
        kicker=kicker,
        title=title,
        lead=_lead(notice, words),
        when=moments.span(letter.start_time, letter.end_time) if letter.start_time else "",
        clock=moments.clock(letter.start_time) if letter.start_time else "",
        before=_before(letter, words, moments),
        facts=_facts(notice, words, moments),
        sections=_sections(notice, words),
        join=None if notice.kind in _OVER else _link(words["action"]["join"], letter.join_url),
        question=words["action"]["answer"] if asks else "",
        answers=_answers(letter.respond_url, words) if asks else (),
        notes=_notes(notice, words),
        stop=_link(words["action"]["stop"], letter.unsubscribe_url),
        is_cancelled=notice.kind is NoticeKind.CANCELLED,
    )


def one_line(text: str, longest: int) -> str:
    """*text* as it is safe in a header: no line ends, no control or direction characters."""
    shown = " ".join("".join(_visible(one) for one in text).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"


def is_web(url: str) -> bool:
    return urlsplit(url).scheme in {"http", "https"}


def _visible(letter: str) -> str:
    """Spaces for what ends lines; nothing for what is not seen, such as turns of direction."""
    category = unicodedata.category(letter)
    if letter in _JOINERS or category not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return letter
    return "" if category in {"Cf", "Cs"} else " "


def _subject(kicker: str, notice: Notice, moments: Moments) -> str:
    said = f"{kicker}: {one_line(notice.letter.title, LONGEST_SUBJECT_TITLE)}"
    if notice.letter.start_time and notice.kind not in {NoticeKind.LIVE, NoticeKind.SUMMARY}:
        return f"{said}, {moments.short(notice.letter.start_time)}"
    return said


def _lead(notice: Notice, words: Texts) -> str:
    name = notice.kind.value
    only = f"{name}_ONE"
    if notice.kind is NoticeKind.CANCELLED and WITHDRAWN in notice.letter.changes:
        return words["lead"]["CANCELLED_FOR_YOU"]
    if notice.letter.original_start_time and only in words["lead"]:
        return words["lead"][only]
    return words["lead"][name]


def _before(letter: Letter, words: Texts, moments: Moments) -> Line | None:
    was = letter.previous_start_time
    if was is None or was == letter.start_time:
        return None
    return Line(words["label"]["before"], moments.span(was, None))


def _facts(notice: Notice, words: Texts, moments: Moments) -> Sequence[Line]:
    letter, label = notice.letter, words["label"]
    changes = [words["change"][one] for one in letter.changes if one in words["change"]]
    repeats = "" if letter.original_start_time else repetition(letter.rrule, words, moments)
    told = [
        (label["changed"], ", ".join(changes)),
        (label["repeats"], repeats),
        (label["role"], words["role"].get(letter.role, "")),
        (label["reason"], one_line(letter.reason, LONGEST_TITLE)),
    ]
    return [Line(name, text) for name, text in told if text]


def _sections(notice: Notice, words: Texts) -> Sequence[Section]:
    letter, label = notice.letter, words["label"]
    told = [(label["summary"], letter.summary)]
    if notice.kind is not NoticeKind.SUMMARY:
        told.append((label["agenda"], letter.agenda))
    return [Section(name, _lines(text)) for name, text in told if text.strip()]


def _lines(text: str) -> Sequence[str]:
    return [one_line(one, len(text) + 1) for one in text.strip().splitlines()]


def _link(label: str, url: str) -> Link | None:
    return Link(label, url) if is_web(url) else None


def _answers(url: str, words: Texts) -> Sequence[Link]:
    joined = "&" if urlsplit(url).query else "?"
    return [
        Link(words["action"][one], f"{url}{joined}{urlencode({'response': one})}")
        for one in ANSWERS
    ]


def _notes(notice: Notice, words: Texts) -> Sequence[str]:
    note, letter = words["note"], notice.letter
    told = []
    if letter.calendar_text:
        gone = letter.calendar_method == "CANCEL"
        told.append(note["calendar_cancelled" if gone else "calendar"])
    if letter.join_url and notice.kind not in _OVER:
        told.append(note["personal"])
    return [*told, note["automatic"]]
