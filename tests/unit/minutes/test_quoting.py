"""What the rules find in what people say, on Tuesday, 1 December 2026."""

from datetime import date

import pytest

from minutes.model import ActionItem, Line, Summary
from minutes.quoting.rules import NOTHING, Rules

SAID_ON = date(2026, 12, 1)


def spoken(*turns: str) -> list[Line]:
    """Lines from ``Ada: text``; everybody waits a little before speaking."""
    lines = []
    for number, turn in enumerate(turns, 1):
        speaker, text = turn.split(": ", 1)
        start = 6.0 * number
        lines.append(Line(f"seg_{number}", speaker, text, start, start + 4, SAID_ON))
    return lines


def summary_of(*turns: str) -> Summary:
    return Rules().summarise(spoken(*turns))


def items_of(*turns: str) -> list[tuple[str, str, str]]:
    return [(one.owner, one.text, one.due) for one in summary_of(*turns).action_items]


@pytest.mark.parametrize(
    ("said", "task", "due"),
    [
        ("I will send the budget to Bo by Friday.", "Send the budget to Bo", "2026-12-04"),
        (
            "Okay, so I'll write the press release tomorrow.",
            "Write the press release",
            "2026-12-02",
        ),
        ("I'm going to call the printer.", "Call the printer", ""),
        ("The deck is late, so I'll rewrite it tonight.", "Rewrite it", "2026-12-01"),
        ("I think I can finish the page in 2 weeks.", "Finish the page", "2026-12-15"),
        ("I'll have the figures ready by Monday.", "Have the figures ready", "2026-12-07"),
        (
            "I'll share the slides with the board next week.",
            "Share the slides with the board",
            "next week",
        ),
    ],
)
def test_a_promise_is_an_item_of_its_speaker(said: str, task: str, due: str) -> None:
    assert ("Ada", task, due) in items_of(f"Ada: {said}", "Bo: Hm.")


@pytest.mark.parametrize(
    "said",
    [
        "I will be on holiday next week.",
        "That would be great, thank you.",
        "Will you come?",
        "I'll be honest, I never liked it.",
        "I'll share my screen.",
        "I can hear you.",
        "I have to go now.",
        "I won't send it.",
        "If I find the time I will rewrite it.",
        "He said I will pay for it.",
        "Maybe I'll write something.",
        "Should I have known that?",
        "Can you see my screen?",
        "I will say the quote surprised me.",
        "Let me start with the numbers.",
        "The tool that I will use is fine.",
        "I would send it if I were you.",
        "We will see.",
    ],
)
def test_talk_that_promises_nothing_is_no_item(said: str) -> None:
    assert items_of(f"Ada: {said}", "Bo: Hm.") == []


def test_a_request_and_its_acceptance_are_one_item_of_who_accepted() -> None:
    found = summary_of(
        "Ada: Bo, can you book the room, please?", "Bo: Yes, I will do it by Monday."
    )
    (item,) = found.action_items
    assert item == ActionItem("Book the room", "Bo", "2026-12-07", ("seg_1", "seg_2"))


def test_a_request_that_lost_its_question_mark_is_still_one() -> None:
    found = items_of("Ada: Oh can you book the room please.", "Bo: Yes, I will do it by Monday.")
    assert found == [("Bo", "Book the room", "2026-12-07")]


@pytest.mark.parametrize(
    "answer",
    ["Sure.", "Will do.", "Of course. I'll take care of it.", "Happy to.", "I can do that."],
)
def test_an_acceptance_may_be_short(answer: str) -> None:
    found = items_of("Ada: Could you send the June invoices to Cy?", f"Bo: {answer}")
    assert found == [("Bo", "Send the June invoices to Cy", "")]


def test_an_acceptance_that_only_says_them_makes_no_second_item() -> None:
    found = items_of(
        "Ada: Bo, could you send the June invoices to Cy?", "Bo: Sure, I'll send them by tomorrow."
    )
    assert found == [("Bo", "Send the June invoices to Cy", "2026-12-02")]


def test_another_promise_is_no_acceptance() -> None:
    found = items_of(
        "Ada: Oh, can you book the room, please?",
        "Cy: I will write the press release by Wednesday.",
    )
    assert found == [("Cy", "Write the press release", "2026-12-02")]


def test_a_request_that_its_addressee_refuses_goes_to_who_takes_it() -> None:
    found = items_of(
        "Ada: Bo, could you call the printer?", "Bo: No, I can't.", "Cy: I'll do it on Thursday."
    )
    assert found == [("Cy", "Call the printer", "2026-12-03")]


