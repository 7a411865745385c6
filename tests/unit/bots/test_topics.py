"""Where the topics bot sees topics begin and end, what it calls them, and what an agenda gets."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.domain.kind import InvalidConfig
from bots.domain.reading import Engines, Event, Finding, Happened, Reading, Said, What
from bots.engines.meanings import WordMeanings
from bots.kinds.topical.agenda import MOST_ITEMS, items_of
from bots.kinds.topics import Topics
from tests.support.segments import a_segment

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BUDGET = "the budget for heating and gas has doubled since the winter"
GARDEN = "roses and tulips grow beside the garden fence in spring"
CLOSING = Happened(What.CLOSING, source="ses_1 at 99")


async def read(config: Mapping[str, Any], *events: Event) -> list[Reading]:
    """What is made of *events*, one after the other."""
    kind = Topics()
    reader = kind.reader(
        kind.checked({"block_words": 10, **config}), Engines(meanings=WordMeanings())
    )
    readings = [Reading(reader.state)]
    for event in events:
        readings.append(await reader.read(event, readings[-1].state, NOW))
    return readings[1:]


def talk(*texts: str, every: float = 10.0) -> list[Said]:
    """Each of *texts* said for half of so many seconds, one after the other."""
    return [
        Said(a_segment(text, at * every, end_seconds=at * every + every / 2))
        for at, text in enumerate(texts)
    ]


def found(readings: Sequence[Reading], kind: str) -> list[Finding]:
    return [one for reading in readings for one in reading.findings if one.kind == kind]


async def test_a_topic_ends_where_something_else_is_talked_about() -> None:
    readings = await read({}, *talk(*[BUDGET] * 5, *[GARDEN] * 5), CLOSING)

    budget, garden = found(readings, "topic")
    assert (budget.start_seconds, budget.end_seconds) == (0.0, 45.0)
    assert (garden.start_seconds, garden.end_seconds) == (50.0, 95.0)
    assert list(budget.segment_ids) == [f"seg_{at}" for at in (0, 10, 20, 30, 40)]
    assert "budget" in budget.text or "heating" in budget.text
    assert "garden" in garden.text or "roses" in garden.text
    assert budget.participant_id is None


async def test_a_last_topic_that_is_short_is_found_when_nothing_more_is_said() -> None:
    readings = await read({}, *talk(*[BUDGET] * 5, *[GARDEN] * 2), CLOSING)

    assert [len(reading.findings) for reading in readings[5:]] == [0, 0, 3]
    assert [one.start_seconds for one in found(readings, "topic")] == [0.0, 50.0]


async def test_a_begin_is_told_before_the_end_with_the_same_topic_id() -> None:
    readings = await read({}, *talk(*[BUDGET] * 5, *[GARDEN] * 5), CLOSING)

    order = [
        (one.kind, one.details["topic_id"])
        for reading in readings
        for one in reading.findings
        if one.kind.startswith("topic")
    ]
    assert order == [
        ("topic_start", "seg_0"),
        ("topic", "seg_0"),
        ("topic_start", "seg_50"),
        ("topic", "seg_50"),
    ]


async def test_one_thing_that_is_talked_about_all_the_time_is_one_topic() -> None:
    readings = await read({}, *talk(*[BUDGET] * 12), CLOSING)

    assert len(found(readings, "topic")) == 1


async def test_an_aside_does_not_end_a_topic() -> None:
    readings = await read({}, *talk(*[BUDGET] * 5, "look, roses", *[BUDGET] * 5), CLOSING)

    assert len(found(readings, "topic")) == 1


async def test_a_session_in_which_nothing_was_said_has_no_topic() -> None:
    readings = await read({}, *talk("okay", "yes", "fine"), CLOSING)

    assert found(readings, "topic") == []


async def test_a_short_session_has_one_topic_told_at_its_end() -> None:
    readings = await read({}, *talk("the garden fence is broken"), CLOSING)

    assert [[one.kind for one in reading.findings] for reading in readings] == [
        [],
        ["topic_start", "topic"],
    ]


async def test_a_topic_is_called_by_the_item_that_is_named_in_it() -> None:
    agenda = {"agenda": ["Gas budget", "Garden"]}
    readings = await read(
        agenda, *talk(f"gas budget: {BUDGET}", *[BUDGET] * 4, *[GARDEN] * 5), CLOSING
    )

    assert [one.text for one in found(readings, "topic")] == ["Gas budget", "Garden"]


async def test_an_item_is_covered_when_it_was_talked_about_for_long_enough() -> None:
    readings = await read(
        {"agenda": ["Garden", "Budget", "Parking"], "covered_after_seconds": 12},
        *talk("now the garden", "it is lovely", "so it is", "the budget please"),
        CLOSING,
    )

    covered, *missed = found(readings, "agenda")
    assert (covered.text, covered.details["covered"]) == ("Garden", True)
    assert covered.segment_ids == ()
    assert [(one.text, one.details["covered"]) for one in missed] == [
        ("Budget", False),
        ("Parking", False),
    ]


async def test_the_silence_between_words_belongs_to_the_item_and_a_long_pause_does_not() -> None:
    garden = Said(a_segment("the garden", 0.0, end_seconds=5.0))
    soon = Said(a_segment("it is lovely", 10.0, end_seconds=15.0))
    late = Said(a_segment("so it is", 600.0, end_seconds=605.0))

    readings = await read({"agenda": ["Garden"]}, garden, soon, late)

    # 5 s, then 5 s and the pause of 5 s, then 5 s and no more than 15 s of the long pause.
    assert readings[-1].state["agenda"]["seconds"] == {"Garden": 35.0}


async def test_a_phrase_of_an_item_names_it() -> None:
    agenda = [{"item": "Finances", "phrases": ["in the black"]}]
    readings = await read({"agenda": agenda}, *talk("we are in the black this year"))

    assert readings[0].state["agenda"]["current"] == "Finances"


async def test_it_says_what_is_covered_when_asked() -> None:
    asked = Happened(What.COMMAND, details={"verb": "what_is_covered"})

    *_, reading = await read(
        {"agenda": ["Garden", "Budget"], "covered_after_seconds": 5},
        *talk("now the garden", "the roses are lovely"),
        asked,
    )

    assert reading.answer == {
        "items": [
            {
                "item": "Garden",
                "covered": True,
                "minutes": 0.25,
                "text": "Garden (covered, 0.25 min)",
            },
            {"item": "Budget", "covered": False, "minutes": 0.0, "text": "Budget (open, 0 min)"},
        ],
        "item": "Garden",
        "topic": "Garden",
    }


async def test_what_it_remembers_stays_small_in_a_long_session() -> None:
    texts = [f"{BUDGET} number{at} word{at % 700} other{at % 900}" for at in range(400)]

    *_, last = await read({}, *talk(*texts))

    assert len(str(last.state)) < 150_000


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (
            "1. Budget (10 min)\n2) The roof\n- Any other business\n\n",
            ["Budget", "The roof", "Any other business"],
        ),
        ("Budget; roof; summer party", ["Budget", "roof", "summer party"]),
        ("* Opening hours - 15 minutes\n* Opening hours", ["Opening hours"]),
        ("Talk about next year", ["Talk about next year"]),
        ("", []),
        ("…", ["…"]),
    ],
)
def test_items_are_taken_out_of_an_agenda_as_people_write_it(text: str, items: list[str]) -> None:
    assert items_of(text) == items


def test_a_very_long_agenda_is_cut() -> None:
    found = items_of("\n".join(f"{'x' * 300}{at}" for at in range(100)) + "\n")

    assert len(found) <= MOST_ITEMS
    assert all(len(one) <= 200 for one in found)


def test_a_configured_agenda_goes_before_the_meetings() -> None:
    kind = Topics()

    own = kind.planned(kind.checked({"agenda": ["Mine"]}), "Theirs\nand more")
    theirs = kind.planned(kind.checked({}), "1. Theirs\n2. More")

    assert (own["agenda"], theirs["agenda"]) == (["Mine"], ["Theirs", "More"])


@pytest.mark.parametrize(
    "agenda",
    [
        "Budget",
        [""],
        [3],
        ["Budget", "Budget"],
        ["x" * 201],
        [{"phrases": ["x"]}],
        [{"item": "Budget", "loud": True}],
        [{"item": "Budget", "phrases": [""]}],
        [f"item {number}" for number in range(MOST_ITEMS + 1)],
    ],
)
def test_an_agenda_that_cannot_be_followed_is_refused(agenda: Any) -> None:
    with pytest.raises(InvalidConfig) as refused:
        Topics().checked({"agenda": agenda})

    assert refused.value.field == "config.agenda"
