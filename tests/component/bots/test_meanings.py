"""The sentence model, as it is fetched: what means the same is closer than what does not."""

from pathlib import Path

from bots.domain.kind import Availability
from bots.domain.meanings import likeness
from bots.engines.meanings import MiniLm, WordMeanings, meanings_from, readiness_of

BUDGET = "We are over budget because the gas bill has doubled."
COSTS = "Heating costs far more money than we had planned."
GARDEN = "The roses in the garden are in bloom."


async def test_texts_that_mean_alike_without_sharing_a_word_are_close(whisper_model: Path) -> None:
    engine = meanings_from("", whisper_model)

    budget, costs, garden = await engine.vectors([BUDGET, COSTS, GARDEN])

    assert isinstance(engine, MiniLm)
    assert likeness(budget, costs) > engine.alike > likeness(budget, garden)
    assert abs(likeness(budget, budget) - 1) < 0.01
    assert readiness_of("", whisper_model).availability is Availability.CONFIGURED


async def test_a_text_means_the_same_alone_and_among_longer_ones(whisper_model: Path) -> None:
    engine = meanings_from("", whisper_model)

    (alone,) = await engine.vectors(["Next."])
    among, *_ = await engine.vectors(["Next.", f"{BUDGET} {COSTS} {GARDEN}" * 20])

    assert likeness(alone, among) > 0.95
    assert await engine.vectors([]) == []
    assert set((await engine.vectors([" "]))[0]) == {0.0}


async def test_where_there_are_no_weights_words_have_to_do(tmp_path: Path) -> None:
    engine = meanings_from("", tmp_path)

    one, other, garden = await engine.vectors(["two budgets", "the budget", GARDEN])

    assert isinstance(engine, WordMeanings)
    assert likeness(one, other) > engine.alike > likeness(one, garden)
    lacking = readiness_of("", tmp_path)
    assert lacking.availability is Availability.NOT_CONFIGURED
    assert "`make models`" in lacking.remedy
