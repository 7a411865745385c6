"""What this installation can translate: its engines in the order in which they are asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bots.domain.kind import Availability, Readiness
from bots.domain.translation import Translation
from bots.engines.apertium import Apertium

REMEDY: Final = (
    "nothing here translates; install a pair of Apertium (`apt-get install apertium-eng-spa`), "
    "or name the folder of its modes in BOTS_APERTIUM_MODES"
)


def translations_from(modes: Path) -> Sequence[Translation]:
    """The engines that this installation has; those that can do nothing are left out."""
    found = [Apertium(modes)]
    return [engine for engine in found if engine.pairs()]


def readiness_of(engines: Sequence[Translation]) -> Readiness:
    if not engines:
        return Readiness(Availability.NOT_CONFIGURED, REMEDY)
    return Readiness()


def shown(engines: Sequence[Translation]) -> str:
    """What *engines* can do, for people: ``apertium: en→es, es→en``."""
    return "; ".join(
        f"{one.name}: " + ", ".join(f"{source}→{target}" for source, target in sorted(one.pairs()))
        for one in engines
    )
