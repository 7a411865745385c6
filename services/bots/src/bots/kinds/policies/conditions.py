"""The conditions of rules about words: said, said often, not said, and nothing said at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bots.domain.reading import Happened, What
from bots.kinds.matching.listening import Heard, Listening
from bots.kinds.matching.rules import Rule
from bots.kinds.policies.moments import Evidence, Memory, Moment, Who
from bots.kinds.policies.personal import masked

# The final words of somebody who pauses come so much later.
GRACE_SECONDS: Final = 2.0
# The final words of somebody who speaks without a pause come so much later than they began.
LATE_SECONDS: Final = 18.0


@dataclass(frozen=True, slots=True)
class Words:
    """One of *rules* is heard, *times* times *within_seconds*, *each* by one person or together."""

    rules: Sequence[Rule]
    who: Who
    speech: bool = True
    chat: bool = False
    times: int = 1
    within_seconds: float = 0.0
    each: bool = False

    concerns_somebody = True

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        found = _heard(moment, self.rules, self.who) if self._reads(moment) else []
        if self.times == 1 or not found:
            return found, memory
        until = max(one.start_seconds for one in found) - self.within_seconds
        kept = {
            who: list(some) for who, some in memory.items() if some[-1:] and some[-1][0] >= until
        }
        met = []
        for one in found:
            who = one.participant_id if self.each else ""
            since = one.start_seconds - self.within_seconds
            hits = [hit for hit in kept.get(who, ()) if hit[0] >= since]
            hits.append([one.start_seconds, list(one.segment_ids)])
            if len(hits) >= self.times:
                met.append(_of_all(one, hits))
                hits = []
            kept[who] = hits
        return met, kept

    def due(self, memory: Memory) -> datetime | None:
        return None

    def _reads(self, moment: Moment) -> bool:
        return self.chat if moment.is_chat else self.speech


@dataclass(frozen=True, slots=True)
class MustSay:
    """Nobody of those meant said one of *rules* within so many seconds of the beginning.

    It is told as soon as the words of who paused must have come. Who is in the middle of saying it
    is waited for; where final words show that it was said all the same, it is taken back.
    """

    rules: Sequence[Rule]
    who: Who
    within_seconds: float
    wanted: str

    concerns_somebody = False

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        if memory.get("is_settled") or not moment.is_final:
            return (), memory
        memory = memory or {"since": moment.now.isoformat(), "from": moment.seconds}
        deadline = memory["from"] + self.within_seconds
        if not moment.is_chat and self._is_in_time(moment, moment.listening, deadline):
            # It was said by somebody who spoke on and on.
            wrong = [self._evidence(memory, withdrawn=True)] if memory.get("is_told") else []
            return wrong, {**memory, "is_settled": True}
        if memory.get("is_told"):
            return (), {**memory, "is_settled": moment.seconds > deadline + LATE_SECONDS}
        is_closing = _is_closing(moment)
        if not self._is_due(moment, memory) and not (is_closing and moment.seconds > deadline):
            return (), memory
        being_said = any(self._is_in_time(moment, one, deadline) for one in moment.unfinished)
        if being_said and not is_closing and not memory.get("waits"):
            return (), {**memory, "waits": True}
        return [self._evidence(memory)], {**memory, "is_told": True}

    def due(self, memory: Memory) -> datetime | None:
        if not memory or memory.get("is_told") or memory.get("is_settled"):
            return None
        wait = timedelta(seconds=self.within_seconds + _patience(memory))
        return datetime.fromisoformat(memory["since"]) + wait

    def _is_due(self, moment: Moment, memory: Memory) -> bool:
        if isinstance(moment.event, Happened):
            # While words are owed nobody is woken; whatever else happens says nothing of them.
            due = self.due(memory)
            return moment.event.what is What.WOKEN and due is not None and moment.now >= due
        # Words from after that time are being read.
        latest = memory["from"] + self.within_seconds + _patience(memory)
        return moment.speech is not None and moment.seconds > latest

    def _is_in_time(self, moment: Moment, words: Listening | None, deadline: float) -> bool:
        if words is None or not self.who.is_meant(words.speaker_id, moment.people):
            return False
        return any(one.start_seconds <= deadline for one in words.heard(self.rules))

    def _evidence(self, memory: Memory, *, withdrawn: bool = False) -> Evidence:
        text = f"not said within {self.within_seconds:g} s: {self.wanted}"
        until = memory["from"] + self.within_seconds
        return Evidence(text, memory["from"], until, lasting=True, withdrawn=withdrawn)


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody said a word for so long although somebody was there."""

    seconds: float

    concerns_somebody = False

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        if not moment.is_final:
            return (), memory
        since = memory.get("from", moment.seconds)
        if moment.speech is not None:
            segment = moment.speech.segment
            found = self._found(since, segment.start_seconds, memory)
            ends = max(since, segment.end_seconds)
            return found, {"since": moment.now.isoformat(), "from": ends, "after": segment.id}
        if not memory:
            return (), {"since": moment.now.isoformat(), "from": moment.seconds}
        due = self.due(memory)
        if due is None or moment.now < due or not moment.people_here:
            return (), memory
        return self._found(since, since + self.seconds, memory), {**memory, "is_told": True}

    def due(self, memory: Memory) -> datetime | None:
        if not memory or memory.get("is_told"):
            return None
        return datetime.fromisoformat(memory["since"]) + timedelta(seconds=self.seconds)

    def _found(self, since: float, until: float, memory: Memory) -> Sequence[Evidence]:
        if until - since < self.seconds or memory.get("is_told"):
            return ()
        after = (str(memory["after"]),) if "after" in memory else ()
        return [Evidence(f"silence for {self.seconds:g} s", since, until, segment_ids=after)]


