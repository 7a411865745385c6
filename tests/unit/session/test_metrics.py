"""Figures of a session from its roster and what was heard of whom."""

from datetime import timedelta
from typing import Any

import pytest

from session.domain.metrics import Counts, Metrics, ParticipantMetrics, counted, measure, total
from session.domain.participants import Participant, ParticipantKind, ParticipantState, Presence
from session.domain.rooms import Heard, Talk
from tests.support.sessions import NOON, a_participant

HOUR = timedelta(hours=1)


def somebody(name: str, hours: float = 1, **changes: Any) -> Participant:
    """Somebody who was there for so many hours from noon on."""
    presence = Presence(1, NOON, NOON + hours * HOUR)
    fields = {"id": f"prt_{name}", "name": name, "presences": (presence,)}
    return a_participant(**fields | {"state": ParticipantState.LEFT} | changes)


def figures(*roster: Participant, **heard: Heard) -> dict[str, ParticipantMetrics]:
    talk = {f"prt_{name}": said for name, said in heard.items()}
    found = measure(roster, talk, {}, NOON + HOUR)
    return {one.name: one for one in found}


def test_talk_ratios_are_shares_of_all_that_was_spoken() -> None:
    found = figures(somebody("ada"), somebody("bo"), ada=Heard(30.0), bo=Heard(10.0))
    assert (found["ada"].talk_ratio, found["bo"].talk_ratio) == (0.75, 0.25)


def test_a_count_that_goes_on_takes_its_own_place_and_no_others() -> None:
    counts = counted(None, Talk("a", {"ada": Heard(30.0, 60.0, 2, 20.0, 1, 3.0)}))
    counts = counted(a_snapshot(counts), Talk("b", {"ada": Heard(1.0), "bo": Heard(2.0)}))
    counts = counted(a_snapshot(counts), Talk("b", {"ada": Heard(5.0, 9.0, 1, 5.0, 2, 1.0)}))
    counts = counted(a_snapshot(counts), Talk())

    assert total(counts) == {"ada": Heard(35.0, 69.0, 3, 20.0, 3, 4.0)}


def a_snapshot(counts: Counts) -> Metrics:
    return Metrics([], NOON, counts=counts)


def test_where_nobody_spoke_nobody_has_a_share() -> None:
    assert figures(somebody("ada"))["ada"].talk_ratio == 0


def test_only_people_who_were_there_have_figures() -> None:
    bot = somebody("bot", kind=ParticipantKind.BOT)
    absent = somebody("cy", presences=())
    assert set(figures(somebody("ada"), bot, absent)) == {"ada"}


def test_whoever_does_their_part_of_everything_has_the_full_score() -> None:
    heard = Heard(60.0, turns=5)
    roster = [somebody(name, camera_seconds=3600) for name in ("ada", "bo")]
    found = measure(
        roster,
        {one.id: heard for one in roster},
        {one.id: 3 for one in roster},
        NOON + HOUR,
    )
    assert [one.engagement_score for one in found] == [100, 100]


def test_each_share_has_its_weight() -> None:
    ada = somebody("ada", camera_seconds=1800)
    bo = somebody("bo", 0.5)
    found = figures(ada, bo, ada=Heard(20.0, turns=1), bo=Heard(60.0, turns=3))
    # Half an equal share of talk and of turns, all of the time, a camera for half of it.
    assert found["ada"].engagement_score == pytest.approx(20 + 25 + 7.5 + 5)
    assert found["bo"].engagement_score == pytest.approx(40 + 12.5 + 15)


def test_an_accelerated_presence_is_as_long_as_its_media() -> None:
    found = figures(somebody("ada", 0.1), ada=Heard(60.0, present_seconds=3000))
    assert found["ada"].present_seconds == 3000
