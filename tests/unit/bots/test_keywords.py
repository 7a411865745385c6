"""What the keywords bot takes as configuration, and what it finds in segments."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.domain.kind import InvalidConfig
from bots.domain.reading import Finding, Reading, Said
from bots.domain.transcript import Segment
from bots.kinds.keywords import KeywordReader, Keywords, rules_of
from tests.support.segments import a_segment

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def read(config: Mapping[str, Any], *segments: Segment) -> list[Finding]:
    """What is found in *segments*, one after the other; the state goes through JSON's types."""
    reader = KeywordReader(rules_of(Keywords().checked(config)))
    reading = Reading(reader.state)
    found: list[Finding] = []
    for segment in segments:
        reading = await reader.read(Said(segment), reading.state, NOW)
        found += reading.findings
    return found


async def test_a_hit_stands_where_its_words_stand_in_the_sound() -> None:
    (hit,) = await read({"phrases": ["off the record"]}, a_segment("this is off the record now"))

    assert (hit.text, hit.start_seconds, hit.end_seconds) == ("off the record", 11.0, 12.5)
    assert hit.details == {"phrase": "off the record", "match": "exact", "confidence": 0.9}
    assert hit.segment_ids == ["seg_10"]


async def test_a_phrase_that_a_breath_cuts_in_two_is_found_and_cites_both_halves() -> None:
    halves = a_segment("strictly off the.", 10.0), a_segment("Record from now", 11.9)

    (hit,) = await read({"phrases": ["off the record"]}, *halves)

    assert hit.segment_ids == ["seg_10", "seg_11.9"]
    assert (hit.start_seconds, hit.end_seconds) == (10.5, 12.4)


@pytest.mark.parametrize(
    "second",
    [
        a_segment("record", 20.0),
        a_segment("record", 11.9, speaker_id="bo"),
        a_segment("record", 11.9 + 1.0),
    ],
)
async def test_words_that_were_not_said_together_are_no_phrase(second: Segment) -> None:
    found = await read({"phrases": ["off the record"]}, a_segment("strictly off the."), second)

    assert found == []


async def test_what_was_found_in_one_segment_is_not_found_again_in_the_next() -> None:
    segments = a_segment("off the record", 10.0), a_segment("and so on", 12.0)

    assert len(await read({"phrases": ["off the record"]}, *segments)) == 1


async def test_two_hits_of_one_phrase_are_told_apart() -> None:
    found = await read({"phrases": ["no"]}, a_segment("no I said no"))

    assert [one.key for one in found] == ["no#1", "no#2"]


async def test_words_without_times_stand_where_their_segment_stands() -> None:
    (hit,) = await read({"phrases": ["record"]}, a_segment("off the record", words=()))

    assert (hit.start_seconds, hit.end_seconds) == (10.0, 11.5)


async def test_a_phrase_may_say_for_itself_how_it_is_matched() -> None:
    config = {"phrases": [{"phrase": "close", "inflected": False}, "deal"], "inflected": True}

    found = await read(config, a_segment("we closed the deals"))

    assert [one.details["phrase"] for one in found] == ["deal"]


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"phrases": "off"}, "config.phrases"),
        ({"phrases": [""]}, "config.phrases"),
        ({"phrases": ["um, uh"]}, "config.phrases"),
        ({"phrases": ["x"] * 201}, "config.phrases"),
        ({"phrases": ["one small step " * 5]}, "config.phrases"),
        ({"phrases": [{"phrase": "x", "loud": True}]}, "config.phrases"),
        ({"phrases": [{"phrase": "x", "fuzzy": 1.0}]}, "config.phrases"),
        ({"patterns": ["("]}, "config.patterns"),
        ({"patterns": ["(?=x)"]}, "config.patterns"),
        ({"patterns": ["x{1000}" * 90]}, "config.patterns"),
        ({"patterns": [""]}, "config.patterns"),
        ({"fuzzy": "yes"}, "config.fuzzy"),
        ({"language": 7.0}, "config.language"),
        ({"language": "klingon"}, "config.language"),
        ({"from_start": 1.0}, "config.from_start"),
    ],
)
def test_what_cannot_be_listened_for_is_refused(config: Mapping[str, Any], field: str) -> None:
    with pytest.raises(InvalidConfig) as refused:
        Keywords().checked(config)

    assert refused.value.field == field