@dataclass(frozen=True, slots=True)
class Ticked:
    """An *item* of the checklist was ticked, or without one all of it."""

    item: str = ""

    concerns_somebody = False

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        event = moment.event
        if not isinstance(event, Happened):
            return (), memory
        if event.what is What.ALL_CHECKED and not self.item:
            text = "the checklist is done"
        elif event.what is What.CHECKED and self.item and event.details["item"] == self.item:
            text = str(event.details["text"] or self.item)
        else:
            return (), memory
        return [Evidence(text, moment.seconds, moment.seconds, matched=self.item)], memory

    def due(self, memory: Memory) -> datetime | None:
        return None


def _patience(memory: Memory) -> float:
    return LATE_SECONDS if memory.get("waits") else GRACE_SECONDS


def _is_closing(moment: Moment) -> bool:
    return isinstance(moment.event, Happened) and moment.event.what is What.CLOSING


def _heard(moment: Moment, rules: Sequence[Rule], who: Who) -> Sequence[Evidence]:
    if moment.listening is None or not who.is_meant(moment.person_id, moment.people):
        return []
    return [_evidence(moment, one) for one in moment.listening.heard(rules)]


def _evidence(moment: Moment, heard: Heard) -> Evidence:
    is_personal = heard.match == "pii"
    return Evidence(
        text=masked(heard.text) if is_personal else heard.text,
        start_seconds=moment.seconds if moment.is_chat else heard.start_seconds,
        end_seconds=moment.seconds if moment.is_chat else heard.end_seconds,
        participant_id=moment.person_id,
        segment_ids=() if moment.is_chat else heard.segment_ids,
        matched=heard.rule,
        match=heard.match,
        confidence=heard.confidence,
    )


def _of_all(last: Evidence, hits: Sequence[Sequence[object]]) -> Evidence:
    """*last* as the last of several *hits*, citing what all of them cite."""
    cited: Mapping[str, None] = {}
    for _, segments in hits:
        cited = {**cited, **dict.fromkeys(segments)}  # type: ignore[call-overload]
    first = float(str(hits[0][0]))
    return Evidence(
        last.text, first, last.end_seconds, last.participant_id, tuple(cited),
        last.matched, last.match, last.confidence,
    )  # fmt: skip
