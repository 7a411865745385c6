"""Rules fire where they should, once, with their evidence, and ask for what they say."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.domain.moods import Mood, Moods
from bots.domain.policy import InvalidRule
from bots.domain.reading import (
    WAKE_AT,
    Ask,
    Do,
    Engines,
    Event,
    Finding,
    Happened,
    Reading,
    Said,
    What,
)
from bots.kinds.compliance import Compliance
from common.llm import LlmAway
from tests.support.moods import WrittenMoods
from tests.support.segments import a_segment

OPENED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_rule(**changes: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": "promise",
        "when": {"phrases": ["guaranteed returns"]},
        "then": [{"do": "alert"}],
    }
    return rule | changes


@dataclass
class Watch:
    """A compliance bot with *rules*, and what it made of what it was given so far."""

    rules: Sequence[dict[str, Any]]
    people: dict[str, Any] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    moods: Moods = field(default_factory=WrittenMoods)

    def __post_init__(self) -> None:
        config = {**Compliance().checked({"rules": list(self.rules)}), "people": self.people}
        reader = Compliance().reader(config, Engines(moods=self.moods, mood_patience=0.01))
        assert reader is not None
        self._reader = reader
        self.state = reader.state

    async def gives(self, event: Event, at: float) -> Reading:
        reading = await self._reader.read(event, self.state, OPENED + timedelta(seconds=at))
        if not isinstance(event, Said) or event.final:
            self.state = reading.state
        self.found += reading.findings
        self.asked += reading.asks
        self.texts += [one.text for one in reading.findings]
        return reading

    async def hears(
        self, text: str, at: float = 10.0, *, final: bool = True, **changes: Any
    ) -> Reading:
        segment = a_segment(text, at, **changes)
        return await self.gives(Said(segment, final), segment.end_seconds)

    async def joins(self, who: str, at: float = 0.0, role: str = "PARTICIPANT") -> Reading:
        details = {"name": who.title(), "role": role, "seconds": at}
        return await self.gives(Happened(What.JOINED, who, details, f"{who} joins"), at)

    async def wakes(self, at: float) -> Reading:
        return await self.gives(Happened(What.WOKEN, source=f"woken {at}"), at)

    @property
    def wakes_at(self) -> float | None:
        wake_at = self.state[WAKE_AT]
        return (datetime.fromisoformat(wake_at) - OPENED).total_seconds() if wake_at else None


async def test_a_phrase_that_is_said_is_a_violation_with_its_words_and_seconds() -> None:
    watch = Watch([a_rule()])

    await watch.hears("these are guaranteed returns", at=20.0)

    (found,) = watch.found
    assert (found.kind, found.text) == ("violation", "guaranteed returns")
    assert (found.start_seconds, found.end_seconds) == (21.0, 22.0)
    assert (found.participant_id, found.segment_ids) == ("ada", ["seg_20"])
    assert found.details["rule"] == "promise"
    assert watch.asked == []


async def test_what_cannot_be_undone_waits_for_the_final_words() -> None:
    watch = Watch([a_rule(then=[{"do": "alert"}, {"do": "mute"}, {"do": "end"}])])

    seen = await watch.hears("guaranteed returns", final=False)
    heard = await watch.hears("guaranteed returns")

    assert [one.key for one in seen.findings] == [one.key for one in heard.findings]
    assert seen.asks == []
    assert [one.do for one in heard.asks] == [Do.MUTE, Do.END]
    assert heard.asks[1].arguments == {"reason": "rule 'promise'", "by_policy": True}


async def test_a_rule_on_partials_acts_at_once_and_asks_the_same_again() -> None:
    watch = Watch([a_rule(then=[{"do": "mute"}], on="partial")])

    seen = await watch.hears("guaranteed returns", final=False)
    heard = await watch.hears("guaranteed returns")

    assert [one.key for one in seen.asks] == [one.key for one in heard.asks] == ["/promise#1:0"]


async def test_a_trigger_ends_the_session_without_a_violation() -> None:
    rule = a_rule(when={"phrases": ["end the meeting now"]}, then=[{"do": "end"}])
    watch = Watch([rule | {"as": "trigger"}])

    await watch.hears("let us not end the meeting")
    await watch.hears("okay end the meeting now", at=20.0)

    assert [one.kind for one in watch.found] == ["trigger"]
    assert [one.arguments["by_policy"] for one in watch.asked] == [False]


async def test_a_rule_that_only_flags_makes_no_violation() -> None:
    watch = Watch([a_rule(then=[{"do": "flag"}])])

    await watch.hears("guaranteed returns")

    assert [one.kind for one in watch.found] == ["flag"]


async def test_a_rule_rests_after_it_fired_for_each_person_alone() -> None:
    watch = Watch([a_rule(cooldown_seconds=60)])

    await watch.hears("guaranteed returns and guaranteed returns", at=0.0)
    await watch.hears("guaranteed returns", at=30.0)
    await watch.hears("guaranteed returns", at=40.0, speaker_id="bo")
    await watch.hears("guaranteed returns", at=70.0)

    assert [(one.participant_id, one.start_seconds) for one in watch.found] == [
        ("ada", 0.0), ("bo", 40.0), ("ada", 70.0),
    ]  # fmt: skip


async def test_a_count_is_met_within_its_window_and_cites_all_it_counted() -> None:
    when = {"patterns": ["damn"], "times": 3, "within_seconds": 60, "by": "one"}
    watch = Watch([a_rule(when=when)])

    for at in (0.0, 70.0, 80.0):
        await watch.hears("damn it", at=at)
    await watch.hears("damn it", at=85.0, speaker_id="bo")
    assert watch.found == []
    await watch.hears("damn it", at=90.0)

    (found,) = watch.found
    assert found.segment_ids == ("seg_70", "seg_80", "seg_90")
    assert found.start_seconds == 70.0


async def test_a_rule_about_some_leaves_others_alone() -> None:
    watch = Watch([a_rule(who={"roles": ["HOST"], "name": "^A"})])
    await watch.joins("ada", role="HOST")
    await watch.joins("bo", role="HOST")
    await watch.joins("al")

    for place, who in enumerate(("bo", "al", "stranger", "ada")):
        await watch.hears("guaranteed returns", at=10.0 * (place + 1), speaker_id=who)

    assert [one.participant_id for one in watch.found] == ["ada"]


async def test_whoever_was_there_before_the_bot_is_known_to_it() -> None:
    people = {"ada": {"name": "Ada", "role": "HOST", "here": True}}
    watch = Watch([a_rule(who={"roles": ["HOST"]})], people)

    await watch.hears("guaranteed returns")

    assert len(watch.found) == 1


def disclosure(**changes: Any) -> dict[str, Any]:
    when = {"must_say": ["this call is recorded"], "within_seconds": 30}
    return a_rule(id="disclose", when=when, **changes)


async def test_a_disclosure_that_is_made_in_time_breaks_nothing() -> None:
    watch = Watch([disclosure()])

    await watch.joins("ada")
    await watch.hears("hello this call is recorded", at=20.0)
    await watch.hears("something else", at=100.0)

    assert (watch.found, watch.wakes_at) == ([], None)


async def test_a_disclosure_that_nobody_makes_is_told_when_its_words_would_have_come() -> None:
    watch = Watch([disclosure()])

    await watch.joins("ada", at=4.0)
    assert watch.wakes_at == 4 + 30 + 2
    await watch.wakes(35.9)
    assert watch.found == []
    await watch.wakes(36.0)
    await watch.wakes(60.0)

    (found,) = watch.found
    assert (found.text, found.start_seconds, found.end_seconds) == (
        "not said within 30 s: “this call is recorded”", 4.0, 34.0,
    )  # fmt: skip
    assert watch.wakes_at is None


async def test_who_is_in_the_middle_of_a_disclosure_is_waited_for() -> None:
    watch = Watch([disclosure()])
    await watch.joins("ada")
    await watch.hears("so this call is recorded and", at=26.0, final=False)
    await watch.wakes(32.0)
    assert (watch.found, watch.wakes_at) == ([], 30 + 18)

    await watch.hears("so this call is recorded and I will go on and on", at=26.0)

    assert (watch.found, watch.wakes_at) == ([], None)


async def test_a_disclosure_that_becomes_other_words_is_told_when_they_are_final() -> None:
    watch = Watch([disclosure()])
    await watch.joins("ada")
    await watch.hears("this call is recorded", at=26.0, final=False)
    await watch.wakes(32.0)
    await watch.hears("this ball is wooden", at=26.0)
    assert watch.found == []

    await watch.wakes(48.0)

    assert watch.texts == ["not said within 30 s: “this call is recorded”"]


async def test_a_disclosure_that_turns_out_to_be_made_in_time_is_taken_back_once() -> None:
    watch = Watch([disclosure(then=[{"do": "alert"}, {"do": "hold"}])])
    await watch.joins("ada")
    await watch.hears("let me begin", at=25.0, final=False)
    await watch.wakes(32.0)
    (told,) = watch.found
    await watch.hears("let me begin this call is recorded", at=25.0)
    await watch.hears("this call is recorded", at=29.0, speaker_id="bo")

    _, taken_back = watch.found
    assert (told.lasting, told.withdrawn) == (True, False)
    assert (taken_back.key, taken_back.withdrawn) == (told.key, True)
    assert [one.do for one in watch.asked] == [Do.HOLD]


async def test_a_disclosure_by_somebody_else_or_too_late_is_none() -> None:
    watch = Watch([disclosure(who={"roles": ["HOST"]})])
    await watch.joins("ada", role="HOST")
    await watch.joins("bo")

    await watch.hears("this call is recorded", at=10.0, speaker_id="bo")
    await watch.hears("this call is recorded", at=35.0)
    await watch.hears("by the way", at=60.0)

    assert watch.texts == ["not said within 30 s: “this call is recorded”"]


async def test_silence_is_told_once_until_somebody_speaks_again() -> None:
    watch = Watch([a_rule(when={"silence_seconds": 20})])
    await watch.joins("ada")
    await watch.hears("hello everybody", at=5.0)

    assert watch.wakes_at == 26.0
    await watch.wakes(26.0)
    assert watch.wakes_at is None
    await watch.wakes(50.0)
    await watch.hears("still there", at=60.0)
    assert watch.wakes_at == 81.0
    await watch.wakes(81.0)

    told = [(one.start_seconds, one.end_seconds, one.segment_ids) for one in watch.found]
    assert told == [(6.0, 26.0, ("seg_5",)), (61.0, 81.0, ("seg_60",))]


async def test_silence_in_an_empty_room_is_none() -> None:
    watch = Watch([a_rule(when={"silence_seconds": 20})])
    await watch.joins("ada")
    await watch.gives(Happened(What.LEFT, "ada"), 5.0)

    await watch.wakes(30.0)

    assert watch.found == []


async def test_who_comes_and_how_many_are_there_can_break_a_rule() -> None:
    rules = [
        a_rule(id="stranger", when={"participant": "joined"}, who={"name": "(?i)bot$"}),
        a_rule(id="gone", when={"participant": "left"}, who={"roles": ["HOST"]}),
        a_rule(id="crowd", when={"participants_at_least": 2}),
        a_rule(id="alone", when={"participants_at_most": 1}),
    ]
    watch = Watch(rules)

    await watch.joins("ada", role="HOST")
    await watch.joins("notebot", at=3.0)
    await watch.gives(Happened(What.LEFT, "ada"), 9.0)

    told = [(one.details["rule"], one.text) for one in watch.found]
    assert told == [
        ("stranger", "Notebot joined"),
        ("crowd", "people here: 2"),
        ("gone", "Ada left"),
        ("alone", "people here: 1"),
    ]


async def test_a_checklist_that_is_done_can_end_the_session() -> None:
    rules = [
        a_rule(id="item", when={"checklist": "greet"}, then=[{"do": "flag"}]),
        a_rule(id="all", when={"checklist": "all"}, then=[{"do": "end"}]) | {"as": "trigger"},
    ]
    watch = Watch(rules)

    await watch.gives(Happened(What.CHECKED, details={"item": "greet", "text": "Greet"}), 3.0)
    await watch.gives(Happened(What.ALL_CHECKED), 9.0)

    assert [(one.kind, one.text) for one in watch.found] == [
        ("flag", "Greet"), ("trigger", "the checklist is done"),
    ]  # fmt: skip
    assert [one.do for one in watch.asked] == [Do.END]


async def test_what_is_written_counts_where_the_rule_says_so() -> None:
    rules = [
        a_rule(id="said"),
        a_rule(id="both", when={"phrases": ["guaranteed returns"], "in": "both"}),
    ]
    watch = Watch(rules)

    chat = {"text": "guaranteed returns!", "name": "Ada"}
    await watch.gives(Happened(What.CHAT, "ada", chat, "ses at 3"), 12.0)

    (found,) = watch.found
    assert (found.details["rule"], found.participant_id) == ("both", "ada")
    assert list(found.segment_ids) == []


async def test_a_mood_that_falls_is_told_once_until_it_is_better_again() -> None:
    watch = Watch([a_rule(when={"sentiment_below": -0.3, "smoothing_seconds": 2})])

    for place, text in enumerate(("bravo", "bravo", "alpha", "bravo")):
        said = " ".join([text] * 8)
        await watch.hears(said, at=10.0 * place, language="en")

    assert [one.start_seconds for one in watch.found] == [0.0, 30.0]
    assert watch.found[0].participant_id == "ada"


async def test_a_language_that_no_engine_judges_is_complained_of_once() -> None:
    watch = Watch([a_rule(when={"sentiment_below": -0.3})])

    first = await watch.hears("schlecht", at=0.0, language="de")
    again = await watch.hears("schlecht", at=10.0, language="de")

    assert "no engine for 'de'" in first.complaint
    assert (again.complaint, watch.found) == ("", [])


@dataclass
class AwayMoods(WrittenMoods):
    """An engine that does not answer."""

    async def judge(self, texts: Sequence[str], language: str) -> Sequence[Mood]:
        raise LlmAway(f"no answer about {texts[0]}")


async def test_a_mood_that_nobody_can_tell_now_keeps_no_phrase_from_being_heard() -> None:
    gloom = a_rule(id="gloom", when={"sentiment_below": -0.3})
    watch = Watch([a_rule(), gloom], moods=AwayMoods())

    first = await watch.hears("guaranteed returns", at=0.0)
    again = await watch.hears("nothing else", at=10.0)

    assert [one.details["rule"] for one in watch.found] == ["promise"]
    assert "LLM_AWAY" in first.complaint
    assert again.complaint == ""


@dataclass
class SlowMoods(WrittenMoods):
    """An engine that never comes to an end."""

    async def judge(self, texts: Sequence[str], language: str) -> Sequence[Mood]:
        await asyncio.Event().wait()
        return ()


async def test_a_phrase_does_not_wait_for_a_mood_that_takes_long() -> None:
    gloom = a_rule(id="gloom", when={"sentiment_below": -0.3})
    watch = Watch([a_rule(), gloom], moods=SlowMoods())

    reading = await watch.hears("guaranteed returns", at=0.0)

    assert [one.details["rule"] for one in watch.found] == ["promise"]
    assert "longer than 0.01 s" in reading.complaint


async def test_a_disclosure_that_is_due_is_missed_at_the_end_and_one_that_is_not_is_not() -> None:
    for ends, missed in ((29.0, 0), (31.0, 1)):
        watch = Watch([disclosure()])
        await watch.joins("ada")

        await watch.gives(Happened(What.CLOSING), ends)

        assert len(watch.found) == missed


async def test_personal_data_is_hidden_in_what_is_told_of_it() -> None:
    watch = Watch([a_rule(when={"pii": ["card"]})])

    await watch.hears("my card is 4111 1111 1111 1111 okay")

    (found,) = watch.found
    assert found.text == "•••• •••• •••• ••11"
    assert found.details["matched"] == "card"


async def test_actions_are_asked_for_with_what_they_need() -> None:
    then = [
        {"do": "hold"},
        {"do": "pause_recording"},
        {"do": "prompt", "text": "Careful", "to": "speaker"},
        {"do": "prompt", "text": "Look", "to": "hosts", "kind": "CHAT"},
        {"do": "attach", "bot": {"kind": "keywords"}},
    ]
    watch = Watch([a_rule(then=then)])

    await watch.hears("guaranteed returns")

    because = {"reason": "rule 'promise'"}
    assert [(one.do, one.arguments) for one in watch.asked] == [
        (Do.HOLD, because),
        (Do.PAUSE_RECORDING, because),
        (Do.PROMPT, {"text": "Careful", "kind": "SYSTEM", "participant_id": "ada"}),
        (Do.PROMPT, {"text": "Look", "kind": "CHAT", "role": "HOST"}),
        (Do.ATTACH, {"kind": "keywords", "config": {}}),
    ]
    assert {one.because for one in watch.asked} == {("/promise#1",)}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"id": "No Name"}, "id", "lower-case"),
        ({"then": []}, "then", "1 to 8"),
        ({"then": [{"do": "shout"}]}, "then[0].do", "takes one of alert"),
        ({"then": [{"do": ["mute"]}]}, "then[0].do", "takes one of alert"),
        ({"then": [{"do": "prompt"}]}, "then[0].text", "is needed"),
        ({"then": [{"do": "mute", "who": "ada"}]}, "then[0].who", "is not known"),
        ({"when": {}}, "when", "exactly one of"),
        ({"when": {"phrases": []}}, "when.phrases", "1 to 50"),
        ({"when": {"patterns": ["("]}}, "when.patterns", "no RE2"),
        ({"when": {"phrases": ["a"], "times": 2}}, "when.within_seconds", "beside times"),
        ({"when": {"silence_seconds": 3}}, "when.silence_seconds", "from 20"),
        ({"when": {"sentiment_below": 0.5}}, "when.sentiment_below", "from -1 to -0.01"),
        ({"when": {"pii": ["shoe"]}}, "when.pii", "card"),
        ({"who": {"email": "x"}}, "who.email", "is not known"),
        ({"on": "whim"}, "on", "final, partial"),
        ({"colour": 1}, "colour", "is not known"),
        (
            {"when": {"silence_seconds": 30}, "then": [{"do": "mute"}]},
            "then[0]",
            "nobody where this rule fires",
        ),
        ({"as": "trigger"}, "then", "something in the session"),
    ],
)
def test_a_rule_that_cannot_be_run_is_refused_by_its_field(
    changes: dict[str, Any], field: str, words: str
) -> None:
    wrong = a_rule(**{"id": "other", **changes})

    with pytest.raises(InvalidRule) as refused:
        Compliance().checked({"rules": [a_rule(), wrong]})

    assert refused.value.field == f"config.rules[1].{field}"
    assert words in str(refused.value)


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidRule) as refused:
        Compliance().checked({"rules": [a_rule(), a_rule()]})

    assert refused.value.field == "config.rules[1].id"


def test_the_example_of_the_documentation_can_be_kept_and_run() -> None:
    written = (Path(__file__).parents[3] / "docs" / "policies.md").read_text()
    body = written.partition("-d '")[2].partition("'\n")[0]

    Compliance().checked({"rules": json.loads(body)["rules"]})
