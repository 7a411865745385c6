"""What the coach tells whom, and when it holds its tongue."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bots.domain.kind import InvalidConfig
from bots.domain.reading import Do, Engines, Event, Happened, Reading, Said, What
from bots.engines.meanings import WordMeanings
from bots.kinds.coach import Coach
from tests.support.segments import a_segment

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# Nothing but what a test is about.
OFF = {"monologue_seconds": 0, "words_per_minute": 0, "fillers_per_hundred_words": 0}
# Three words a second.
FAST = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"


async def read(config: Mapping[str, Any], *events: Event, every: float = 10.0) -> list[Reading]:
    """What is made of *events*, one each so many seconds."""
    kind = Coach()
    reader = kind.reader(kind.checked({**OFF, **config}), Engines(meanings=WordMeanings()))
    readings = [Reading(reader.state)]
    for place, event in enumerate(events):
        now = NOW + timedelta(seconds=place * every)
        readings.append(await reader.read(event, readings[-1].state, now))
    return readings[1:]


def says(text: str, at: float, seconds: float = 10.0, who: str = "ada") -> Said:
    return Said(a_segment(text, at, end_seconds=at + seconds, speaker_id=who, words=[]))


def metrics(**shares: float) -> Happened:
    """Metrics of ten minutes of talk, with everybody's share of it; "ada" is the host."""
    people = [
        {
            "participant_id": name,
            "role": "ROLE_HOST" if name == "ada" else "ROLE_PARTICIPANT",
            "talk_ratio": share,
            "speaking_seconds": 600 * share,
        }
        for name, share in shares.items()
    ]
    return Happened(What.METRICS, details={"participants": people})


def told(readings: Sequence[Reading]) -> list[tuple[str, str]]:
    """Who was told what, in order."""
    asks = [ask for reading in readings for ask in reading.asks]
    assert all(ask.do is Do.PROMPT and ask.arguments["kind"] == "CHAT" for ask in asks)
    assert all("role" not in ask.arguments for ask in asks)
    return [(ask.arguments["participant_id"], ask.key.split()[0]) for ask in asks]


async def test_whoever_speaks_for_long_without_another_is_told_once_and_nobody_else() -> None:
    speech = [says("and so on it goes", at, who="ada") for at in range(0, 60, 10)]

    readings = await read({"monologue_seconds": 30}, *speech)

    assert told(readings) == [("ada", "MONOLOGUE")]
    (ask,) = readings[2].asks
    assert ask.arguments["text"].startswith("You have been speaking for 30 seconds")
    assert ask.because == ["MONOLOGUE ada"]
    (found,) = readings[2].findings
    assert (found.kind, found.participant_id, found.details) == (
        "coaching",
        "ada",
        {"subject": "MONOLOGUE", "measure": 30.0, "threshold": 30},
    )


async def test_another_who_speaks_begins_the_count_anew_and_an_interjection_does_not() -> None:
    config = {"monologue_seconds": 30}
    before, after = says("so it goes on", 0, 20), says("so it goes on", 22, 20)
    interrupted = says("I see that quite differently", 20, 2, who="bo")
    encouraged = says("go on", 20, 2, who="bo")

    assert told(await read(config, before, interrupted, after)) == []
    assert told(await read(config, before, encouraged, after)) == [("ada", "MONOLOGUE")]


async def test_a_long_silence_ends_a_monologue() -> None:
    readings = await read({"monologue_seconds": 30}, says("a b c", 0, 20), says("d e f", 40, 20))

    assert told(readings) == []


async def test_who_speaks_fast_for_the_whole_window_is_told_how_fast() -> None:
    config = {"words_per_minute": 150, "pace_window_seconds": 20}
    short = await read(config, says(FAST, 0, 5))
    long = await read(config, *(says(FAST, at, 5) for at in range(0, 25, 5)))

    assert (told(short), told(long)) == ([], [("ada", "PACE")])
    assert "180 words a minute" in long[3].asks[0].arguments["text"]


