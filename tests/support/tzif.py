"""Zones read from their compiled files byte by byte (RFC 9636), as a model to test against.

Nothing of `zoneinfo` or of our own code is used, so that agreeing with it means something.
"""

import re
import struct
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00")
FIRST = int(datetime(2019, 1, 1, tzinfo=UTC).timestamp())
LAST_YEAR = 2041

# `std offset dst offset , start / time , end / time`: the rule for all years after the table.
FOOTER = re.compile(
    r"(?:<[^>]+>|[A-Za-z]+)(?P<std>[+-]?[\d:]+)"
    r"(?:(?:<[^>]+>|[A-Za-z]+)(?P<dst>[+-]?[\d:]+)?,(?P<start>[^,]+),(?P<end>[^,]+))?"
)


@dataclass(frozen=True)
class Change:
    """At *at*, seconds of UTC since 1970, the clock goes from one offset to another."""

    at: int
    before: int
    after: int


class Zone:
    """The clock changes of a zone from 2019 to 2041, in order, for the years 2020 to 2040."""

    def __init__(self, name: str, changes: Sequence[Change], first: int) -> None:
        self.name = name
        self.changes = [one for one in changes if one.at >= FIRST]
        earlier = [one.after for one in changes if one.at < FIRST]
        self._first = earlier[-1] if earlier else first
        self._times = [one.at for one in self.changes]
        self._offsets = {self._first, *(one.after for one in self.changes)}

    def offset(self, instant: int) -> int:
        place = bisect_right(self._times, instant)
        return self.changes[place - 1].after if place else self._first

    def instants(self, civil: datetime) -> list[int]:
        """Every instant at which the zone's clock shows *civil*, in order; none in a gap."""
        shown = int((civil - EPOCH).total_seconds())
        return sorted(shown - o for o in self._offsets if self.offset(shown - o) == o)

    def after_gap(self, civil: datetime) -> int:
        """The instant of a time that the clock skips, by the offset from before the gap."""
        shown = int((civil - EPOCH).total_seconds())
        for change in self.changes:
            if change.at + change.before <= shown < change.at + change.after:
                return shown - change.before
        raise AssertionError(f"{civil} is in no gap of {self.name}")


def local_time(seconds: int) -> datetime:
    """What a clock shows so many seconds after 1970 began for it."""
    return EPOCH + timedelta(seconds=seconds)


def zone_names() -> list[str]:
    return (files("tzdata") / "zones").read_text().split()


def distinct_zones() -> list[str]:
    """One name of each group whose compiled files are the same bytes."""
    return list({_content(name): name for name in zone_names()}.values())


def _content(name: str) -> bytes:
    return (files("tzdata") / "zoneinfo" / name).read_bytes()


def read_zone(name: str) -> Zone:
    content = _content(name)
    _, _, size = _block(content, 0, 4)
    times, rows, size = _block(content, size, 8)
    changes = []
    offset = first = rows[0][1]
    for at, after in ((at, after) for at, after in zip(times, rows[1:], strict=True)):
        changes.append(Change(at, offset, after[1]))
        offset = after[1]
    footer = content[size:].decode().strip("\n")
    last = times[-1] if times else -(2**62)
    for at, after_offset in _by_footer(footer, last):
        if after_offset != offset:
            changes.append(Change(at, offset, after_offset))
            offset = after_offset
    return Zone(name, [one for one in changes if one.before != one.after], first)


def _block(content: bytes, start: int, width: int) -> tuple[list[int], list[tuple[int, int]], int]:
    """Times, then (place, offset) of the first type and of each time's; and where it ends."""
    assert content[start : start + 4] == b"TZif"
    counts = struct.unpack(">6l", content[start + 20 : start + 44])
    is_ut, is_std, leaps, timed, types, letters = counts
    at = start + 44
    times = list(
        struct.unpack(f">{timed}{'q' if width == 8 else 'l'}", content[at : at + timed * width])
    )
    at += timed * width
    kinds = list(content[at : at + timed])
    at += timed
    offsets = [struct.unpack(">l", content[at + 6 * n : at + 6 * n + 4])[0] for n in range(types)]
    at += 6 * types + letters + leaps * (width + 4) + is_std + is_ut
    return times, [(0, offsets[0]), *((kind, offsets[kind]) for kind in kinds)], at


def _by_footer(footer: str, after: int) -> list[tuple[int, int]]:
    """Instants and new offsets of the changes that the footer's rule makes, to 2041."""
    match = FOOTER.fullmatch(footer)
    assert match, footer
    std = -_seconds(match["std"])
    if not match["start"]:
        return []
    dst = -_seconds(match["dst"]) if match["dst"] else std + 3600
    found = []
    for year in range(1970, LAST_YEAR + 1):
        found.append((_moment(match["start"], year) - std, dst))
        found.append((_moment(match["end"], year) - dst, std))
    return sorted((at, offset) for at, offset in found if at > after)


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    hours, *rest = text.lstrip("+-").split(":")
    minutes, seconds = [*(int(one) for one in rest), 0, 0][:2]
    return sign * (int(hours) * 3600 + minutes * 60 + seconds)


def _moment(rule: str, year: int) -> int:
    """`M3.2.0/2` of a year: the local seconds since 1970 at which it comes."""
    day, _, time = rule.partition("/")
    midnight = datetime.combine(_day(day, year), datetime.min.time(), UTC)
    return int(midnight.timestamp()) + _seconds(time or "2")


def _day(rule: str, year: int) -> date:
    if rule.startswith("J"):
        # Day 60 is 1 March in every year.
        return date(2001, 1, 1).replace(year=year) + timedelta(
            days=int(rule[1:]) - 1 + (monthrange(year, 2)[1] == 29 and int(rule[1:]) >= 60)
        )
    if not rule.startswith("M"):
        return date(year, 1, 1) + timedelta(days=int(rule))
    month, week, weekday = (int(one) for one in rule[1:].split("."))
    days = [
        date(year, month, one)
        for one in range(1, monthrange(year, month)[1] + 1)
        if date(year, month, one).isoweekday() % 7 == weekday
    ]
    return days[week - 1] if week < 5 else days[-1]
