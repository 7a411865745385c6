"""Topics: where each begins and ends, what it is called, and what of the agenda it covers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bots.domain.kind import BotKind
from bots.domain.meanings import Meanings
from bots.domain.reading import Engines, Event, Finding, Reader, Reading, Said, What
from bots.domain.transcript import Segment
from bots.kinds.config import Table, number, reader_table
from bots.kinds.shapes import Check
from bots.kinds.topical.agenda import TABLED, Agenda, items_of
from bots.kinds.topical.chapters import Chapter, chapter_from
from bots.kinds.topical.terms import content_words, counted
from bots.kinds.topical.tiling import CUE_WORTH, Utterance, cue_of, cut_in, unpacked
from bots.kinds.topical.tiling import packed as pack

State = Mapping[str, Any]
NOTHING: Final[State] = {"chapter": Chapter().to_json(), "words": {}, "agenda": Agenda.state}
NO_ENGINE: Final = "nothing is configured that tells topics apart"
# A topic is told of when so many times its block of words has been said.
RIPE: Final = 2


class Topics(BotKind):
    description = "Says what is talked about, from when to when, and what of the agenda it covers."
    better_with = ("meanings",)
    questions = ("what_is_covered",)

    @property
    def table(self) -> Table:
        return reader_table(_CHECKS, _DEFAULTS)

    def planned(self, config: Mapping[str, Any], agenda: str) -> Mapping[str, Any]:
        return config if config["agenda"] else {**config, "agenda": items_of(agenda)}

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        assert engines.meanings is not None, NO_ENGINE
        return TopicsReader(config, engines.meanings)


class TopicsReader:
    """Remembers the chapter that is talked about, how often words are said, and the agenda."""

    state: Mapping[str, Any] = NOTHING

    def __init__(self, config: Mapping[str, Any], meanings: Meanings) -> None:
        self._block = int(config["block_words"])
        self._meanings = meanings
        self._agenda = Agenda(config["agenda"], config["covered_after_seconds"], meanings)

    async def read(self, event: Event, state: State, now: datetime) -> Reading:
        if isinstance(event, Said):
            is_said = event.final and event.segment.text.strip()
            return await self._hear(event.segment, state) if is_said else Reading(state)
        if event.what is What.COMMAND:
            return Reading(state, answer=self._answer(state))
        if event.what is not What.CLOSING:
            return Reading(state)
        # What it leaves to the others to talk about is not missed.
        return self._close(state, goes_on="bot_id" in event.details)

    async def _hear(self, segment: Segment, state: State) -> Reading:
        (vector,) = await self._meanings.vectors([segment.text])
        agenda, item = await self._agenda.hear(segment, vector, state["agenda"])
        words = content_words(segment.text)
        # Turning to another item is a sign of a new topic, as words such as "next" are.
        turned = item not in ("", state["agenda"]["current"])
        said = Utterance(
            segment_id=segment.id,
            start=segment.start_seconds,
            end=segment.end_seconds,
            vector=unpacked(pack(vector)),
            words=words,
            cue=max(cue_of(segment.text), CUE_WORTH * turned),
            item=item,
        )
        counts = counted(state["words"], words)
        chapter = chapter_from(state["chapter"]).after(said)
        findings = self._newly_covered(segment, state["agenda"], agenda)
        place = cut_in(chapter.window, self._block)
        if place is not None:
            before, chapter = chapter.cut(place)
            findings.append(self._ended(before, counts))
            if not chapter.item:
                agenda = self._agenda.left(agenda)
        if not chapter.told and chapter.weight >= RIPE * self._block:
            findings.append(self._started(chapter, counts))
            chapter = replace(chapter, told=True)
        return Reading({"chapter": chapter.to_json(), "words": counts, "agenda": agenda}, findings)

    def _close(self, state: State, *, goes_on: bool) -> Reading:
        """The end of the last topic, and what of the agenda was not talked about."""
        chapter, findings = chapter_from(state["chapter"]), []
        place = cut_in(chapter.window, self._block, is_last=True)
        for last in (chapter,) if place is None else chapter.cut(place):
            if last.words and not last.told:
                findings.append(self._started(last, state["words"]))
            if last.words:
                findings.append(self._ended(last, state["words"]))
        for item in () if goes_on else self._agenda.missed(state["agenda"]):
            details = {**self._of_item(item, state["agenda"]), "covered": False}
            findings.append(
                Finding("agenda", f"missed {item}", item, details, chapter.end, chapter.end, None)
            )
        return Reading({**state, "chapter": Chapter().to_json()}, findings)

    def _newly_covered(self, segment: Segment, before: State, after: State) -> list[Finding]:
        newly = [one for one in after["covered"] if one not in before["covered"]]
        return [
            Finding("agenda", f"covered {one}", one, {**self._of_item(one, after), "covered": True})
            for one in newly
        ]

    def _of_item(self, item: str, agenda: State) -> dict[str, Any]:
        return {"item": item, "minutes": round(agenda["seconds"].get(item, 0.0) / 60, 2)}

    def _answer(self, state: State) -> dict[str, Any]:
        agenda = state["agenda"]
        chapter = chapter_from(state["chapter"])
        topic = chapter.title(state["words"]) if chapter.words else ""
        return {"items": self._agenda.report(agenda), "item": agenda["current"], "topic": topic}

    def _started(self, chapter: Chapter, counts: Mapping[str, int]) -> Finding:
        return self._found("topic_start", chapter, chapter.title(counts), chapter.start)

    def _ended(self, chapter: Chapter, counts: Mapping[str, int]) -> Finding:
        return self._found("topic", chapter, chapter.title(counts), chapter.end)

    def _found(self, kind: str, chapter: Chapter, title: str, until: float | None) -> Finding:
        return Finding(
            kind=kind,
            # The same for the begin and the end of one topic.
            key=chapter.segment_ids[0],
            text=title,
            details={
                "title": title,
                "item": chapter.item,
                "topic_id": chapter.segment_ids[0],
                "engine": self._meanings.name,
            },
            start_seconds=chapter.start,
            end_seconds=until,
            participant_id=None,
            segment_ids=tuple(chapter.segment_ids) if kind == "topic" else chapter.segment_ids[:1],
        )


_CHECKS: Final[Mapping[str, Check]] = {
    "agenda": TABLED,
    "block_words": number(5, 60, whole=True),
    "covered_after_seconds": number(1, 3600),
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "agenda": [],
    "block_words": 20,
    "covered_after_seconds": 20,
}
