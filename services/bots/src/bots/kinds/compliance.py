"""Compliance: says and does what policies ask for when something is said, done or left unsaid."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bots.domain.kind import BotKind
from bots.domain.moods import Mood, Moods, NoMoodsIn
from bots.domain.reading import (
    WAKE_AT,
    Ask,
    Engines,
    Event,
    Finding,
    Happened,
    Reader,
    Reading,
    Said,
    What,
)
from bots.domain.transcript import Segment, SegmentId
from bots.kinds.config import Table, asker_table
from bots.kinds.languages import in_codes, named
from bots.kinds.matching.listening import Listening
from bots.kinds.policies.acting import asks_of
from bots.kinds.policies.checking import MOST_POLICIES, RULES, check_rules
from bots.kinds.policies.conditions import MustSay
from bots.kinds.policies.feeling import Gloom
from bots.kinds.policies.moments import Evidence, Moment, People
from bots.kinds.policies.rules import PolicyRule, Source, rules_of
from bots.kinds.sentiment import NO_ENGINE, SCRIPTED_LANGUAGE
from bots.kinds.shapes import Also, Check, Listed, Text
from common.errors import Unavailable

# More at one moment than anybody reads.
MOST_FIRINGS: Final = 20
# The most people who are remembered once they have gone.
MOST_GONE: Final = 500
LONGEST_ID: Final = 64


class Compliance(BotKind):
    description = "Watches policies: alerts, flags, mutes, holds or ends when one is broken."
    asks_model = True
    better_with = ("sentiment",)

    @property
    def table(self) -> Table:
        return asker_table(_CHECKS, _DEFAULTS)

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        checked = in_codes(super().checked(config))
        check_rules(checked["rules"], "config.rules")
        return checked

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        language = config["language"] or "en"
        rules = rules_of(config["rules"], Source(), language)
        for policy in config.get("policies", ()):
            source = Source(policy["id"], policy["name"], policy["version"])
            rules += rules_of(policy["rules"], source, language)
        feeling = Feeling(engines.moods, config["language"], engines.mood_patience)
        return ComplianceReader(rules, config.get("people", {}), feeling)


@dataclass(frozen=True, slots=True)
class Feeling:
    """What says how words in *language*, or in the one that they were heard in, sound."""

    moods: Moods | None
    language: str
    # In seconds.
    patience: float

    async def of(self, event: Event) -> tuple[Mood | None, str]:
        """The mood of what was said for good; or none, and why there is no engine for it."""
        if not isinstance(event, Said) or not event.final or not event.segment.text.strip():
            return None, ""
        if self.moods is None:
            return None, NO_ENGINE
        language = self.language or event.segment.language or SCRIPTED_LANGUAGE
        try:
            async with asyncio.timeout(self.patience):
                (mood,) = await self.moods.judge([event.segment.text], language)
        except NoMoodsIn as unknown:
            return None, str(unknown)
        except TimeoutError:
            return None, f"moods are left out that take longer than {self.patience:g} s to judge"
        except Unavailable as away:
            # What the other rules are about is not missed for it.
            return None, f"moods are not judged while their engine is away: {away.reason}"
        return mood, ""


class ComplianceReader:
    """Remembers who is there, the last words of each, and what each rule wants remembered."""

    def __init__(self, rules: Sequence[PolicyRule], people: People, feeling: Feeling) -> None:
        self._rules = rules
        self._feeling = feeling
        self._feels = any(isinstance(rule.condition, Gloom) for rule in rules)
        self._waits = any(isinstance(rule.condition, MustSay) for rule in rules)
        # What people are in the middle of saying: nothing is lost with it but patience.
        self._unfinished: dict[str, Segment] = {}
        self.state: Mapping[str, Any] = {
            "tails": {},
            "people": people,
            "rules": {},
            "anchor": None,
            # Each was told once.
            "complaints": [],
        }

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        moment, state = _moment(event, state, now)
        complaint = ""
        if self._feels:
            mood, complaint = await self._feeling.of(event)
            moment = replace(moment, mood=mood)
        if complaint in state["complaints"]:
            complaint = ""
        if self._waits:
            moment = replace(moment, unfinished=self._unfinished_at(event, state))
        # Many phrases take longer than others may wait.
        return await asyncio.to_thread(self._asked, moment, state, complaint)

    def _unfinished_at(self, event: Event, state: Mapping[str, Any]) -> Sequence[Listening]:
        if isinstance(event, Said):
            self._unfinished.pop(event.segment.speaker_id, None)
        if isinstance(event, Said) and not event.final:
            self._unfinished[event.segment.speaker_id] = event.segment
        return [Listening(one, state["tails"]) for one in self._unfinished.values()]

    def _asked(self, moment: Moment, state: Mapping[str, Any], complaint: str) -> Reading:
        """What the rules make of *moment*."""
        memories: dict[str, Any] = {}
        findings: list[Finding] = []
        asks: list[Ask] = []
        for rule in self._rules:
            before = state["rules"].get(rule.key, {})
            fired, memories[rule.key] = rule.fired(moment, before)
            for one in fired[: MOST_FIRINGS - len(findings)]:
                finding = _found(rule, one, number=_next(findings, rule))
                findings.append(finding)
                if (moment.is_final or rule.acts_on_partials) and not one.withdrawn:
                    asks += asks_of(rule, one, finding.key)
        due = [rule.condition.due(memories[rule.key].get("inner", {})) for rule in self._rules]
        wake_at = min((at for at in due if at is not None), default=None)
        kept = {**state, "rules": memories, WAKE_AT: wake_at.isoformat() if wake_at else None}
        if complaint:
            kept["complaints"] = [*state["complaints"], complaint]
        return Reading(kept, findings, asks, complaint=complaint)


def _moment(
    event: Event, state: Mapping[str, Any], now: datetime
) -> tuple[Moment, Mapping[str, Any]]:
    """What rules are asked about, and the state that it leaves."""
    if isinstance(event, Said):
        listening = Listening(event.segment, state["tails"])
        seconds = event.segment.start_seconds
        anchor = [now.isoformat(), event.segment.end_seconds]
        state = {**state, "tails": listening.tails, "anchor": anchor}
        return Moment(event, now, seconds, state["people"], listening), state
    people = _people_after(event, state["people"])
    if event.what is What.JOINED and state["anchor"] is None:
        state = {**state, "anchor": [now.isoformat(), event.details.get("seconds", 0.0)]}
    seconds = _seconds_at(now, state["anchor"])
    state = {**state, "people": people}
    if event.what is not What.CHAT:
        return Moment(event, now, seconds, people), state
    written = Listening(_written(event), {})
    return Moment(event, now, seconds, people, written, is_chat=True), state


def _people_after(event: Happened, people: People) -> People:
    if event.what is What.JOINED:
        role = event.details.get("role", "")
        joined = {"name": event.details["name"], "role": role, "here": True}
        return {**people, event.participant_id: joined}
    if event.what is not What.LEFT or event.participant_id not in people:
        return people
    gone = {**people[event.participant_id], "here": False}
    others = [who for who, one in people.items() if not one["here"]]
    forgotten = others[: max(len(others) - MOST_GONE, 0)]
    return {who: one for who, one in people.items() if who not in forgotten} | {
        event.participant_id: gone
    }


def _seconds_at(now: datetime, anchor: Sequence[Any] | None) -> float:
    """About where *now* is on the session's time line."""
    if anchor is None:
        return 0.0
    passed = max(now - datetime.fromisoformat(anchor[0]), timedelta())
    return round(float(anchor[1]) + passed.total_seconds(), 3)


