"""When somebody may be told something: not twice of the same, not too soon, not too often."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Patience:
    """What one person was told: how often, last *at* which second, and of *subjects* still so."""

    count: int = 0
    at: float | None = None
    subjects: tuple[str, ...] = ()

    def allows(self, subject: str, now: float, cooldown: float, most: int) -> bool:
        """Whether *subject* may be told at second *now*."""
        is_rested = self.at is None or now - self.at >= cooldown
        return subject not in self.subjects and self.count < most and is_rested

    def told(self, subject: str, now: float) -> "Patience":
        return Patience(self.count + 1, now, (*self.subjects, subject))

    def over(self, subject: str) -> "Patience":
        """*subject* is not so any more: it may be told again, should it come back."""
        return replace(self, subjects=tuple(one for one in self.subjects if one != subject))

    def to_json(self) -> Mapping[str, Any]:
        return asdict(self)


def patience_from(kept: Mapping[str, Any] | None) -> Patience:
    """What ``Patience.to_json`` wrote, or that of somebody who was never told anything."""
    return Patience(kept["count"], kept["at"], tuple(kept["subjects"])) if kept else Patience()
