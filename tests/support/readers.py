"""Kinds of bot that a test can watch and hold up while they read."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from bots import kinds
from bots.domain.kind import BotKind
from bots.domain.reading import (
    Ask,
    Do,
    Engines,
    Event,
    Finding,
    Happened,
    Reader,
    Reading,
    Said,
    What,
)
from bots.kinds.config import Table, reader_table
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import Stage


class Counter(BotKind):
    """Counts what it reads, while *free*; cannot read the words in *unreadable*."""

    description = "Counts words."

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.free.set()
        self.unreadable: set[str] = set()
        # The word, or the happening, at which it stops to be free, once.
        self.hold_at: What | str | None = None
        self.events: list[Event] = []
        # Whether it finds at the end how many words there were.
        self.sums_up = False

    @property
    def table(self) -> Table:
        return reader_table({}, {})

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return CountingReader(self)

    @property
    def closings(self) -> int:
        """How often it was told that nothing more will be said."""
        return sum(isinstance(one, Happened) and one.what is What.CLOSING for one in self.events)

    @property
    def words(self) -> list[str]:
        """What it was given to read of final words, also what it could not."""
        return [one.segment.text for one in self.events if isinstance(one, Said) and one.final]


class Doer(Counter):
    """Ends the session at "alpha" for a policy, mutes whoever says "bravo"; answers questions."""

    description = "Does things."
    questions = ("how_many",)

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return DoingReader()


class DoingReader:
    state: Mapping[str, Any] = {"count": 0}

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        if isinstance(event, Happened):
            return _answer(event, state)
        text = event.segment.text
        asks = []
        if text == "alpha":
            asks = [Ask(Do.END, "it", {"reason": "enough", "by_policy": True})]
        if text == "bravo":
            asks = [Ask(Do.MUTE, "it", {"participant_id": event.segment.speaker_id})]
        found = [Finding("deed", "it", text)] if asks else []
        return Reading({"count": state["count"] + 1}, found, asks)


def _answer(event: Happened, state: Mapping[str, Any]) -> Reading:
    if event.what is not What.COMMAND:
        return Reading(state)
    if event.details["arguments"].get("of") == "lies":
        return Reading(state, refusal="nobody counts lies")
    return Reading(state, answer={"count": state["count"]})


def _at(event: Event) -> What | str:
    if isinstance(event, Said):
        return event.segment.text if event.final else ""
    return event.what


class CountingReader:
    state: Mapping[str, Any] = {"count": 0}

    def __init__(self, kind: Counter) -> None:
        self._kind = kind

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        self._kind.events.append(event)
        if _at(event) == self._kind.hold_at:
            self._kind.free.clear()
            self._kind.hold_at = None
        await self._kind.free.wait()
        if not isinstance(event, Said):
            is_end = self._kind.sums_up and event.what is What.CLOSING
            total = Finding("total", "it", str(state["count"]), participant_id=None)
            return Reading(state, [total] if is_end else [])
        text = event.segment.text
        if text in self._kind.unreadable:
            raise ValueError(f"what is {text}?")
        count = state["count"] + 1
        return Reading({"count": count}, [Finding("count", "it", text, {"count": count})])


def counting(monkeypatch: pytest.MonkeyPatch, *names: str) -> Sequence[Counter]:
    """Kinds that count, under these names, until the test is over."""
    counters = [Counter() for _ in names]
    monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, **dict(zip(names, counters, strict=True))})
    return counters


def doing(monkeypatch: pytest.MonkeyPatch, name: str) -> "Doer":
    """A kind that does things, under this name, until the test is over."""
    doer = Doer()
    monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, name: doer})
    return doer


async def insights(stage: Stage, bot_kind: str = "") -> list[pb.Insight]:
    """What was announced of *bot_kind*'s findings, in order; withdrawals too."""
    told = [fact.insight for fact in await stage.facts(facts.InsightFound)]
    told += [fact.insight for fact in await stage.facts(facts.KeywordDetected)]
    told += [fact.insight for fact in await stage.facts(facts.SentimentChanged)]
    told += [fact.insight for fact in await stage.facts(facts.TopicStarted)]
    told += [fact.insight for fact in await stage.facts(facts.TopicEnded)]
    told += [fact.insight for fact in await stage.facts(facts.PolicyViolated)]
    told += [fact.insight for fact in await stage.facts(facts.InsightWithdrawn)]
    told.sort(key=lambda insight: insight.sequence)
    return [one for one in told if bot_kind in ("", one.bot_kind)]


async def found(stage: Stage, bot_kind: str) -> list[str]:
    """What *bot_kind* found in final words; a busy recogniser also has time for partials."""
    told = await insights(stage, bot_kind)
    return [one.text for one in told if one.state == pb.INSIGHT_STATE_CONFIRMED]
