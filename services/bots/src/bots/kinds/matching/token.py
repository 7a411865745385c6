"""One word to compare, and how long the speaker rests behind it."""

from dataclasses import dataclass
from enum import IntEnum


class Pause(IntEnum):
    """What is written behind a word: nothing, a comma or the like, or the end of a sentence."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2


@dataclass(frozen=True, slots=True)
class Token:
    """One word to compare. *place* is the spoken word that it comes from.

    *last* is the last of the spoken words where it comes from several (-1: the same one), *also*
    is what else it may stand for, *joined* says that it is written as one with the token
    before it, *noun* that it can be no verb where it stands;
    *whole* is the contraction that it begins, *spoken* the word that became a number.
    """

    text: str
    place: int
    joined: bool = False
    pause: Pause = Pause.NONE
    also: frozenset[str] = frozenset()
    noun: bool = False
    last: int = -1
    whole: str = ""
    spoken: str = ""

    @property
    def ends_at(self) -> int:
        """The last spoken word that it comes from."""
        return max(self.place, self.last)

    def begins_with_sign_of(self, other: "Token") -> bool:
        """Whether both are written with the same first letter, numbers in words too."""
        return (self.spoken or self.text)[0] == (other.spoken or other.text)[0]

    def is_read(self, other: "Token") -> bool:
        """Whether both can be read as one word."""
        if self.text == other.text:
            return True
        if not (self.also or other.also):
            return False
        return not ({self.text, *self.also}.isdisjoint({other.text, *other.also}))
