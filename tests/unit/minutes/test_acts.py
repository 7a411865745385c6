"""What sentences do, and what is made of it where no rule knows the words."""

import threading
from collections.abc import Mapping, Sequence

import pytest

from minutes.model import Summary
from minutes.quoting import acts, cues
from minutes.quoting.acts import NO_ACTS, PROBE, Act, Acts, Listener, runs_of, trained
from minutes.quoting.rules import Rules, texts_of
from tests.support.minutes import spoken


class Vectors:
    """A sentence model that says *probe* of everything, and counts what it is asked."""

    name = "counting"

    def __init__(self, probe: Sequence[float]) -> None:
        self._probe = probe
        self.asked: list[str] = []

    async def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        self.asked += texts
        return [self._probe for _ in texts]


def acts_of(told: Mapping[str, tuple[Act, float]]) -> Acts:
    """Acts as *told*; what is left of each text is ``OTHER``."""
    return Acts(
        {
            text: {one: share if one is act else 0.0 for one in Act} | {Act.OTHER: 1 - share}
            for text, (act, share) in told.items()
        },
        "told",
    )


def summary_of(told: Mapping[str, tuple[Act, float]], *turns: str) -> Summary:
    return Rules(acts_of(told)).summarise(spoken(*turns))


def items_of(told: Mapping[str, tuple[Act, float]], *turns: str) -> list[tuple[str, str, str]]:
    return [(one.owner, one.text, one.due) for one in summary_of(told, *turns).action_items]


def decisions_of(told: Mapping[str, tuple[Act, float]], *turns: str) -> list[str]:
    return [one.text for one in summary_of(told, *turns).decisions]


def test_each_cue_is_a_number_and_a_plain_statement_has_none_of_asking() -> None:
    asked = cues.cues_of("Could you send it by Friday, please?")
    told = cues.cues_of("The harbour was busy.")

    assert len(asked) == len(told) == cues.COUNT
    assert set(asked) | set(told) == {0.0, 1.0}
    assert asked[0] == 1.0
    assert told[0] == 0.0


def test_runs_of_words_know_where_a_sentence_begins() -> None:
    assert {"^ i", "^ i will", "will", "i will go"} <= runs_of("I'll go")
    assert "^ go" not in runs_of("I'll go")


def test_the_weights_in_the_package_fit_their_features() -> None:
    weights = trained()

    shares = weights.shares("I'll send it to you by Friday.", [0.0] * len(weights.probe))

    assert len(weights.matrix) == len(weights.probe) + cues.COUNT + len(weights.vocabulary) + 1
    assert sum(shares.values()) == pytest.approx(1.0)
    assert max(shares, key=lambda act: shares[act]) is Act.COMMITMENT


async def test_another_sentence_model_than_that_trained_with_is_not_listened_to() -> None:
    weights = trained()

    turned = await Listener(Vectors([-x for x in weights.probe])).heard(["I'll go."])
    shorter = await Listener(Vectors(weights.probe[:100])).heard(["I'll go."])
    same = await Listener(Vectors(weights.probe)).heard(["I'll go."])

    assert turned is shorter is NO_ACTS
    assert same.engine == "counting acts-1"
    assert set(same.shares) == {"I'll go."}


async def test_what_was_looked_at_once_is_not_looked_at_again() -> None:
    engine = Vectors(trained().probe)
    listener = Listener(engine)

    await listener.heard(["One.", "Two."])
    again = await listener.heard(["Two.", "Three.", "Two."])

    assert engine.asked == [PROBE, "One.", "Two.", "Three."]
    assert set(again.shares) == {"Two.", "Three."}


def test_without_acts_the_rules_find_what_they_found() -> None:
    turns = ("Ada: The minutes fall to me, by Friday.", "Bo: Lovely.")

    summary = Rules().summarise(spoken(*turns))

    assert summary.action_items == ()
    assert summary.model == ""


def test_a_promise_in_words_that_no_rule_knows_is_an_item_of_its_speaker() -> None:
    said = "The minutes fall to me, by Friday."

    found = items_of({said: (Act.COMMITMENT, 0.9)}, f"Ada: {said}", "Bo: Lovely.")

    assert found == [("Ada", "The minutes fall to me, by Friday", "2026-12-04")]
    assert items_of({said: (Act.COMMITMENT, 0.4)}, f"Ada: {said}", "Bo: Lovely.") == []


