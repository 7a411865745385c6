"""What a text must look like to be an email address, a zone, a civil time or a web address."""

import difflib
import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from convene.common.v1 import options_pb2

# The answer is a complaint that names the remedy, or None.
Check = Callable[[str], str | None]

EMAIL = re.compile(
    r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,64}@"
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?"
)
CIVIL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
OFFSET_AFTER_TIME = re.compile(r"(.*T[\d:.]+)(?:[zZ]|[+-]\d\d:?\d\d)", re.ASCII)
# Files of the zone database that are not places.
NOT_ZONES = frozenset({"Factory", "localtime", "posixrules"})


def email_complaint(text: str) -> str | None:
    if EMAIL.fullmatch(text):
        return None
    return "is not an email address; write one as ada@example.com"


def time_zone_complaint(text: str) -> str | None:
    zones = _zones()
    if zones.get(text.casefold()) == text:
        return None
    known = zones.get(text.casefold()) or _nearest(text, zones)
    remedy = f"did you mean {known}?" if known else "write one as Europe/Lisbon"
    return f"is not an IANA time zone; {remedy}"


def civil_time_complaint(text: str) -> str | None:
    with_offset = OFFSET_AFTER_TIME.fullmatch(text)
    if with_offset:
        return (
            f"is a local time and takes no offset; write {with_offset[1]} "
            "and name the zone in time_zone"
        )
    if CIVIL_TIME.fullmatch(text) and _is_on_the_calendar(text):
        return None
    return "is not a local date and time; write one as 2026-12-01T09:00:00"


def url_complaint(text: str) -> str | None:
    if _is_web_address(text):
        return None
    return "is not an absolute http or https address; write one as https://example.com/hooks"


CHECKS: Mapping[options_pb2.Format, Check] = {
    options_pb2.FORMAT_EMAIL: email_complaint,
    options_pb2.FORMAT_TIME_ZONE: time_zone_complaint,
    options_pb2.FORMAT_CIVIL_TIME: civil_time_complaint,
    options_pb2.FORMAT_URL: url_complaint,
}


@cache
def _zones() -> Mapping[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones() - NOT_ZONES}


def _nearest(text: str, zones: Mapping[str, str]) -> str | None:
    # A long text is no typing error, and comparing it with six hundred names would be slow.
    if len(text) > 64:
        return None
    folded = text.casefold().replace(" ", "_")
    by_city = [name for key, name in zones.items() if key.rsplit("/", 1)[-1] == folded]
    if by_city:
        return min(by_city, key=len)
    near = difflib.get_close_matches(folded, zones, n=1, cutoff=0.8)
    return zones[near[0]] if near else None


def _is_on_the_calendar(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_web_address(text: str) -> bool:
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        return False
    try:
        parts = urlsplit(text)
        # Reading the port is what checks it.
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
