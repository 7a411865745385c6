"""By when: the words for a day in a sentence, and the date they mean on the day they were said.

A weekday alone is the next one after that day; `next Thursday` is Thursday of the week after,
weeks beginning on Monday. What names no single day (`next week`, `June`, `before Friday`) stays
as it was said.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second"),
    *("twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh"),
    *("twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first"),
)

_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = "|".join(MONTHS)
_ORDINAL = "|".join(sorted((one.replace("-", "[- ]") for one in _ORDINALS), key=len, reverse=True))
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})"
_NTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL})"
_YEAR = r"(?:,? (?P<{0}>20\d\d))?"
_COUNT = rf"(?:\d{{1,2}}|an?|{'|'.join(_NUMBERS)})"
_PART = r"(?: (?:morning|afternoon|evening|night|noon|lunchtime))?"
_HOUR = (
    r"(?:,? (?:at|by|before|around) (?:\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\b\.?)?(?: o'clock)?|noon))?"
)

_DAYS = "|".join(
    (
        r"(?P<iso>20\d\d-\d\d-\d\d)",
        r"(?P<after>the day after tomorrow)",
        r"(?P<tomorrow>tomorrow)",
        r"(?P<today>today|tonight|this (?:morning|afternoon|evening))",
        rf"(?P<far>(?P<far_day>{_WEEKDAY})(?: of)? next week|next week(?:'s)?(?: on)?"
        rf" (?P<far_day_2>{_WEEKDAY}))",
        rf"(?P<dated>(?:(?:{_WEEKDAY}),? )?(?:the )?(?P<day>{_DAY})(?: of)? "
        rf"(?P<month>{_MONTH}){_YEAR.format('year')})",
        rf"(?P<us>(?:(?:{_WEEKDAY}),? )?(?P<us_month>{_MONTH}) (?:the "
        rf")?(?P<us_day>{_DAY})\b{_YEAR.format('us_year')})",
        rf"(?P<near>(?:(?P<which>next|this coming|this|coming|the coming) )?"
        rf"(?P<weekday>{_WEEKDAY}))",
        rf"(?P<nth>the (?P<nth_day>{_NTH})(?: of (?:this|the) month)?)",
        r"(?P<week_end>(?:the )?end of (?:(?:the|this) )?week)",
        r"(?P<month_end>(?:the )?end of (?:(?:the|this) )?month)",
        r"(?P<next_month_end>(?:the )?end of next month)",
        rf"(?P<month_end_of>(?:the )?end of (?P<end_month>{_MONTH}))",
        r"(?P<day_end>(?:the )?end of (?:the |this )?(?:day|business)(?: today)?|EOD|COB"
        r"|close of business)",
        rf"(?P<ahead>(?P<count>{_COUNT}) (?P<unit>day|week)s?)",
    )
)
_VAGUE = "|".join(
    (
        r"(?:the )?(?:next|this|coming|following|later this|early next|late next|middle of next|"
        r"the middle of the|end of next|the end of next) (?:week|month|quarter|year|weekend|spring|"
        r"summer|autumn|fall|winter)",
        r"(?:the )?end of (?:the|this|next) (?:quarter|year|sprint)",
        r"(?:the|our) (?:next|following) (?:meeting|call|session|sync|stand-?up|sprint|review)",
        rf"(?:early |mid |late |mid-)?(?:{_MONTH})",
        r"(?:the weekend|noon|lunch(?:time)?|Christmas|Easter|the launch|the deadline)",
        r"\d{1,2}(?::\d\d)? ?[ap]\.?m\.?",
    )
)
_BEFORE = (
    r"(?P<lead>(?:no|not) later than|by|before|until|till|on|due(?: on| by)?|within|in|for|at)"
)
_DUE = re.compile(
    rf"(?:\b{_BEFORE} )?(?:the )?\b(?P<when>(?:{_DAYS}){_PART}{_HOUR}|{_VAGUE})(?!\w)",
    re.IGNORECASE,
)
# A month, a duration or a date's bare day says by when only after such a word.
_NEEDS_LEAD = re.compile(
    rf"^(?:(?:early |mid |late |mid-)?(?:{_MONTH})|{_COUNT} (?:day|week)s?|noon|lunch|lunchtime|"
    r"Christmas|Easter|the launch|the deadline|the weekend|\d.*m\.?)$",
    re.IGNORECASE,
)
_NAMES = re.compile(r"['\u2019]s\b")
# What may follow a day that stands without a word before it.
_ENDS = re.compile(
    r"\s*(?:$|[,.;:!?\u2013\u2014-]|(?:and|but|so|at|to|with|for|in|on|from|because|if|when|"
    r"after|before|then|"
    r"please|I|we|you|he|she|they|too|as)\b)"
)
_LEADS_OF_AHEAD = frozenset({"in", "within"})
_NOT_OF_MONTH = frozenset({"for", "on", "at"})


@dataclass(frozen=True, slots=True)
class Due:
    """Where in a text the words for a day are, and what they mean: a date, or the words."""

    first: int
    last: int
    value: str


def find_due(text: str, said_on: date) -> Due | None:
    """The last words in *text* that tell by when."""
    found = [one for one in _DUE.finditer(text) if _tells(one)]
    if not found:
        return None
    match = found[-1]
    lead = (match["lead"] or "").lower()
    day = None if lead in {"before", "until", "till"} else _date_of(match, said_on)
    words = match[0] if lead in {"before", "until", "till"} else match["when"]
    return Due(match.start(), match.end(), day.isoformat() if day else words)


def _tells(match: re.Match[str]) -> bool:
    lead = (match["lead"] or "").lower()
    if match["ahead"]:
        return lead in _LEADS_OF_AHEAD
    if match["nth"] or match["iso"]:
        return bool(lead)
    if _NEEDS_LEAD.match(match["when"]):
        return bool(lead) and lead not in _NOT_OF_MONTH
    # `the Monday clinic`, `Friday's call`: a name, not a limit.
    return bool(lead and not _NAMES.match(match.string, match.end())) or bool(
        _ENDS.match(match.string, match.end())
    )


def _date_of(match: re.Match[str], said_on: date) -> date | None:
    for name, resolve in _RESOLVERS.items():
        if match[name]:
            try:
                return resolve(match, said_on)
            except ValueError:
                return None
    return None


def _weekday(match: re.Match[str], said_on: date) -> date:
    number = WEEKDAYS.index(match["weekday"].lower())
    if (match["which"] or "").lower() == "next":
        return _of_next_week(number, said_on)
    ahead = (number - said_on.weekday()) % 7
    # Who means today says `this Friday` or `today`.
    return said_on + timedelta(days=ahead or (0 if match["which"] else 7))


def _of_next_week(number: int, said_on: date) -> date:
    return said_on + timedelta(days=7 - said_on.weekday() + number)


def _far(match: re.Match[str], said_on: date) -> date:
    name = (match["far_day"] or match["far_day_2"]).lower()
    return _of_next_week(WEEKDAYS.index(name), said_on)


def _dated(day: str, month: str, year: str | None, said_on: date) -> date:
    number = MONTHS.index(month.lower()) + 1
    if year:
        return date(int(year), number, _day_number(day))
    this_year = date(said_on.year, number, _day_number(day))
    return this_year if this_year >= said_on else date(said_on.year + 1, number, this_year.day)


def _nth(match: re.Match[str], said_on: date) -> date:
    day = date(said_on.year, said_on.month, _day_number(match["nth_day"]))
    if day >= said_on:
        return day
    following = _month_end(said_on) + timedelta(days=1)
    return date(following.year, following.month, day.day)


def _day_number(words: str) -> int:
    digits = re.match(r"\d+", words)
    return int(digits[0]) if digits else _ORDINALS.index(words.lower().replace(" ", "-")) + 1


def _ahead(match: re.Match[str], said_on: date) -> date:
    count = match["count"].lower()
    if count in {"a", "an"}:
        number = 1
    else:
        number = int(count) if count.isdigit() else _NUMBERS.index(count) + 1
    return said_on + timedelta(days=number * (7 if match["unit"].lower() == "week" else 1))


def _month_end(day: date) -> date:
    later = day.replace(day=28) + timedelta(days=4)
    return later - timedelta(days=later.day)


def _end_of(match: re.Match[str], said_on: date) -> date:
    return _month_end(_dated("1", match["end_month"], None, said_on.replace(day=1)))


# A week's work ends on Friday.
_FRIDAY = WEEKDAYS.index("friday")
_RESOLVERS: dict[str, Callable[[re.Match[str], date], date]] = {
    "iso": lambda match, said_on: date.fromisoformat(match["iso"]),
    "after": lambda match, said_on: said_on + timedelta(days=2),
    "tomorrow": lambda match, said_on: said_on + timedelta(days=1),
    "today": lambda match, said_on: said_on,
    "far": _far,
    "near": _weekday,
    "dated": lambda match, said_on: _dated(match["day"], match["month"], match["year"], said_on),
    "us": lambda match, said_on: _dated(
        match["us_day"], match["us_month"], match["us_year"], said_on
    ),
    "nth": _nth,
    "week_end": lambda match, said_on: said_on + timedelta(days=(_FRIDAY - said_on.weekday()) % 7),
    "month_end": lambda match, said_on: _month_end(said_on),
    "next_month_end": lambda match, said_on: _month_end(_month_end(said_on) + timedelta(days=1)),
    "month_end_of": _end_of,
    "day_end": lambda match, said_on: said_on,
    "ahead": _ahead,
}