def test_a_promise_that_only_points_cites_what_it_points_at() -> None:
    need, taken = "The lamps want cleaning before the play.", "That falls to me."

    summary = summary_of({taken: (Act.COMMITMENT, 0.9)}, f"Ada: {need}", f"Bo: {taken}")

    (item,) = summary.action_items
    assert (item.owner, item.text) == ("Bo", f"{need} {taken}"[:-1])
    assert item.segment_ids == ("seg_1", "seg_2")


@pytest.mark.parametrize(
    "said", ["I'll share my screen.", "I won't be in on Monday.", "If I were free I will do it."]
)
def test_what_the_words_of_a_promise_name_no_task_for_stays_none(said: str) -> None:
    assert items_of({said: (Act.COMMITMENT, 0.99)}, f"Ada: {said}", "Bo: Hm.") == []


def test_a_request_is_of_whoever_takes_it_and_of_nobody_when_it_is_refused() -> None:
    said = "A written statement from you would settle it."
    asked = {said: (Act.REQUEST, 0.7)}
    yes, no = {"Count on it.": (Act.ACCEPTANCE, 0.9)}, {"Hardly.": (Act.REFUSAL, 0.9)}

    taken = items_of(asked | yes, f"Ada: {said}", "Bo: Count on it.")
    refused = items_of(asked | no | yes, f"Ada: {said}", "Bo: Hardly. Count on it.")

    assert taken == [("Bo", "A written statement from you would settle it", "")]
    assert refused == []
    assert items_of(asked, f"Ada: {said}", "Bo: The weather is nice.") == []


def test_a_promise_found_by_rules_is_not_found_twice() -> None:
    said = "I will send the budget to Bo by Friday."

    found = items_of({said: (Act.COMMITMENT, 0.99)}, f"Ada: {said}", "Bo: Hm.")

    assert found == [("Ada", "Send the budget to Bo", "2026-12-04")]


def test_what_somebody_else_assents_to_is_decided_and_what_nobody_does_is_not() -> None:
    said = "The smaller hall would do for the party."
    proposed = {said: (Act.PROPOSAL, 0.8), "True enough.": (Act.ACCEPTANCE, 0.9)}

    assert decisions_of(proposed, f"Ada: {said}", "Bo: True enough.") == [said]
    assert decisions_of(proposed, f"Ada: {said}", "Ada: True enough.") == []
    assert decisions_of(proposed, f"Ada: {said}", "Bo: What a day.") == []


def test_a_decision_cites_all_the_words_that_it_is_told_in() -> None:
    subject, said, assent = "The party needs a hall.", "The smaller?", "Good."
    told = {said: (Act.PROPOSAL, 0.8), assent: (Act.ACCEPTANCE, 0.9)}

    found = summary_of(told, f"Ada: {subject}", f"Cy: {said}", f"Bo: {assent}").decisions

    assert [one.text for one in found] == [f"{subject} {said}"]
    assert [one.segment_ids for one in found] == [("seg_1", "seg_2", "seg_3")]


def test_what_is_said_to_be_settled_needs_a_larger_share_without_words_of_settling() -> None:
    plain, worded = "Metric units throughout the manual.", "The manual keeps its metric units now."
    stays = "The manual stays metric throughout."

    assert decisions_of({plain: (Act.DECISION, 0.8)}, f"Ada: {plain}", "Bo: Hm.") == [plain]
    assert decisions_of({worded: (Act.DECISION, 0.6)}, f"Ada: {worded}", "Bo: Hm.") == []
    assert decisions_of({stays: (Act.DECISION, 0.6)}, f"Ada: {stays}", "Bo: Hm.") == [stays]


def test_notes_cite_in_the_order_in_which_things_were_said() -> None:
    first, last = "The posters fall to me.", "The tickets fall to me too."
    told = {first: (Act.COMMITMENT, 0.9), last: (Act.COMMITMENT, 0.9)}
    turns = (f"Ada: {first}", "Cy: I will call the printer.", f"Bo: {last}")

    found = summary_of(told, *turns).action_items

    assert [one.segment_ids[-1] for one in found] == ["seg_1", "seg_2", "seg_3"]
    assert texts_of(spoken(*turns)) == [turn.split(": ")[1] for turn in turns]


async def test_sentences_are_weighed_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()

    def noted(text: str) -> list[float]:
        threads.add(threading.get_ident())
        return cues.cues_of(text)

    monkeypatch.setattr(acts, "cues_of", noted)

    await Listener(Vectors(trained().probe)).heard(["We keep the old price."])

    assert threads
    assert threading.get_ident() not in threads
