"""How the sentiment bot judges what is said, and when it tells that a mood has changed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from bots.domain.kind import InvalidConfig
from bots.domain.moods import MoodLabel, Moods, NoMoodsIn
from bots.domain.reading import Event, Happened, Reading, Said, What
from bots.engines.moods import LexiconMoods
from bots.kinds.sentiment import Sentiment, SentimentReader
from tests.support.moods import WrittenMoods
from tests.support.segments import a_segment

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def read(
    config: Mapping[str, Any], *events: Event, moods: Moods | None = None
) -> list[Reading]:
    """What is made of *events*, one after the other."""
    reader = SentimentReader(Sentiment().checked(config), moods or WrittenMoods())
    readings = [Reading(reader.state)]
    for event in events:
        readings.append(await reader.read(event, readings[-1].state, NOW))
    return readings[1:]


def says(text: str, at: float = 10.0, seconds: float = 10.0, **changes: Any) -> Said:
    return Said(a_segment(text, at, end_seconds=at + seconds, language="en", **changes))


def changes(readings: list[Reading]) -> list[str]:
    found = [one for reading in readings for one in reading.findings]
    return [one.details["label"] for one in found if one.kind == "sentiment"]


async def test_each_piece_is_kept_with_its_own_mood_and_the_speakers() -> None:
    (reading,) = await read({}, says("alpha", seconds=3.0))

    (found,) = reading.findings
    assert (found.kind, found.text, found.details["label"]) == ("mood", "alpha", "POSITIVE")
    assert (found.details["polarity"], found.details["engine"]) == (1.0, "written")
    # 1 - exp(-3 / 30)
    assert found.details["level"] == pytest.approx(0.0952, abs=1e-4)


async def test_pieces_are_not_kept_where_nobody_wants_them() -> None:
    assert changes(await read({"keep_segments": False}, says("alpha", seconds=30))) == ["POSITIVE"]
    (reading,) = await read({"keep_segments": False}, says("charlie"))
    assert reading.findings == []


async def test_what_takes_longer_to_say_weighs_more() -> None:
    short, long = [
        (await read({}, says("alpha", seconds=seconds)))[0].findings[0].details["level"]
        for seconds in (1.0, 20.0)
    ]

    assert short < 0.05
    assert long > 0.4


async def test_a_mood_changes_when_the_threshold_is_crossed_and_is_told_once() -> None:
    readings = await read({}, *(says("bravo", at, 5.0) for at in (0.0, 5.0, 10.0, 15.0)))

    assert [[one.kind for one in reading.findings] for reading in readings] == [
        ["mood"],
        ["mood", "sentiment"],
        ["mood"],
        ["mood"],
    ]
    change = readings[1].findings[1]
    assert (change.text, change.details["previous_label"]) == ("Ada sounds negative", "NEUTRAL")
    assert change.details["level"] <= -0.25 < change.details["previous_level"]


async def test_a_mood_near_its_threshold_does_not_flutter() -> None:
    wavering = ["charlie", "charlie", "charlie", "bravo"] * 3
    readings = await read({}, says("bravo", 0.0, 10.0), *(says(one, 10.0, 2.0) for one in wavering))

    levels = [reading.findings[0].details["level"] for reading in readings]
    crossings = sum((one <= -0.25) != (two <= -0.25) for one, two in pairwise(levels))
    assert crossings > 4
    assert changes(readings) == ["NEGATIVE"]


async def test_a_mood_ends_when_it_is_half_way_back_and_may_turn_into_its_opposite() -> None:
    readings = await read({}, says("bravo", 0, 10), says("charlie", 10, 30), says("alpha", 40, 20))

    assert changes(readings) == ["NEGATIVE", "NEUTRAL", "POSITIVE"]


async def test_each_speaker_has_a_track_of_their_own() -> None:
    readings = await read({}, says("bravo", 0.0, 10.0), says("alpha", 10.0, 20.0, speaker_id="bo"))

    assert changes(readings) == ["NEGATIVE", "POSITIVE"]
    assert set(readings[-1].state["tracks"]) == {"ada", "bo"}


async def test_a_language_without_an_engine_gets_no_number_and_one_complaint() -> None:
    german = a_segment("alpha", language="de")
    first, again, english = await read({}, Said(german), Said(german), says("alpha"))

    assert (first.findings, first.state["tracks"]) == ((), {})
    assert "no engine for 'de' is configured" in first.complaint
    assert (again.findings, again.complaint) == ((), "")
    assert len(english.findings) == 1


async def test_without_an_engine_it_says_so_once() -> None:
    reader = SentimentReader(Sentiment().checked({}), None)
    first = await reader.read(says("alpha"), reader.state, NOW)
    again = await reader.read(says("alpha"), first.state, NOW)

    assert (first.complaint, again.complaint) == ("no sentiment engine is configured", "")


async def test_a_script_is_read_in_the_configured_language_or_in_english() -> None:
    scripted = Said(a_segment("alpha", scripted=True))

    (judged,) = await read({}, scripted)
    (unknown,) = await read({"language": "de"}, scripted)

    assert (len(judged.findings), len(unknown.findings)) == (1, 0)


async def test_gaps_partials_and_happenings_have_no_mood() -> None:
    partial = Said(a_segment("alpha"), final=False)
    gap = Said(a_segment("", gap=True))

    readings = await read({}, partial, gap, Happened(What.JOINED, "ada"))

    assert [reading.findings for reading in readings] == [()] * 3
    assert readings[-1].state["tracks"] == {}


@pytest.mark.parametrize(
    "config",
    [
        {"below": 0.2},
        {"above": -0.2},
        {"below": "low"},
        {"smoothing_seconds": 0},
        {"smoothing_seconds": True},
        {"keep_segments": "yes"},
        {"language": "English"},
        {"language": "xyz"},
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfig) as refused:
        Sentiment().checked(config)

    assert refused.value.field == f"config.{next(iter(config))}"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("That is a killer feature.", MoodLabel.POSITIVE),
        ("You have to kill the process.", MoodLabel.NEUTRAL),
        ("The critical path has two open risks.", MoodLabel.NEUTRAL),
        ("This meeting is a waste of time.", MoodLabel.NEGATIVE),
        ("The build is broken again and I am frustrated.", MoodLabel.NEGATIVE),
        ("Great work, thank you so much!", MoodLabel.POSITIVE),
        ("See you on Thursday.", MoodLabel.NEUTRAL),
        ("", MoodLabel.NEUTRAL),
    ],
)
async def test_the_lexicon_knows_what_meetings_mean_by_their_words(
    text: str, label: MoodLabel
) -> None:
    (mood,) = await LexiconMoods().judge([text], "en")

    assert mood.label is label
    assert -1.0 <= mood.polarity <= 1.0


async def test_the_lexicon_judges_no_language_but_english() -> None:
    with pytest.raises(NoMoodsIn) as refused:
        await LexiconMoods().judge(["Das ist super"], "de")

    assert "judged in en" in str(refused.value)


async def test_a_sentence_without_a_mood_does_not_weaken_the_one_beside_it() -> None:
    moods = LexiconMoods()
    alone, beside = await moods.judge(["I love it.", "I love it. The door is to the left."], "en")

    assert alone == beside
