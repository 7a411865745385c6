"""Translation: which languages can become which, whoever translates."""

from collections.abc import Collection, Sequence
from typing import Final, Protocol

from common.errors import Unavailable

# From one language to another, as ISO 639-1 codes.
Pair = tuple[str, str]
# Stands for every language.
ANY: Final = "*"


class CannotTranslate(Unavailable):
    """A text could not be translated now."""


class Translation(Protocol):
    """An engine that translates."""

    @property
    def name(self) -> str:
        """What translations by it are labelled with."""

    @property
    def asks_model(self) -> bool:
        """Whether a language model translates."""

    def pairs(self) -> Collection[Pair]:
        """What it can make of what; ``ANY`` on either side stands for every language."""

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        """*texts* in *target*, one for one, never made up; raises ``CannotTranslate``."""

    async def aclose(self) -> None:
        """Release what the engine holds; safe to call twice."""


def covers(pairs: Collection[Pair], source: str, target: str) -> bool:
    """Whether *pairs* lead to *target*; an empty *source* asks for any."""
    return any(
        to in (target, ANY) and (not source or origin in (source, ANY)) for origin, to in pairs
    )


def pairs_of(engines: Sequence[Translation]) -> Collection[Pair]:
    """Everything that one of *engines* can make of something."""
    return frozenset(pair for engine in engines for pair in engine.pairs())


def engines_for(engines: Sequence[Translation], source: str, target: str) -> Sequence[Translation]:
    """Those of *engines* that make *target* of *source*, in the order in which they are asked."""
    return [one for one in engines if covers(one.pairs(), source, target)]
