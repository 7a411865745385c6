"""From a method and a path to what answers them, by a tree of path segments."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

Target = TypeVar("Target")


class Match(NamedTuple, Generic[Target]):
    target: Target
    values: Mapping[str, str]


class _Node(Generic[Target]):
    def __init__(self) -> None:
        self.children: dict[str, _Node[Target]] = {}
        self.any_child: _Node[Target] | None = None
        # Method → the names of the path's values, in order, and the target.
        self.targets: dict[str, tuple[tuple[str, ...], Target]] = {}


class Router(Generic[Target]):
    """A literal segment wins over a `{name}`, so reserved words are never taken for ids."""

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()

    def add(self, method: str, path: str, target: Target) -> None:
        """Let *target* answer *method* on *path*; raises `ValueError` when something does."""
        node = self._root
        for segment in path.split("/"):
            if segment.startswith("{"):
                node.any_child = node.any_child or _Node()
                node = node.any_child
            else:
                node = node.children.setdefault(segment, _Node())
        if method in node.targets:
            raise ValueError(f"{method} {path} is routed twice")
        node.targets[method] = path_names(path), target

    def find(self, method: str, path: str) -> Match[Target] | frozenset[str]:
        """The match, or the methods that the path does take: empty when it is unknown."""
        node, values = self._root, []
        for segment in path.split("/"):
            child = node.children.get(segment)
            if child is None:
                child = node.any_child if segment else None
                values.append(segment)
            if child is None:
                return frozenset()
            node = child
        found = node.targets.get(method)
        if found is None:
            return frozenset(node.targets)
        names, target = found
        return Match(target, dict(zip(names, values, strict=True)))


def path_names(path: str) -> tuple[str, ...]:
    """The names in the path's braces, in order."""
    return tuple(segment[1:-1] for segment in path.split("/") if segment.startswith("{"))
