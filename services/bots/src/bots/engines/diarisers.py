"""The diarisers that this build has, by the names that a configuration gives them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bots.domain.kind import Availability, Readiness
from bots.engines import sherpa_voices
from bots.engines.diarising import Diariser, DiariserConfig


@dataclass(frozen=True, slots=True)
class Row:
    """A diariser and how it tells of itself; *readiness* looks at this machine alone."""

    make: Callable[[DiariserConfig], Diariser]
    readiness: Callable[[DiariserConfig], Readiness]
    shown: Callable[[DiariserConfig], str]


DIARISERS: Final[Mapping[str, Row]] = {
    "sherpa": Row(sherpa_voices.SherpaDiariser, sherpa_voices.readiness_of, sherpa_voices.shown),
}
REMEDY: Final = (
    "no diariser is configured, so that whoever speaks at one device is one person: set "
    f"BOTS_DIARISER=sherpa and {sherpa_voices.REMEDY}"
)


def diariser_from(config: DiariserConfig) -> Diariser | None:
    """The diariser *config* asks for; none where it asks for none, or for one not known."""
    row = DIARISERS.get(config.name)
    return row.make(config) if row else None


def readiness_of(config: DiariserConfig) -> Readiness:
    """How it stands; may read a file."""
    if not config.name:
        return Readiness(Availability.NOT_CONFIGURED, REMEDY)
    if config.name not in DIARISERS:
        known = ", ".join(sorted(DIARISERS))
        remedy = f"BOTS_DIARISER is {config.name!r}, and this build has {known}"
        return Readiness(Availability.MISCONFIGURED, remedy)
    return DIARISERS[config.name].readiness(config)


def shown(config: DiariserConfig) -> str:
    """How it is configured, for people."""
    row = DIARISERS.get(config.name)
    return row.shown(config) if row else config.name
