"""Checklist: ticks what is said or done, tells the hosts what comes next, ends what is complete."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bots.domain.kind import BotKind
from bots.domain.reading import (
    Ask,
    Do,
    Engines,
    Event,
    Finding,
    Reader,
    Reading,
    Said,
    What,
)
from bots.domain.transcript import Segment
from bots.kinds.config import Table, flag, reader_table
from bots.kinds.keywords import plain_phrases
from bots.kinds.matching.listening import Heard, listen
from bots.kinds.matching.rules import Phrase, Rule
from bots.kinds.shapes import Also, Check, Fields, Listed, Text

MOST_ITEMS: Final = 50
LONGEST_TEXT: Final = 500


class Checklist(BotKind):
    description = "Ticks the items of a checklist as they are said; says what is next, or ends."
    questions = ("what_is_open",)

    @property
    def table(self) -> Table:
        return reader_table(_CHECKS, _DEFAULTS)

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return ChecklistReader(config)


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be done: it is when one of *rules* is heard, or when somebody ticks it."""

    name: str
    text: str
    rules: Sequence[Rule]


class ChecklistReader:
    """Remembers which items are done, and the last words of each speaker."""

    state: Mapping[str, Any] = {"done": [], "tails": {}}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._in_order: bool = config["in_order"]
        self._tells_next: bool = config["tell_next"]
        self._ends: bool = config["ends_session"]
        self._items = [
            Item(
                one["item"],
                one.get("text", one["item"]),
                [Phrase(phrase, fuzzy=True) for phrase in one.get("phrases", ())],
            )
            for one in config["items"]
        ]

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        if isinstance(event, Said):
            # Words that may still change tick nothing.
            if not event.final:
                return Reading(state)
            # Many phrases take longer than others may wait.
            return await asyncio.to_thread(self._hear, event.segment, state)
        if event.what is What.CHECKED:
            ticked = [one for one in self._open(state) if one.name == event.details["item"]]
            return self._after(ticked, state, [], [])
        if event.what is What.COMMAND:
            names: list[str] = [one.name for one in self._open(state)]
            return Reading(state, answer={"items": names})
        return Reading(state)

    def _hear(self, segment: Segment, state: Mapping[str, Any]) -> Reading:
        done: list[Item] = []
        findings, asks = [], []
        tails = listen([], segment, state["tails"])[1]
        for item in self._open(state):
            heard, _ = listen(item.rules, segment, state["tails"])
            if heard:
                done.append(item)
                findings.append(_found(item, heard[0]))
                asks.append(Ask(Do.CHECK, item.name, {"item": item.name, "text": item.text}))
            elif self._in_order:
                break
        return self._after(done, {**state, "tails": tails}, findings, asks)

    def _open(self, state: Mapping[str, Any]) -> Sequence[Item]:
        return [item for item in self._items if item.name not in state["done"]]

    def _after(
        self,
        done: Sequence[Item],
        state: Mapping[str, Any],
        findings: Sequence[Finding],
        asks: Sequence[Ask],
    ) -> Reading:
        """The reading after *done* is done: with what is next, or the end."""
        if not done:
            return Reading(state)
        state = {**state, "done": [*state["done"], *(item.name for item in done)]}
        following = next(iter(self._open(state)), None)
        asks = list(asks)
        if following is not None and self._tells_next:
            prompt = {"text": f"Next: {following.text}", "kind": "SYSTEM", "role": "HOST"}
            asks.append(Ask(Do.PROMPT, f"before {following.name}", prompt))
        if following is None and self._ends:
            asks.append(Ask(Do.END, "done", {"reason": "the checklist is done"}))
        return Reading(state, findings, asks)


def _found(item: Item, heard: Heard) -> Finding:
    return Finding(
        kind="checklist",
        key=item.name,
        text=heard.text,
        start_seconds=heard.start_seconds,
        end_seconds=heard.end_seconds,
        segment_ids=heard.segment_ids,
        details={"item": item.name, "phrase": heard.rule, "match": heard.match},
    )


_ITEM: Final = Fields(
    {
        "item": Text(
            "takes a name of lower-case letters, digits, - and _",
            most=64,
            pattern="[a-z0-9][a-z0-9_-]{0,63}",
        ),
        "text": Text(f"takes at most {LONGEST_TEXT} characters", LONGEST_TEXT),
        "phrases": plain_phrases,
    },
    "takes {item, text, phrases}, item being a name of lower-case letters, digits, - and _",
    needed=["item"],
)


def _twice(value: Any) -> str | None:
    names = [one["item"] for one in value]
    return "names an item twice" if len(set(names)) < len(names) else None


_ITEMS: Final = Also(
    Listed(_ITEM, f"takes a list of at most {MOST_ITEMS} items", MOST_ITEMS, placed=True), _twice
)
_CHECKS: Final[Mapping[str, Check]] = {
    "items": _ITEMS,
    "in_order": flag,
    "tell_next": flag,
    "ends_session": flag,
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "items": [],
    "in_order": False,
    "tell_next": False,
    "ends_session": False,
}
