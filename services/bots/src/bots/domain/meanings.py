"""Meanings: texts as vectors that point the same way when they mean the same. Pure."""

from collections.abc import Sequence
from math import sqrt
from typing import Protocol

Vector = Sequence[float]


class Meanings(Protocol):
    """An engine that turns texts into vectors; *name* tells which one did.

    Two texts of one meeting are about the same from *alike* on, and not before.
    """

    @property
    def name(self) -> str: ...

    @property
    def alike(self) -> float: ...

    async def vectors(self, texts: Sequence[str]) -> Sequence[Vector]:
        """One vector of length 1 for each of *texts*, in order; no words give zeros."""


def likeness(one: Vector, other: Vector) -> float:
    """From -1 to 1: the cosine of the angle between two vectors; 0 where one of them is zero."""
    length = sqrt(sum(x * x for x in one)) * sqrt(sum(x * x for x in other))
    return sum(x * y for x, y in zip(one, other, strict=True)) / length if length else 0.0
