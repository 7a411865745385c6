"""People are heard once: in which language, with which terms, and whose voices are told apart."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.domain.bot import BotId, BotState, HeardOtherwise
from bots.domain.crew import Track
from bots.service.bots import new_bot
from bots.service.hearers import MOST_HINTS, check_language, finishing, hearers_of, wanted_by

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def a_bot(kind: str, state: BotState = BotState.JOINED, **config: Any) -> Any:
    made = new_bot("mtg_1", "ses_1", kind, config, NOW)
    return replace(made, id=BotId(f"bot_{kind}"), state=state)


def a_track(name: str) -> Track:
    return Track("ses_1", name.lower(), 1, name, "ear:1", 0.0)


@pytest.mark.parametrize(
    ("bots", "language"),
    [
        ([], ""),
        ([a_bot("keywords", language="es")], "es"),
        ([a_bot("sentiment"), a_bot("keywords", language="es")], "es"),
        ([a_bot("keywords", language="es"), a_bot("transcriber", language="")], ""),
        ([a_bot("keywords", language="es"), a_bot("transcriber", language="auto")], ""),
        ([a_bot("translator", language="auto"), a_bot("transcriber", language="pt")], "pt"),
        ([a_bot("keywords", language="es"), a_bot("sentiment", language="en")], ""),
    ],
)
def test_people_are_heard_in_the_transcribers_language_or_the_one_that_is_named(
    bots: list[Any], language: str
) -> None:
    assert wanted_by(hearers_of(bots), []).language == language


def test_terms_are_everybodys_and_leave_room_for_the_names_of_people() -> None:
    bots = [
        a_bot("keywords", hints=["Lisbon", "Convene"]),
        a_bot("transcriber", hints=[f"term {number}" for number in range(MOST_HINTS)]),
    ]
    tracks = [a_track("Ada"), a_track("Bo"), a_track("Ada")]

    hints = wanted_by(hearers_of(bots), tracks).hints

    assert len(hints) == MOST_HINTS
    assert hints[0] == "term 0"
    assert hints[-2:] == ("Ada", "Bo")
    few = wanted_by(hearers_of([bots[0], a_bot("transcriber", hints=["Convene"])]), tracks)
    assert few.hints == ("Convene", "Lisbon", "Ada", "Bo")


def test_voices_are_told_apart_if_any_bot_asks_for_it() -> None:
    quiet = a_bot("transcriber", diarise=False)

    assert wanted_by(hearers_of([quiet, a_bot("keywords", diarise=True)]), []).diarise
    assert not wanted_by(hearers_of([quiet, a_bot("keywords")]), []).diarise


def test_who_is_paused_or_leaving_says_nothing_of_how_people_are_heard() -> None:
    paused = replace(a_bot("transcriber", language="en"), paused=True)
    leaving = a_bot("sentiment", BotState.LEAVING, language="de")
    speaking = a_bot("speaker", language="fr")

    assert hearers_of([paused, leaving, speaking]) == []


def test_the_last_words_are_heard_in_the_transcribers_language_too() -> None:
    bots = [
        a_bot("keywords", language="en"),
        a_bot("transcriber", BotState.LEAVING, language=""),
        a_bot("speaker", language="fr"),
    ]
    late = finishing([bot.deafened(5.0) for bot in bots])

    assert [bot.kind for bot in late] == ["transcriber", "keywords"]
    assert wanted_by(late, []).language == ""


@pytest.mark.parametrize(
    "others",
    [
        [a_bot("transcriber", language="en")],
        [a_bot("sentiment", language="en")],
        [replace(a_bot("transcriber", language="en"), paused=True)],
        [a_bot("transcriber", BotState.SCHEDULED, language="en")],
    ],
)
def test_another_language_than_people_are_heard_in_is_refused_with_both_and_a_remedy(
    others: list[Any],
) -> None:
    with pytest.raises(HeardOtherwise) as refused:
        check_language(a_bot("keywords", language="es"), others)

    assert refused.value.reason == "HEARD_OTHERWISE"
    for named in ("'es'", "'en'", others[0].id, "'auto'"):
        assert named in str(refused.value)


@pytest.mark.parametrize(
    "others",
    [
        [],
        [a_bot("transcriber", language="es")],
        [a_bot("transcriber", language="auto"), a_bot("sentiment", language="en")],
        [a_bot("sentiment", language="")],
        [a_bot("speaker", language="en")],
        [a_bot("transcriber", BotState.LEAVING, language="en")],
        [a_bot("keywords", language="en")],
    ],
)
def test_a_language_that_others_can_live_with_is_taken(others: list[Any]) -> None:
    check_language(a_bot("keywords", language="es"), others)


def test_a_transcriber_that_names_a_language_is_refused_beside_bots_that_name_another() -> None:
    others = [a_bot("keywords", language="es"), a_bot("sentiment", language="en")]

    with pytest.raises(HeardOtherwise):
        check_language(a_bot("transcriber", language="es"), others)
    check_language(a_bot("transcriber", language=""), others)
