"""An agenda: what is to be talked about, and for how long each item has been."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.domain.meanings import Meanings, Vector, likeness
from bots.domain.transcript import Segment
from bots.kinds.keywords import plain_phrases
from bots.kinds.matching.listening import listen
from bots.kinds.matching.rules import Phrase, Rule
from bots.kinds.shapes import VISIBLE, Also, Either, Fields, Listed, Text
from bots.kinds.topical.terms import stems

MOST_ITEMS: Final = 30
LONGEST_ITEM: Final = 200
# Whoever says nothing for longer than this is not talking about anything.
LONGEST_PAUSE: Final = 15.0
# How much further than merely alike something is that an item is surely meant.
SURELY: Final = 0.15
_BULLET: Final = re.compile(r"^\s*(?:[-*•·–]|\(?\d{1,2}[.):]|\(?[a-z][.)])\s+")  # noqa: RUF001
_TIME: Final = re.compile(
    r"\s*[-–:,]?\s*[(\[]?\b\d{1,3}\s*(?:min(?:ute)?s?|['m])\b\.?[)\]]?\s*$",  # noqa: RUF001
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to talk about; one of *rules* said means that it is."""

    text: str
    stems: frozenset[str]
    rules: Sequence[Rule]


class Agenda:
    """Follows which item is talked about. Remembers *current* and seconds by item, as JSON."""

    state: Mapping[str, Any] = {"current": "", "seconds": {}, "covered": [], "last": 0.0}

    def __init__(
        self, items: Sequence[Any], covered_after: float, meanings: Meanings | None
    ) -> None:
        self._items = [_item_of(one) for one in items]
        self._covered_after = covered_after
        self._meanings = meanings
        self._vectors: Sequence[Vector] | None = None

    async def hear(
        self, segment: Segment, vector: Vector | None, state: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], str]:
        """*state* after *segment*, which *vector* stands for, and the item that it names.

        Without a vector only what is said in the item's own words, or its phrases, names it.
        """
        if not self._items:
            return state, ""
        meant = await self._meant(segment, vector)
        current = meant or state["current"]
        # The silence in between belongs to an item that goes on.
        pause = LONGEST_PAUSE if current == state["current"] else 0.0
        begins = max(state["last"], segment.start_seconds - pause)
        spent = max(segment.end_seconds - begins, 0.0)
        seconds = dict(state["seconds"])
        covered = list(state["covered"])
        if current:
            seconds[current] = round(seconds.get(current, 0.0) + spent, 2)
            if seconds[current] >= self._covered_after and current not in covered:
                covered.append(current)
        last = max(state["last"], segment.end_seconds)
        after = {"current": current, "seconds": seconds, "covered": covered, "last": last}
        return after, meant

    def left(self, state: Mapping[str, Any]) -> Mapping[str, Any]:
        """*state* when something else is talked about that is no item."""
        return {**state, "current": ""}

    def missed(self, state: Mapping[str, Any]) -> Sequence[str]:
        """The items that are not covered, in order."""
        return [one.text for one in self._items if one.text not in state["covered"]]

    def report(self, state: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Each item in order: whether it is covered, the minutes spent on it, and that in words."""
        return [self._standing(one.text, state) for one in self._items]

    def _standing(self, item: str, state: Mapping[str, Any]) -> dict[str, Any]:
        minutes = round(state["seconds"].get(item, 0.0) / 60, 2)
        is_covered = item in state["covered"]
        text = f"{item} ({'covered' if is_covered else 'open'}, {minutes:g} min)"
        return {"item": item, "covered": is_covered, "minutes": minutes, "text": text}

    async def _meant(self, segment: Segment, vector: Vector | None) -> str:
        """The item that *segment* is about, if it surely is about one."""
        said = stems(segment.text)
        for item in self._items:
            named = bool(item.stems) and item.stems <= said
            if named or listen(item.rules, segment, {})[0]:
                return item.text
        if self._meanings is None or vector is None:
            return ""
        if self._vectors is None:
            self._vectors = await self._meanings.vectors([item.text for item in self._items])
        alike = [likeness(one, vector) for one in self._vectors]
        best = max(range(len(alike)), key=alike.__getitem__)
        return self._items[best].text if alike[best] >= self._meanings.alike + SURELY else ""


def items_of(text: str) -> list[str]:
    """The items of an agenda as somebody wrote it: its lines, without bullets and times."""
    lines = text.splitlines() if "\n" in text.strip() else re.split(r";", text)
    bare = (_TIME.sub("", _BULLET.sub("", line)).strip(" .;:,-") for line in lines)
    return list(dict.fromkeys(line[:LONGEST_ITEM] for line in bare if line))[:MOST_ITEMS]


def _text_of(value: Any) -> Any:
    return value.get("item") if isinstance(value, dict) else value


def _item_of(value: Any) -> Item:
    text = _text_of(value)
    said = value.get("phrases", ()) if isinstance(value, dict) else ()
    return Item(text, frozenset(stems(text)), [Phrase(one, fuzzy=True) for one in said])


def _twice(value: Any) -> str | None:
    names = [_text_of(one) for one in value]
    return "names an item twice" if len(set(names)) < len(names) else None


_TEXT: Final = Text(
    f"takes items of 1 to {LONGEST_ITEM} characters", LONGEST_ITEM, least=1, pattern=VISIBLE
)
_ITEM: Final = Either(
    Fields({"item": _TEXT, "phrases": plain_phrases}, "takes items, or {item, phrases}", ["item"]),
    _TEXT,
)
# An agenda as it is configured.
TABLED: Final = Also(
    Listed(_ITEM, f"takes a list of at most {MOST_ITEMS} items", MOST_ITEMS), _twice
)
