"""Reads the lists of words that lie beside this module."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files


def lines_of(name: str) -> Iterator[tuple[str, Sequence[str]]]:
    """The kind ("" for none) and the words of each line of the file *name*."""
    for line in files(__package__).joinpath(name).read_text().splitlines():
        if not line.startswith("#"):
            kind, _, listed = line.rpartition(": ")
            yield kind, listed.split()


@cache
def words(kind: str) -> frozenset[str]:
    """All words of one *kind* in ``words.txt``."""
    return frozenset(
        word for name, listed in lines_of("words.txt") if name == kind for word in listed
    )