async def test_pace_is_of_the_latest_speech_only() -> None:
    config = {"words_per_minute": 150, "pace_window_seconds": 20, "cooldown_seconds": 0}
    slow = [says("one two three", at, 5) for at in range(0, 50, 5)]
    fast = [says(FAST, at, 5) for at in range(50, 75, 5)]

    readings = await read(config, *slow, *fast)

    assert told(readings[:10]) == []
    assert told(readings[10:]) == [("ada", "PACE")]


async def test_pauses_within_a_segment_are_not_counted_as_speaking() -> None:
    # Ten words in five seconds, in a segment of twenty.
    said = Said(a_segment(" ".join(["word"] * 10), 0.0, end_seconds=20.0))

    (reading,) = await read({"words_per_minute": 100, "pace_window_seconds": 10}, said)

    assert reading.state["paces"]["ada"] == [(10, 5.0, 0)]


async def test_fillers_are_counted_as_whole_phrases() -> None:
    config = {"fillers_per_hundred_words": 20, "pace_window_seconds": 10}
    filled = "I mean it is you know basically fine"
    plain = "I meant what you knew because the basics are all fine"

    assert told(await read(config, says(filled, 0))) == [("ada", "FILLERS")]
    assert told(await read(config, says(plain, 0))) == []
    assert told(await read({**config, "fillers": ["fine"]}, says("fine fine", 0))) == [
        ("ada", "FILLERS")
    ]
    assert told(await read({**config, "fillers": []}, says(filled, 0))) == []


async def test_who_has_most_of_the_talk_is_told_once_there_was_enough_of_it() -> None:
    enough = await read({"talk_share": 0.7}, metrics(ada=0.8, bo=0.2))
    early = await read({"balance_after_seconds": 601}, metrics(ada=0.8, bo=0.2))
    alone = await read({}, metrics(ada=1.0))

    assert told(enough) == [("ada", "BALANCE")]
    assert "80% of the talk" in enough[0].asks[0].arguments["text"]
    assert (told(early), told(alone)) == ([], [])


async def test_the_same_is_told_again_only_when_it_was_over_in_between() -> None:
    config = {"cooldown_seconds": 0}
    high, lower, low = (
        metrics(ada=0.8, bo=0.2),
        metrics(ada=0.68, bo=0.32),
        metrics(ada=0.5, bo=0.5),
    )

    assert len(told(await read(config, high, high, lower, high))) == 1
    assert len(told(await read(config, high, low, high))) == 2


async def test_nobody_is_told_anything_again_before_the_cool_down_is_over() -> None:
    config = {"cooldown_seconds": 60, "monologue_seconds": 30}
    busy: list[Event] = [metrics(ada=0.8, bo=0.2), says("so it goes on", 0, 40)]

    soon = await read(config, *busy, every=59)
    later = await read(config, *busy, every=60)

    assert told(soon) == [("ada", "BALANCE")]
    assert told(later) == [("ada", "BALANCE"), ("ada", "MONOLOGUE")]


async def test_one_persons_cool_down_is_not_anothers() -> None:
    config = {"monologue_seconds": 30}
    readings = await read(config, says("so it goes on", 0, 40), says("so it goes on", 50, 40, "bo"))

    assert told(readings) == [("ada", "MONOLOGUE"), ("bo", "MONOLOGUE")]


async def test_nobody_is_told_more_often_than_is_allowed() -> None:
    config = {"cooldown_seconds": 0, "most_prompts": 2}
    ups_and_downs = [metrics(ada=0.8, bo=0.2), metrics(ada=0.5, bo=0.5)] * 5

    assert len(told(await read(config, *ups_and_downs))) == 2


