"""Moods: how words sound, and what an engine that judges them looks like. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from common.errors import WrongState


class MoodLabel(Enum):
    POSITIVE = "POSITIVE"
    NEUTRAL = "NEUTRAL"
    NEGATIVE = "NEGATIVE"


@dataclass(frozen=True, slots=True)
class Mood:
    """*polarity* goes from -1, as bad as can be, to 1."""

    polarity: float
    label: MoodLabel


class NoMoodsIn(WrongState):
    """There is no engine that judges this language."""

    def __init__(self, language: str, known: Sequence[str]) -> None:
        super().__init__(
            f"no engine for {language!r} is configured; moods are judged in {', '.join(known)}",
            language=language,
        )


class Moods(Protocol):
    """An engine that says how texts sound; *name* tells which one did."""

    @property
    def name(self) -> str: ...

    @property
    def asks_model(self) -> bool:
        """Whether a language model judges."""

    async def judge(self, texts: Sequence[str], language: str) -> Sequence[Mood]:
        """One mood for each of *texts*, in order; *language* is an ISO 639 code.

        Raises ``NoMoodsIn`` for a language that it does not know.
        """
