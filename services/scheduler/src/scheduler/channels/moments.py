"""Instants and repetitions in a person's words."""

from collections.abc import Mapping
from datetime import UTC, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name

from scheduler.channels.languages import Texts
from scheduler.domain.zones import UnknownTimeZone, ZoneDatabase

# Between two times: a dash as wide as a digit.
TO = " \u2013 "


class Moments:
    """Writes instants on the clock of *zone*, and names that clock beside them."""

    def __init__(self, locale: Locale, zones: ZoneDatabase, zone: str) -> None:
        self._locale = locale
        self._named = zone
        try:
            self._zone = zones.zone(zone or "UTC")
        except UnknownTimeZone:
            self._named, self._zone = "UTC", zones.zone("UTC")

    def span(self, start: datetime, end: datetime | None) -> str:
        """From when to when, with the day in full."""
        begins = start.astimezone(self._zone)
        shown = f"{format_date(begins, 'full', self._locale)}, {self._time(begins)}"
        if end is not None:
            ends = end.astimezone(self._zone)
            until = self._time(ends)
            if ends.date() != begins.date():
                until = f"{format_date(ends, 'full', self._locale)}, {until}"
            shown = f"{shown}{TO}{until}"
        return shown

    def clock(self, at: datetime) -> str:
        """Which clock the times are on, as it is called at that time."""
        if self._named in {"", "UTC"}:
            return "UTC"
        name = get_timezone_name(at.astimezone(self._zone), "long", locale=self._locale)
        return f"{name}, {self._named}"

    def short(self, start: datetime) -> str:
        """When, as a subject has room for it."""
        begins = start.astimezone(self._zone)
        day = format_skeleton("yMMMEd", begins, locale=self._locale)
        shown = f"{day}, {self._time(begins)} ({self._named or 'UTC'})"
        # Blanks that do not break would have a subject in plain ASCII coded for their sake.
        return " ".join(shown.split())

    def day(self, moment: datetime) -> str:
        return format_date(moment.astimezone(self._zone), "long", self._locale)

    def _time(self, moment: datetime) -> str:
        return format_time(moment, "short", locale=self._locale)


def repetition(rrule: str, texts: Texts, moments: Moments) -> str:
    """How often, for how long; empty where *rrule* says nothing that we have words for."""
    parts = dict(one.partition("=")[::2] for one in rrule.removeprefix("RRULE:").split(";"))
    often, interval = parts.get("FREQ", ""), parts.get("INTERVAL", "1")
    if often not in texts["repeat"]:
        return ""
    said = [texts["repeat"][often]]
    if interval != "1":
        said = [texts["repeat"][f"{often}_N"].format(n=interval)]
    if "COUNT" in parts:
        said.append(texts["repeat"]["COUNT"].format(n=parts["COUNT"]))
    if until := _until(parts):
        said.append(texts["repeat"]["UNTIL"].format(date=moments.day(until)))
    return ", ".join(said)


def _until(parts: Mapping[str, str]) -> datetime | None:
    written = parts.get("UNTIL", "")
    # A day alone is that day everywhere: noon keeps it so in nearly every zone.
    shape = "%Y%m%dT%H%M%SZ" if "T" in written else "%Y%m%d"
    try:
        moment = datetime.strptime(written, shape).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if "T" in written else moment.replace(hour=12)