async def test_what_became_due_in_a_cool_down_is_told_after_it_if_it_is_still_so() -> None:
    config = {"cooldown_seconds": 25, "monologue_seconds": 30}
    speech = [says("so it goes on", 0, 40), says("and on it goes", 40, 10), says("and on", 50, 10)]

    readings = await read(config, metrics(ada=0.8, bo=0.2), *speech, every=10)

    assert [len(one.asks) for one in readings] == [1, 0, 0, 1]


async def test_only_the_roles_that_are_named_are_coached() -> None:
    hosts = {"roles": ["HOST"], "talk_share": 0.5}

    assert told(await read(hosts, metrics(ada=0.3, bo=0.7))) == []
    assert told(await read(hosts, metrics(ada=0.7, bo=0.3))) == [("ada", "BALANCE")]
    # Before anybody's role is known, nobody is.
    assert told(await read({**hosts, "monologue_seconds": 30}, says("on it goes", 0, 40))) == []


async def test_the_role_that_somebody_joins_with_counts_before_there_are_metrics() -> None:
    config = {"roles": ["HOST"], "monologue_seconds": 30}
    speech = says("on it goes", 0, 40)

    for role, expected in (("HOST", [("ada", "MONOLOGUE")]), ("PARTICIPANT", [])):
        joined = Happened(What.JOINED, "ada", {"name": "Ada", "role": role})
        assert told(await read(config, joined, speech)) == expected


async def test_whoever_has_left_is_not_spoken_to_until_they_are_back() -> None:
    left, back = Happened(What.LEFT, "ada"), Happened(What.JOINED, "ada", {"name": "Ada"})
    high = metrics(ada=0.8, bo=0.1, cy=0.1)

    assert told(await read({}, left, high)) == []
    assert told(await read({}, left, back, high)) == [("ada", "BALANCE")]


async def test_one_host_is_told_once_what_of_the_agenda_is_left_near_the_end() -> None:
    config = {"agenda": ["Garden", "Budget"], "covered_after_seconds": 5}
    soon, sooner = (
        Happened(What.ENDING_SOON, details={"remaining_seconds": left}) for left in (300, 60)
    )

    readings = await read(
        config, metrics(ada=0.5, bo=0.5), says("the garden is lovely", 0), soon, sooner
    )

    assert told(readings) == [("ada", "AGENDA")]
    assert readings[2].asks[0].arguments["text"] == ("5 minutes left. Not talked about yet: Budget")


async def test_nothing_is_said_of_an_agenda_that_is_done_or_without_a_host() -> None:
    soon = Happened(What.ENDING_SOON, details={"remaining_seconds": 300})
    config = {"agenda": ["Garden"], "covered_after_seconds": 5}
    garden = says("the garden is lovely", 0)

    assert told(await read(config, metrics(ada=0.5, bo=0.5), garden, soon)) == []
    assert told(await read(config, metrics(bo=0.5, cy=0.5), soon)) == []
    off = {**config, "agenda_warning_seconds": 0}
    assert told(await read(off, metrics(ada=0.5, bo=0.5), soon)) == []


async def test_words_that_may_still_change_tell_nobody_anything() -> None:
    partial = Said(a_segment("so it goes on", 0.0, end_seconds=90.0), final=False)

    assert told(await read({"monologue_seconds": 30}, partial)) == []


async def test_every_subject_can_be_switched_off() -> None:
    nothing = {"talk_share": 0}
    events: list[Event] = [metrics(ada=0.9, bo=0.1), says(FAST, 0, 2), says(FAST, 2, 300)]

    assert told(await read(nothing, *events)) == []


@pytest.mark.parametrize(
    "config",
    [
        {"monologue_seconds": -1},
        {"words_per_minute": "fast"},
        {"talk_share": 1.5},
        {"most_prompts": True},
        {"fillers": "um"},
        {"fillers": [""]},
        {"roles": ["BOSS"]},
        {"roles": "HOST"},
        {"agenda": [""]},
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfig) as refused:
        Coach().checked(config)

    assert refused.value.field == f"config.{next(iter(config))}"
