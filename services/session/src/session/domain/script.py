"""Reading scenario.yaml field by field, so that every complaint names its path and a remedy."""

import math
import re
from typing import Any

import yaml

from common.errors import InvalidInput

LARGEST_SCRIPT = 1024 * 1024
DEEPEST = 10
DURATION = re.compile(
    r"(?=.)(?:(\d{1,3})h)?(?:(\d{1,4})m(?!s))?(?:(\d{1,6}(?:\.\d{1,6})?)s)?(?:(\d{1,9})ms)?"
)


class InvalidScenario(InvalidInput):
    """Something in scenario.yaml; *field* is its path there."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"scenario.yaml: {path or 'the file'} {message}", field=path)


def read_yaml(content: bytes) -> Any:
    """What the script says, as plain lists, mappings and values."""
    if len(content) > LARGEST_SCRIPT:
        raise InvalidScenario("", "has more than 1 MiB; shorten it")
    try:
        text = content.decode()
        _check_events(text)
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        raise InvalidScenario("", "is not UTF-8 text; save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise InvalidScenario("", f"is no YAML: {error.problem}, line {line}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InvalidScenario("", "is no YAML that can be read; check its characters") from None


def _check_events(text: str) -> None:
    """Refuse what crashes the loader, before it builds anything: deep nesting and tags."""
    depth = 0
    # The parser in C: the one in Python needs hours for such a megabyte.
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if getattr(event, "tag", None):
            raise InvalidScenario("", "has a tag (!…); write plain text and lists")
        if depth > DEEPEST:
            raise InvalidScenario("", "nests deeper than any scenario; check its brackets")


def seconds(written: object) -> float | None:
    """The seconds in ``2s``, ``1m30s``, ``500ms`` or ``1h``; None for anything else."""
    match = DURATION.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        return None
    hours, minutes, rest, thousandths = (float(part or 0) for part in match.groups())
    return math.fsum((hours * 3600, minutes * 60, rest, thousandths / 1000))


class Node:
    """One value of the script and the path that leads to it."""

    def __init__(self, path: str, value: Any) -> None:
        self.path = path
        self._value = value

    def mapping(self, known: str) -> "Node":
        """This node, being a mapping with no other keys than *known*."""
        if not isinstance(self._value, dict):
            raise InvalidScenario(self.path, f"must be a mapping of {known.replace(' ', ', ')}")
        for key in self._value:
            if key not in known.split():
                raise InvalidScenario(
                    self._at(str(key)[:50]), f"is not known; there are {known.replace(' ', ', ')}"
                )
        return self

    def has(self, key: str) -> bool:
        return self._value.get(key) is not None

    def items(self, key: str, most: int) -> list["Node"]:
        """The list under *key*; an absent one is empty."""
        found = self._value.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            raise InvalidScenario(self._at(key), "must be a list")
        if len(found) > most:
            raise InvalidScenario(self._at(key), f"has {len(found)} entries; at most {most}")
        return [Node(f"{self._at(key)}[{index}]", value) for index, value in enumerate(found)]

    def text(self, key: str, longest: int, default: str | None = None) -> str:
        found = self._value.get(key, default)
        if found is None:
            raise InvalidScenario(self._at(key), "is missing")
        if not isinstance(found, str):
            raise InvalidScenario(self._at(key), "must be text; put it in quotes")
        if len(found) > longest or (default is None and not found.strip()):
            raise InvalidScenario(self._at(key), f"must have 1 to {longest} characters")
        return found

    def word(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        found = self._value.get(key, default)
        if found not in allowed:
            raise InvalidScenario(self._at(key), f"must be one of {', '.join(allowed)}")
        return str(found)

    def whole(self, key: str, most: int, default: int) -> int:
        found = self._value.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= most:
            raise InvalidScenario(self._at(key), f"must be a whole number from 0 to {most}")
        return found

    def duration(self, key: str, most: float, default: float | None = None) -> float:
        """The length of time under *key* in seconds."""
        if key not in self._value and default is not None:
            return default
        found = seconds(self._value.get(key))
        if found is None:
            raise InvalidScenario(
                self._at(key), "must be a length of time such as 2s, 1m30s or 500ms"
            )
        if found > most:
            raise InvalidScenario(self._at(key), f"is too long; at most {most:g}s")
        return found

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
