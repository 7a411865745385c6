"""Rules as they are written, made into what is asked at every moment of a session."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bots.domain.reading import What
from bots.kinds.matching.rules import Pattern, Phrase, Rule
from bots.kinds.policies.conditions import MustSay, Silence, Ticked, Words
from bots.kinds.policies.feeling import DEFAULT_SMOOTHING_SECONDS, Gloom
from bots.kinds.policies.moments import Condition, Evidence, Memory, Moment, Who
from bots.kinds.policies.personal import Personal
from bots.kinds.policies.presence import Headcount, Passage

DEFAULT_COOLDOWN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Source:
    """The policy that a rule stands in; an empty id where it stands in a bot's configuration."""

    id: str = ""
    name: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """Fires when its *condition* is met, at most once in *cooldown_seconds* for each person."""

    source: Source
    id: str
    condition: Condition
    actions: Sequence[Mapping[str, Any]]
    acts_on_partials: bool
    is_trigger: bool
    cooldown_seconds: float

    @property
    def key(self) -> str:
        """What tells it from all other rules of a bot."""
        return f"{self.source.id}/{self.id}"

    @property
    def finding(self) -> str:
        """What kind of insight it makes."""
        if self.is_trigger:
            return "trigger"
        return "flag" if [one["do"] for one in self.actions] == ["flag"] else "violation"

    def fired(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        """What it fires for at *moment*, and what it remembers of it."""
        met, inner = self.condition.met(moment, memory.get("inner", {}))
        last = dict(memory.get("last", {}))
        fired = []
        for one in met:
            if one.withdrawn:
                fired.append(one)
                continue
            who, at = one.participant_id, moment.seconds if moment.is_chat else one.start_seconds
            if who not in last or at - last[who] >= self.cooldown_seconds:
                last[who] = at
                fired.append(one)
        rested = moment.seconds - self.cooldown_seconds
        return fired, {"inner": inner, "last": {who: at for who, at in last.items() if at > rested}}


def rules_of(rules: Sequence[Mapping[str, Any]], source: Source, language: str) -> list[PolicyRule]:
    """*rules*, which have passed their checks, of one policy."""
    return [
        PolicyRule(
            source=source,
            id=one["id"],
            condition=_condition_of(one["when"], _who_of(one.get("who", {})), language),
            actions=one["then"],
            acts_on_partials=one.get("on") == "partial",
            is_trigger=one.get("as") == "trigger",
            cooldown_seconds=one.get("cooldown_seconds", DEFAULT_COOLDOWN_SECONDS),
        )
        for one in rules
    ]


def _who_of(who: Mapping[str, Any]) -> Who:
    return Who(tuple(who.get("roles", ())), who.get("name", ""))


def _condition_of(when: Mapping[str, Any], who: Who, language: str) -> Condition:
    for name, make in _MAKERS.items():
        if name in when:
            return make(when, who)
    if "must_say" in when:
        phrases = _phrases(when, "must_say", language)
        return MustSay(phrases, who, when["within_seconds"], _shown(when["must_say"]))
    return Words(
        rules=_listened_for(when, language),
        who=who,
        speech=when.get("in", "speech") != "chat",
        chat=when.get("in", "speech") != "speech",
        times=int(when.get("times", 1)),
        within_seconds=when.get("within_seconds", 0.0),
        each=when.get("by") == "one",
    )


def _gloom(when: Mapping[str, Any], who: Who) -> Condition:
    smoothing = when.get("smoothing_seconds", DEFAULT_SMOOTHING_SECONDS)
    return Gloom(when["sentiment_below"], smoothing, who)


def _headcount(when: Mapping[str, Any], who: Who) -> Condition:
    return Headcount(when.get("participants_at_least"), when.get("participants_at_most"))


def _ticked(when: Mapping[str, Any], who: Who) -> Condition:
    return Ticked("" if when["checklist"] == "all" else when["checklist"])


# What makes the conditions that are about no words.
_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Who], Condition]] = {
    "silence_seconds": lambda when, who: Silence(when["silence_seconds"]),
    "sentiment_below": _gloom,
    "checklist": _ticked,
    "participant": lambda when, who: Passage(What(when["participant"].upper()), who),
    "participants_at_least": _headcount,
    "participants_at_most": _headcount,
}


def _listened_for(when: Mapping[str, Any], language: str) -> Sequence[Rule]:
    if "patterns" in when:
        return [Pattern(one) for one in when["patterns"]]
    if "pii" in when:
        return [Personal(one) for one in when["pii"]]
    return _phrases(when, "phrases", language)


def _shown(phrases: Sequence[str]) -> str:
    more = f" or {len(phrases) - 1} more" if len(phrases) > 1 else ""
    return f"\u201c{phrases[0]}\u201d{more}"


def _phrases(when: Mapping[str, Any], name: str, language: str) -> Sequence[Rule]:
    return [
        Phrase(one, when.get("inflected", True), when.get("fuzzy", False), language)
        for one in when[name]
    ]
