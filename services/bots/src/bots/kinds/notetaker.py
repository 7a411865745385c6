"""Notetaker: what was decided, who does what by when, what is open, and a summary that rolls on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, NamedTuple
from zoneinfo import ZoneInfo

import structlog

from bots.domain.kind import BotKind
from bots.domain.reading import (
    WAKE_AT,
    Engines,
    Event,
    Happened,
    Reader,
    Reading,
    Said,
    What,
)
from bots.domain.transcript import Segment
from bots.kinds.config import Table, asker_table, number
from bots.kinds.noting.findings import Source, changes, shown
from bots.kinds.noting.memory import Memory, memory_from
from bots.kinds.shapes import Also, Check, OneOf, Text, as_quoted
from common.errors import DomainError
from common.llm import Llm
from minutes.asking import Reply, answered, quoted
from minutes.model import Line
from minutes.notes import Note, NoteKind, of_kind
from minutes.quoting.acts import NO_ACTS, Acts, Listener
from minutes.quoting.rules import ENGINE as RULES
from minutes.quoting.rules import texts_of
from minutes.scribe import ENGINE as LLM
from minutes.scribe import Scribe, Taking
from minutes.taking import WINDOW, retaken, stop_gap

log = structlog.get_logger()

# Under the 20 s after which a reader counts as being at a standstill.
LIVE_SECONDS: Final = 15.0
LONGEST_QUESTION: Final = 500
LONGEST_ZONE: Final = 100
ASK: Final = "ask"
# A good moment to note what was said so far.
_PAUSES: Final = (What.LEFT, What.CLOSING)


class Notetaker(BotKind):
    description = "Notes decisions, action items and open questions, and sums up, as people talk."
    asks_model = True
    questions = (ASK, "what_is_open")
    question_arguments: ClassVar[Mapping[str, str]] = {ASK: "question"}
    better_with = ("llm", "meanings")

    @property
    def table(self) -> Table:
        return asker_table(_CHECKS, _DEFAULTS)

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return NoteReader(config, engines)


class By(NamedTuple):
    """What wrote a note, and the model that it asked; empty where it asked none."""

    engine: str
    model: str


class NoteReader:
    """Notes when *every_seconds* are over, *every_words* were said, somebody leaves, or all do."""

    state: Mapping[str, Any] = Memory().as_json()

    def __init__(self, config: Mapping[str, Any], engines: Engines) -> None:
        self._interval = timedelta(seconds=config["every_seconds"])
        self._words: int = config["every_words"]
        self._zone = ZoneInfo(config["time_zone"])
        helped = config["engine"] == "auto"
        self._llm: Llm | None = engines.llm if helped else None
        self._listener = Listener(engines.meanings) if helped and engines.meanings else None
        self._recall = engines.recall

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        memory = memory_from(state)
        if isinstance(event, Said):
            if not event.final or not event.segment.text:
                return Reading(state)
            memory = memory.after(event.segment, now)
            if not self._is_time(memory, now):
                return Reading(self._kept(memory))
            return await self._noted(memory, now)
        if event.what is What.COMMAND:
            return await self._answer(event, memory, now)
        if memory.unnoted and (event.what in _PAUSES or self._is_time(memory, now)):
            return await self._noted(memory, now)
        return Reading(self._kept(memory))

    def _kept(self, memory: Memory) -> Mapping[str, Any]:
        """*memory* as the state, to be woken when it is time though nothing happens."""
        wake_at = memory.since + self._interval if memory.since else None
        return {**memory.as_json(), WAKE_AT: wake_at.isoformat() if wake_at else None}

    def _is_time(self, memory: Memory, now: datetime) -> bool:
        if memory.since is None:
            return False
        return memory.words >= self._words or now - memory.since >= self._interval

    async def _noted(self, memory: Memory, now: datetime) -> Reading:
        """With everything heard in the notes: by the model, or by the rules where it fails."""
        said = await self._recall()
        lines = memory.lines(said, self._zone)
        if self._llm is None:
            acts = await self._acts(lines)
            notes = await asyncio.to_thread(retaken, memory.notes, lines, acts)
            return self._told(memory, memory.with_notes(notes), said, By(RULES, acts.engine))
        complaint = ""
        if memory.may_ask(now):
            taking, complaint = await self._taken(self._llm, memory, lines)
            if taking is not None:
                after = memory.recovered(sum(taking.dropped.values())).with_notes(taking.notes)
                return self._told(memory, after, said, By(LLM, self._llm.model))
            memory = memory.failed(now)
        acts = await self._acts(lines)
        notes = await asyncio.to_thread(stop_gap, memory.notes, lines, memory.unnoted, acts)
        reading = self._told(memory, memory.with_notes(notes), said, By(RULES, acts.engine))
        return replace(reading, complaint=complaint)

    async def _acts(self, lines: Sequence[Line]) -> Acts:
        """What the sentences do that the rules read; nothing where no sentence model works."""
        if self._listener is None:
            return NO_ACTS
        try:
            return await self._listener.heard(texts_of(lines[-WINDOW:]))
        except Exception as error:
            # Weights that somebody configured are only read when they are first needed.
            log.warning("the sentence model does not help", error=repr(error))
            return NO_ACTS

    async def _taken(
        self, llm: Llm, memory: Memory, lines: Sequence[Line]
    ) -> tuple[Taking | None, str]:
        """What the model makes of what is new, or why it does not."""
        try:
            taking = await Scribe(llm).take(
                memory.notes, lines, min(memory.unnoted, len(lines)), seconds=LIVE_SECONDS
            )
        except DomainError as error:
            log.warning("the model takes no notes", error=str(error))
            return None, f"notes are taken by rules for now: {error}"
        return taking, ""

    async def _answer(self, command: Happened, memory: Memory, now: datetime) -> Reading:
        arguments = command.details["arguments"]
        if command.details["verb"] == ASK:
            return await self._asked(arguments, memory)
        reading = Reading(self._kept(memory))
        if memory.unnoted:
            reading = await self._noted(memory, now)
        notes = memory_from(reading.state).notes
        return replace(reading, answer=_open(notes))

    async def _asked(self, arguments: Mapping[str, Any], memory: Memory) -> Reading:
        question = arguments.get("question")
        if not isinstance(question, str) or not 0 < len(question.strip()) <= LONGEST_QUESTION:
            most = LONGEST_QUESTION
            return Reading(
                self._kept(memory),
                refusal=f"arguments.question is needed: a text of at most {most} characters",
            )
        lines = memory.lines(await self._recall(), self._zone)
        reply = await self._replied(question.strip(), lines, memory.notes)
        return Reading(self._kept(memory), answer=reply.as_json())

    async def _replied(self, question: str, lines: Sequence[Line], notes: Sequence[Note]) -> Reply:
        if self._llm is not None and lines:
            try:
                reply = await answered(self._llm, question, lines, notes, LIVE_SECONDS)
            except DomainError as error:
                log.warning("the model does not answer", error=str(error))
            else:
                if reply is not None:
                    return reply
        return quoted(question, lines)

    def _told(self, before: Memory, after: Memory, said: Sequence[Segment], by: By) -> Reading:
        source = Source({one.id: one for one in said}, by.engine, by.model, after.dropped)
        return Reading(self._kept(after), changes(before.notes, after.notes, source))


def _open(notes: Sequence[Note]) -> dict[str, Any]:
    return {
        "action_items": [shown(one) for one in of_kind(notes, NoteKind.ACTION_ITEM)],
        "questions": [shown(one) for one in of_kind(notes, NoteKind.QUESTION) if one.is_open],
    }


def _no_zone(value: Any) -> str | None:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, TypeError, ValueError):
        return f"is {as_quoted(value)}; write an IANA zone such as 'Europe/Lisbon'"
    return None


_ZONE: Final = Text("takes an IANA zone such as 'Europe/Lisbon'", LONGEST_ZONE, least=1)
_CHECKS: Final[Mapping[str, Check]] = {
    "every_seconds": number(10, 600),
    "every_words": number(50, 1500, whole=True),
    "engine": OneOf(("auto", "rules")),
    "time_zone": Also(_ZONE, _no_zone),
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "every_seconds": 60,
    "every_words": 250,
    "engine": "auto",
    "time_zone": "UTC",
}
