"""Local times and instants, by the one zone database that the service carries with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, cached_property
from importlib.abc import Traversable
from importlib.resources import files
from zoneinfo import ZoneInfo

import tzdata

from common.errors import InvalidInput

# Zones are read from years that every offset can be added to.
LAST_YEAR = 9998


class UnknownTimeZone(InvalidInput):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is not in the zone database; name an IANA zone, say Europe/Lisbon",
            field="time_zone",
        )


class TooFarAway(InvalidInput):
    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field} is outside the years 2 to {LAST_YEAR}; give a nearer one", field=field
        )


class Reading(Enum):
    """What a zone's clock makes of a local time."""

    PLAIN = "PLAIN"
    # The clock skips it: it is read with the offset from before, so it moves forward by the gap.
    GAP = "GAP"
    # It comes twice: the first counts.
    FOLD = "FOLD"


@dataclass(frozen=True, slots=True)
class Moment:
    """A local time and the instant that it is."""

    civil: datetime
    instant: datetime
    reading: Reading


class ZoneDatabase:
    """The zones of one release. *root* holds their compiled files, *release* names them."""

    def __init__(self, release: str, root: Traversable) -> None:
        self.release = release
        self._root = root
        self._read: dict[str, ZoneInfo] = {}

    def zone(self, name: str) -> ZoneInfo:
        """Raises ``UnknownTimeZone``."""
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = self._load(name)
        return found

    def _load(self, name: str) -> ZoneInfo:
        path = self._paths.get(name)
        if path is None:
            raise UnknownTimeZone(name)
        with path.open("rb") as file:
            return ZoneInfo.from_file(file, key=name)

    @cached_property
    def _paths(self) -> Mapping[str, Traversable]:
        """The compiled file of each zone; a name is looked up here and never becomes a path."""
        return dict(_zone_files(self._root, ""))


@cache
def packaged_zones() -> ZoneDatabase:
    """The zones of the locked `tzdata` package; what the machine has installed plays no part."""
    return ZoneDatabase(tzdata.IANA_VERSION, files("tzdata") / "zoneinfo")


def check_near(civil: datetime, field: str = "start_time") -> None:
    """Raise ``TooFarAway`` for a local time that not every offset can be added to."""
    if not 1 < civil.year <= LAST_YEAR:
        raise TooFarAway(field)


def moment_of(civil: datetime, zone: ZoneInfo) -> Moment:
    """The instant of a local time; raises ``TooFarAway``."""
    check_near(civil)
    first = civil.replace(tzinfo=zone, fold=0)
    instant = first.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != civil:
        return Moment(civil, instant, Reading.GAP)
    twice = first.utcoffset() != first.replace(fold=1).utcoffset()
    return Moment(civil, instant, Reading.FOLD if twice else Reading.PLAIN)


def _zone_files(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        name = prefix + entry.name
        if entry.is_dir():
            found += _zone_files(entry, f"{name}/")
        elif "." not in entry.name:
            found.append((name, entry))
    return found
