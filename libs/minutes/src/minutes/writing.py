"""The summary of a whole meeting: by a model where one is configured and answers, else by rules."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

import structlog

from common.errors import DomainError
from common.llm import Llm
from minutes.model import Line, Summary
from minutes.notes import (
    Note,
    NoteKind,
    chapters_in,
    decisions_in,
    items_in,
    of_kind,
    questions_in,
)
from minutes.quoting.acts import NO_ACTS, Listener
from minutes.quoting.rules import Rules, texts_of
from minutes.scribe import ENGINE, VERSION, Scribe, Taking

log = structlog.get_logger()

# A meeting of three hours is read in some twenty pieces.
LONGEST_SECONDS: Final = 900.0


class Summariser(Protocol):
    """Reads a whole transcript."""

    async def summarise(self, lines: Sequence[Line]) -> Summary: ...


class RulesAlone:
    """The same lines give the same summary; with a *listener*, of more than the rules know."""

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener

    async def summarise(self, lines: Sequence[Line]) -> Summary:
        acts = await self._listener.heard(texts_of(lines)) if self._listener else NO_ACTS
        # Long meetings take a while to weigh; the loop goes on meanwhile.
        return await asyncio.to_thread(Rules(acts).summarise, lines)


class ModelFirst:
    """Has *llm* write; where it fails, the rules do, and the summary says so."""

    def __init__(self, llm: Llm) -> None:
        self._scribe = Scribe(llm)

    async def summarise(self, lines: Sequence[Line]) -> Summary:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                taking = await self._scribe.take((), lines, len(lines))
        except (DomainError, TimeoutError) as failure:
            why = f"{type(failure).__name__}: {failure}".strip(": ")
            log.warning("rules write instead of the model", error=why)
            by_rules = await RulesAlone().summarise(lines)
            return replace(by_rules, remark=f"the language model did not write it: {why}"[:300])
        return _summary(taking, lines, self._scribe.model)


def _summary(taking: Taking, lines: Sequence[Line], model: str) -> Summary:
    notes: Sequence[Note] = taking.notes
    points = of_kind(notes, NoteKind.POINT)
    cited = dict.fromkeys(id for one in points for id in one.segment_ids)
    return Summary(
        text="\n".join(one.text for one in points),
        segment_ids=tuple(cited),
        decisions=tuple(decisions_in(notes)),
        action_items=tuple(items_in(notes)),
        questions=tuple(questions_in(notes)),
        chapters=tuple(chapters_in(notes, {line.segment_id: line for line in lines})),
        engine=ENGINE,
        model=model,
        version=VERSION,
        dropped=sum(taking.dropped.values()),
    )
