"""Which day the words mean, said on Tuesday, 1 December 2026."""

from datetime import date

import pytest

from minutes.quoting.due import find_due

SAID_ON = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("send it by Friday", "2026-12-04"),
        ("send it by Tuesday", "2026-12-08"),
        ("do it this Tuesday", "2026-12-01"),
        ("send it by next Thursday", "2026-12-10"),
        ("send it Friday next week", "2026-12-11"),
        ("send it tomorrow at 5 pm", "2026-12-02"),
        ("send it the day after tomorrow", "2026-12-03"),
        ("send it tonight", "2026-12-01"),
        ("launch on the nineteenth of March", "2027-03-19"),
        ("launch by March 19", "2027-03-19"),
        ("send it by Monday, December 7", "2026-12-07"),
        ("send it by December 24th, 2027", "2027-12-24"),
        ("send it on 2026-12-04", "2026-12-04"),
        ("send it by the third", "2026-12-03"),
        ("send it within two weeks", "2026-12-15"),
        ("send it in 3 days", "2026-12-04"),
        ("send it by the end of the week", "2026-12-04"),
        ("send it by end of month", "2026-12-31"),
        ("send it by the end of February", "2027-02-28"),
        ("send it by EOD", "2026-12-01"),
    ],
)
def test_a_sure_day_becomes_a_date(text: str, due: str) -> None:
    found = find_due(text, SAID_ON)
    assert found is not None
    assert found.value == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("send it next week", "next week"),
        ("send it by June", "June"),
        ("send it before Friday", "before Friday"),
        ("keep it until Friday", "until Friday"),
        ("send it by 5 pm", "5 pm"),
        ("send it by the next meeting", "the next meeting"),
        ("send it by February 30", "February 30"),
    ],
)
def test_what_is_no_single_day_stays_as_it_was_said(text: str, due: str) -> None:
    found = find_due(text, SAID_ON)
    assert found is not None
    assert found.value == due


@pytest.mark.parametrize(
    "text",
    [
        "I may do it",
        "take the Monday clinic",
        "talk about Friday's call",
        "choose the second option",
        "two weeks of work",
        "the march to the top",
        "it costs 5 euros",
    ],
)
def test_other_words_name_no_day(text: str) -> None:
    assert find_due(text, SAID_ON) is None
