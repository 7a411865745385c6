"""How the checklist bot ticks items, in or out of order, and what it asks for then."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.domain.kind import InvalidConfig
from bots.domain.reading import Do, Event, Happened, Reading, Said, What
from bots.kinds.checklist import Checklist, ChecklistReader
from tests.support.segments import a_segment

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ITEMS = [
    {"item": "greet", "text": "Greet everybody", "phrases": ["good morning", "welcome"]},
    {"item": "budget", "text": "Agree on the budget", "phrases": ["agree on the budget"]},
]


async def read(config: Mapping[str, Any], *events: Event) -> list[Reading]:
    """What is made of *events*, one after the other."""
    reader = ChecklistReader(Checklist().checked({"items": ITEMS, **config}))
    readings = [Reading(reader.state)]
    for event in events:
        readings.append(await reader.read(event, readings[-1].state, NOW))
    return readings[1:]


def says(text: str, at: float = 10.0) -> Said:
    return Said(a_segment(text, at))


async def test_an_item_that_is_said_is_ticked_with_the_words_that_show_it() -> None:
    (reading,) = await read({}, says("So, good morning all"))

    (found,), (ask,) = reading.findings, reading.asks
    assert (found.kind, found.text, found.details["item"]) == (
        "checklist",
        "good morning",
        "greet",
    )
    assert (ask.do, ask.arguments) == (Do.CHECK, {"item": "greet", "text": "Greet everybody"})


async def test_an_item_is_ticked_once() -> None:
    _, again = await read({}, says("welcome"), says("welcome", 20.0))

    assert (again.findings, again.asks) == ((), ())


async def test_words_that_may_still_change_tick_nothing() -> None:
    (reading,) = await read({}, Said(a_segment("good morning"), final=False))

    assert reading.asks == ()


async def test_items_in_order_wait_for_those_before_them() -> None:
    early, _, late = await read(
        {"in_order": True},
        says("we agree on the budget", 10.0),
        says("good morning", 20.0),
        says("we agreed on the budget", 30.0),
    )

    assert early.asks == ()
    assert [ask.arguments["item"] for ask in late.asks] == ["budget"]


async def test_the_hosts_are_told_what_is_next() -> None:
    (reading,) = await read({"tell_next": True}, says("welcome"))

    assert reading.asks[1].do is Do.PROMPT
    assert reading.asks[1].arguments == {
        "text": "Next: Agree on the budget",
        "kind": "SYSTEM",
        "role": "HOST",
    }


async def test_the_last_item_ends_the_session_also_when_somebody_ticks_it() -> None:
    ticked = Happened(What.CHECKED, details={"item": "budget", "text": ""})

    first, last = await read({"ends_session": True}, says("welcome"), ticked)

    assert [ask.do for ask in first.asks] == [Do.CHECK]
    assert [ask.do for ask in last.asks] == [Do.END]


async def test_it_says_what_is_open_when_asked() -> None:
    asked = Happened(What.COMMAND, details={"verb": "what_is_open"})

    _, reading = await read({}, says("welcome"), asked)

    assert reading.answer == {"items": ["budget"]}


@pytest.mark.parametrize(
    "items",
    [
        "greet",
        [{"text": "no name"}],
        [{"item": "Greet"}],
        [{"item": 5}],
        [{"item": "greet\n"}],
        [{"item": "greet", "loud": True}],
        [{"item": "greet", "text": "x" * 501}],
        [{"item": "greet", "phrases": [""]}],
        [{"item": "greet", "phrases": [{"phrase": "x"}]}],
        [{"item": "greet"}, {"item": "greet"}],
        [{"item": f"item-{number}"} for number in range(51)],
    ],
)
def test_items_that_cannot_be_ticked_are_refused(items: Any) -> None:
    with pytest.raises(InvalidConfig) as refused:
        Checklist().checked({"items": items})

    assert refused.value.field == "config.items"


def test_which_item_cannot_be_ticked_is_said() -> None:
    with pytest.raises(InvalidConfig, match=r"\(item 2 of 2\)$"):
        Checklist().checked({"items": [{"item": "greet"}, {"text": "no name"}]})