def test_a_refused_request_is_nobodys() -> None:
    assert items_of("Ada: Bo, can you call the printer?", "Bo: Sorry, I can't.", "Ada: Fine.") == []


def test_a_task_for_anybody_is_whose_hand_goes_up() -> None:
    found = items_of(
        "Ada: Somebody needs to cover the support desk.", "Bo: Hm.", "Cy: I can do that."
    )
    assert found == [("Cy", "Cover the support desk", "")]


def test_somebody_named_may_be_given_a_task() -> None:
    found = items_of(
        "Ada: Cy will check the translations by Friday, and Bo will draft the text.",
        "Bo: Hm.",
        "Cy: Hm.",
    )
    assert found == [("Cy", "Check the translations", "2026-12-04"), ("Bo", "Draft the text", "")]


def test_an_offer_that_is_welcome_is_its_speakers_item() -> None:
    assert items_of("Ada: Should I book the hotel?", "Bo: Yes please.") == [
        ("Ada", "Book the hotel", "")
    ]
    assert items_of("Ada: Should I book the hotel?", "Bo: No, leave it.") == []


def test_what_is_said_twice_is_one_item_with_both_places() -> None:
    (item,) = summary_of(
        "Bo: I will update the website.",
        "Ada: Great.",
        "Ada: So Bo will update the website by Friday.",
    ).action_items
    assert (item.owner, item.due) == ("Bo", "2026-12-04")
    assert item.segment_ids == ("seg_1", "seg_3")


def test_a_day_given_afterwards_belongs_to_the_item() -> None:
    found = items_of("Bo: I will update the website.", "Ada: By when?", "Bo: By Friday.")
    assert found == [("Bo", "Update the website", "2026-12-04")]


def test_a_sentence_over_two_segments_cites_both() -> None:
    lines = [
        Line("seg_1", "Ada", "I will send the", 0, 2, SAID_ON),
        Line("seg_2", "Ada", "budget to Bo by Friday.", 2.2, 4, SAID_ON),
    ]
    (item,) = Rules().summarise(lines).action_items
    assert item == ActionItem("Send the budget to Bo", "Ada", "2026-12-04", ("seg_1", "seg_2"))


@pytest.mark.parametrize(
    "said",
    [
        "We decided to launch on March 19.",
        "We've agreed to keep the current prices until June.",
        "Okay, we'll go with the blue logo.",
        "The decision is to postpone the release.",
    ],
)
def test_what_is_said_to_be_settled_is_a_decision(said: str) -> None:
    assert [one.text for one in summary_of(f"Ada: {said}").decisions] == [said]


@pytest.mark.parametrize(
    "said",
    [
        "We haven't decided on the logo yet.",
        "Have we agreed on the price?",
        "We need to decide which logo to use.",
        "Let's get started with the agenda.",
        "Let's move the launch to May.",
    ],
)
def test_what_is_open_is_no_decision(said: str) -> None:
    assert summary_of(f"Ada: {said}", "Bo: Hm, the logo is blue.").decisions == ()


def test_a_proposal_is_a_decision_once_somebody_agrees() -> None:
    (decision,) = summary_of("Ada: Let's move the launch to May.", "Bo: Sounds good.").decisions
    assert decision.segment_ids == ("seg_1", "seg_2")


def test_the_text_quotes_central_sentences_and_cites_them() -> None:
    found = summary_of(
        "Ada: Hello.",
        "Bo: The launch plan needs a budget for the launch website.",
        "Cy: It rained a lot in Lisbon yesterday evening.",
        "Ada: The launch budget covers the website and the launch party.",
        "Bo: Is that so?",
    )
    quoted = found.text.split("\n")
    assert quoted == ["Bo: The launch plan needs a budget for the launch website."]
    assert found.segment_ids == ("seg_2",)


def test_the_same_lines_give_the_same_summary() -> None:
    turns = [f"Ada: The plan number {n} is about the launch of part {n % 3}." for n in range(30)]
    assert summary_of(*turns) == summary_of(*turns)
    assert len(summary_of(*turns).segment_ids) == 5


def test_silence_says_so_and_cites_nothing() -> None:
    found = summary_of()
    assert (found.text, found.segment_ids) == (NOTHING, ())


def test_everything_found_cites_a_segment_that_was_said() -> None:
    turns = ["Ada: We agreed to sell it.", "Bo: I'll call the bank by Friday.", "Cy: Fine."]
    found = summary_of(*turns)
    cited = [*found.decisions[0].segment_ids, *found.action_items[0].segment_ids]
    assert cited == ["seg_1", "seg_2"]
