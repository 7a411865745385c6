"""What the sentence model adds to the notes that rules take, with the weights that are shipped."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.domain.meanings import Meanings
from bots.domain.reading import Engines, Finding, Happened, Said, What
from bots.domain.transcript import Segment, SegmentId
from bots.engines.meanings import WordMeanings, meanings_from
from bots.kinds.notetaker import Notetaker
from minutes.quoting.acts import Listener
from minutes.writing import RulesAlone
from tests.support.minutes import spoken

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
SETTLED = ("Ada: Should we rent the smaller hall?", "Bo: Well, yes, that makes sense to me.")


@pytest.fixture
def meanings(whisper_model: Path) -> Meanings:
    return meanings_from("", whisper_model)


async def decided(meanings: Meanings, *turns: str) -> list[str]:
    summary = await RulesAlone(Listener(meanings)).summarise(spoken(*turns))
    return [one.text for one in summary.decisions]


async def promised(meanings: Meanings, *turns: str) -> list[tuple[str, str]]:
    summary = await RulesAlone(Listener(meanings)).summarise(spoken(*turns))
    return [(one.owner, one.text) for one in summary.action_items]


async def noted(meanings: Meanings | None, *turns: str, engine: str = "auto") -> Sequence[Finding]:
    """What a note taker tells of *turns* when somebody leaves."""
    said = [
        Segment(
            SegmentId(line.segment_id),
            line.speaker.lower(),
            line.speaker,
            line.start_seconds,
            line.end_seconds,
            line.text,
        )
        for line in spoken(*turns)
    ]

    async def recall() -> Sequence[Segment]:
        return said

    kind = Notetaker()
    engines = Engines(meanings=meanings, recall=recall)
    reader = kind.reader(kind.checked({"engine": engine}), engines)
    state = reader.state
    for segment in said:
        state = (await reader.read(Said(segment), state, NOW)).state
    return (await reader.read(Happened(What.LEFT, "cy", {"name": "Cy"}), state, NOW)).findings


@pytest.mark.parametrize(
    "said",
    [
        "Then the smaller tent stays at home this year.",
        "So, no fireworks at the harbour from now on.",
    ],
)
async def test_a_decision_in_words_that_no_rule_knows_is_found(
    meanings: Meanings, said: str
) -> None:
    assert said in await decided(meanings, f"Ada: {said}", "Bo: Yes, of course.")
    assert await decided(WordMeanings(), f"Ada: {said}", "Bo: Hm, yes.") == []


@pytest.mark.parametrize(
    "turns",
    [
        ("Ada: The harbour was busy this year.", "Bo: Yes, it was."),
        ("Ada: Nobody has decided about the tent.", "Bo: Right."),
        ("Ada: Should we rent the smaller hall?", "Bo: No, I wouldn't do that, it is too dark."),
        ("Ada: They kept the old tent because it rained.", "Bo: I see."),
    ],
)
async def test_what_only_sounds_like_a_decision_is_none(
    meanings: Meanings, turns: Sequence[str]
) -> None:
    assert await decided(meanings, *turns) == []


async def test_a_task_that_is_given_and_taken_in_few_words_has_its_owner(
    meanings: Meanings,
) -> None:
    turns = ("Ada: The tent has to be dried. Bo, that one's yours.", "Bo: Sure.")

    (item,) = await promised(meanings, *turns)

    assert item[0] == "Bo"
    assert "tent" in item[1]


async def test_what_is_told_of_the_past_or_done_at_once_is_no_task(meanings: Meanings) -> None:
    turns = (
        "Ada: I dried the tent yesterday.",
        "Bo: I'll be quick, here is the list.",
        "Ada: Fine.",
    )

    assert await promised(meanings, *turns) == []


async def test_a_note_tells_the_sentence_model_that_helped_to_find_it(meanings: Meanings) -> None:
    helped = [one for one in await noted(meanings, *SETTLED) if one.kind == "decision"]
    words = await noted(WordMeanings(), *SETTLED, "Ada: I will call the printer.")

    assert [one.text for one in helped] == ["Should we rent the smaller hall?"]
    assert helped[0].segment_ids == ("seg_1", "seg_2")
    told = {(one.details["engine"], one.details["model"]) for one in helped}
    assert told == {("rules", "minilm-l6-int8 acts-1")}
    assert {one.details["model"] for one in words} == {""}


async def test_rules_alone_are_asked_for_by_name(meanings: Meanings) -> None:
    found = await noted(meanings, "Ada: I will call the printer.", "Bo: Fine.", engine="rules")

    assert found
    assert {one.details["model"] for one in found} == {""}


async def test_a_sentence_model_that_fails_leaves_the_notes_to_the_rules(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_text("{}")

    found = await noted(meanings_from(str(tmp_path), tmp_path), "Ada: I will call the printer.")

    assert [one.text for one in found if one.kind == "action_item"] == ["Call the printer"]
    assert {one.details["model"] for one in found} == {""}