def _written(chat: Happened) -> Segment:
    """What was written, as if it had been said."""
    who, name = chat.participant_id, str(chat.details.get("name", ""))
    return Segment(SegmentId(chat.source), who, name, 0.0, 0.0, str(chat.details["text"]))


def _next(findings: Sequence[Finding], rule: PolicyRule) -> int:
    keys = Counter(one.key.rpartition("#")[0] for one in findings)
    return keys[rule.key] + 1


def _found(rule: PolicyRule, evidence: Evidence, number: int) -> Finding:
    return Finding(
        kind=rule.finding,
        key=f"{rule.key}#{number}",
        text=evidence.text,
        start_seconds=evidence.start_seconds,
        end_seconds=evidence.end_seconds,
        participant_id=evidence.participant_id,
        segment_ids=evidence.segment_ids,
        details={
            "policy_id": rule.source.id,
            "policy_name": rule.source.name,
            "policy_version": rule.source.version,
            "rule": rule.id,
            "actions": [action["do"] for action in rule.actions],
            "matched": evidence.matched,
            "match": evidence.match,
            "confidence": evidence.confidence,
        },
        lasting=evidence.lasting,
        withdrawn=evidence.withdrawn,
    )


def _twice(value: Any) -> str | None:
    return "names a policy twice" if len(set(value)) < len(value) else None


_IDS_COMPLAINT: Final = f"takes the ids of at most {MOST_POLICIES} policies"
_POLICY_IDS: Final = Also(
    Listed(Text(_IDS_COMPLAINT, LONGEST_ID), _IDS_COMPLAINT, MOST_POLICIES), _twice
)
_CHECKS: Final[Mapping[str, Check]] = {
    "policy_ids": _POLICY_IDS,
    "rules": RULES,
    "language": named,
}
_DEFAULTS: Final[Mapping[str, Any]] = {"policy_ids": [], "rules": [], "language": ""}
