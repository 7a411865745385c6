"""Ways in which people agree, refuse and leave things open when they talk rather than write."""

from datetime import date

import pytest

from minutes.notes import Note, NoteKind, of_kind
from minutes.quoting.rules import Rules, quoted_notes
from minutes.taking import EDGE, WINDOW, retaken, stop_gap
from tests.support.minutes import spoken


def decisions_of(*turns: str) -> list[tuple[str, tuple[str, ...]]]:
    summary = Rules().summarise(spoken(*turns))
    return [(one.text, tuple(one.segment_ids)) for one in summary.decisions]


def items_of(*turns: str) -> list[tuple[str, str, str]]:
    summary = Rules().summarise(spoken(*turns))
    return [(one.owner, one.text, one.due) for one in summary.action_items]


def questions_of(*turns: str) -> list[str]:
    return [one.text for one in Rules().summarise(spoken(*turns)).questions]


@pytest.mark.parametrize(
    ("turns", "decision"),
    [
        (("Ada: Then the blue poster it is.",), "Then the blue poster it is."),
        (("Ada: Then we go with the blue poster.",), "Then we go with the blue poster."),
        (
            ("Ada: Let's just take the blue poster.", "Bo: Hmm. Yeah. You're right."),
            "Let's just take the blue poster.",
        ),
        (
            ("Ada: I'd put the whole budget into posters.", "Bo: Half sounds right."),
            "I'd put the whole budget into posters.",
        ),
        (
            ("Ada: Could we rent a second hall?", "Bo: It costs double.", "Ada: Okay, then no."),
            "Could we rent a second hall? Okay, then no.",
        ),
    ],
)
def test_what_is_settled_in_passing_is_a_decision(turns: tuple[str, ...], decision: str) -> None:
    assert [text for text, _ in decisions_of(*turns)] == [decision]


def test_what_is_turned_down_cites_the_wish_and_the_refusal() -> None:
    ((_, cited),) = decisions_of(
        "Ada: Could we rent a second hall?", "Bo: It costs double.", "Ada: Then no."
    )
    assert cited == ("seg_1", "seg_2", "seg_3")


def test_a_proposal_and_its_settling_are_one_decision() -> None:
    found = decisions_of(
        "Ada: I'd say we take the blue poster.", "Bo: Makes sense.", "Ada: Then blue poster it is."
    )
    assert found == [("Then blue poster it is.", ("seg_1", "seg_2", "seg_3"))]


@pytest.mark.parametrize(
    "turns",
    [
        ("Ada: Could we rent a second hall?", "Bo: It costs double."),
        ("Ada: I'd take the train.", "Bo: Really?"),
        ("Ada: Then no.",),
    ],
)
def test_what_nobody_settles_is_no_decision(turns: tuple[str, ...]) -> None:
    assert decisions_of(*turns) == []


def test_a_day_said_after_a_promise_is_the_promises_own() -> None:
    assert items_of(
        "Bo: Cy, please write that rule down.",
        "Cy: Will do.",
        "Ada: I can renew the certificates. I'll do it this Thursday.",
    ) == [
        ("Cy", "Write that rule down", ""),
        ("Ada", "Renew the certificates", "2026-12-03"),
    ]


def test_what_somebody_is_at_is_a_promise_when_they_say_by_when() -> None:
    assert items_of("Ada: I'm wiring the status page by Friday.") == [
        ("Ada", "Wire the status page", "2026-12-04")
    ]
    assert items_of("Ada: I'm wiring the status page today.") == []


def test_a_polite_order_at_the_end_of_a_sentence_is_a_request() -> None:
    assert items_of("Ada: Do forward it to the fraud desk, would you?", "Bo: Sure.") == [
        ("Bo", "Forward it to the fraud desk", "")
    ]


def test_what_people_say_twice_or_while_they_search_is_passed_over() -> None:
    assert items_of("Ada: I'll, um, I'll send the, the budget to Bo.") == [
        ("Ada", "Send the budget to Bo", "")
    ]


@pytest.mark.parametrize(
    ("turns", "is_open"),
    [
        (("Ada: Does the hall have a projector?", "Bo: I don't know."), True),
        (("Ada: Does the hall have a projector?", "Bo: I honestly can't say."), True),
        (("Ada: What do we pay her?", "Bo: It depends on the budget."), True),
        (("Ada: Does the hall have a projector?",), True),
        (("Ada: Does the hall have a projector?", "Bo: Yes, a new one."), False),
        (("Ada: Bo, can you send the budget?", "Bo: I don't know."), False),
        (("Ada: Anything else on the budget?",), False),
    ],
)
def test_a_question_is_open_when_nobody_knows(turns: tuple[str, ...], is_open: bool) -> None:
    assert bool(questions_of(*turns)) is is_open


PROMISE = "Ada: I will send the budget to the printer."


def test_while_people_talk_only_the_last_stretch_is_read_anew() -> None:
    first = spoken(PROMISE, *["Bo: Right."] * 3)
    notes = retaken((), first)
    heard = spoken(PROMISE, *["Bo: Right."] * (WINDOW + EDGE))
    assert [one.text for one in of_kind(retaken(notes, heard), NoteKind.ACTION_ITEM)] == [
        "Send the budget to the printer"
    ]
    assert of_kind(retaken((), heard), NoteKind.ACTION_ITEM) == [], "it is out of sight"


def test_what_the_last_stretch_no_longer_shows_is_no_note() -> None:
    asked = spoken("Ada: Where is the projector of the hall?")
    notes = retaken((), asked)
    assert len(of_kind(notes, NoteKind.QUESTION)) == 1
    replied = [*asked, *spoken("Bo: In the cellar.", first=2)]
    assert of_kind(retaken(notes, replied), NoteKind.QUESTION) == []


def test_rules_that_stand_in_add_to_what_there_is() -> None:
    heard = [*spoken("Ada: Fine."), *spoken(PROMISE, first=2)]
    kept = Note(NoteKind.DECISION, "The poster is blue", ("seg_1",), key="seg_1#1")
    notes = stop_gap([kept], heard, 1)
    assert notes[0] == kept
    assert [one.text for one in of_kind(notes, NoteKind.ACTION_ITEM)] == [
        "Send the budget to the printer"
    ]
    assert stop_gap(notes, heard, 1) == notes, "the same is not noted twice"


def test_a_note_keeps_its_key_while_it_changes() -> None:
    before = of_kind(quoted_notes(spoken(PROMISE)), NoteKind.ACTION_ITEM)
    after = of_kind(quoted_notes(spoken(PROMISE, "Ada: By Friday.")), NoteKind.ACTION_ITEM)
    assert [one.key for one in before] == [one.key for one in after] == ["seg_1#1"]
    assert [date.fromisoformat(one.due) for one in after] == [date(2026, 12, 4)]
