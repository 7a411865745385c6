"""What makes a summary of a transcript."""

from collections.abc import Sequence
from typing import Protocol

from minutes.model import Line, Summary


class Summariser(Protocol):
    """Reads a whole transcript. Called in a thread; the same lines give the same summary."""

    def summarise(self, lines: Sequence[Line]) -> Summary: ...
