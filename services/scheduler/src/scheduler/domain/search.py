"""What callers look for in lists of meetings and of occurrences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from common.errors import InvalidInput
from scheduler.domain.traits import words_of

MOST_SOUGHT_WORDS = 10


class NoWordToSearch(InvalidInput):
    def __init__(self) -> None:
        super().__init__("text has no letter or digit; give words of a title", field="text")


class TooManyWords(InvalidInput):
    def __init__(self, count: int) -> None:
        super().__init__(
            f"text has {count} different words; give {MOST_SOUGHT_WORDS} or fewer", field="text"
        )


class MeetingOrder(Enum):
    # Newest first.
    CREATE_TIME = "CREATE_TIME"
    # What is to come, soonest first; the others are left out.
    NEXT_START = "NEXT_START"


@dataclass(frozen=True, slots=True)
class TraitFilter:
    """Meetings that have *every* trait, one of *some* if any, and words that begin like these."""

    every: Sequence[str] = ()
    some: Sequence[str] = ()
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant on, up to another but without it; ``None`` is no limit."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Which meetings a list shows; an empty field shows all.

    *span* holds the start of at least one occurrence.
    """

    states: Sequence[str] = ()
    traits: TraitFilter = TraitFilter()
    live: bool | None = None
    span: Span = Span()
    order: MeetingOrder = MeetingOrder.CREATE_TIME


@dataclass(frozen=True, slots=True)
class OccurrenceFilter:
    """Which occurrences a list shows; *traits* are those of their meetings."""

    states: Sequence[str] = ()
    traits: TraitFilter = TraitFilter()
    span: Span = Span()


def sought_words(text: str) -> Sequence[str]:
    """The words in *text* to look for; raises ``NoWordToSearch`` or ``TooManyWords``."""
    if not text:
        return ()
    words = words_of(text)
    if not words:
        raise NoWordToSearch
    if len(words) > MOST_SOUGHT_WORDS:
        raise TooManyWords(len(words))
    return words
