"""A scenario's plan: the same every time, one line after the other."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session.domain.cues import FRAME, RATE, Act, Cue, length_seconds, plan
from session.domain.parts import Line, Person, Scenario, Stretch


def a_person(**changes: object) -> Person:
    fields: dict[str, object] = {
        "name": "Ada",
        "role": "host",
        "joins": 0.0,
        "says": (),
        "mutes": (),
        "drops": (),
        "leaves": 60.0,
    }
    return Person(**(fields | changes))  # type: ignore[arg-type]


def a_scenario(*people: Person, **changes: object) -> Scenario:
    fields: dict[str, object] = {"title": "A test", "seed": 7, "engine": "script", "chat": ()}
    return Scenario(people=people, **(fields | changes))  # type: ignore[arg-type]


def lines(cues: list[Cue]) -> list[tuple[float, float]]:
    return [(cue.at / RATE, cue.until / RATE) for cue in cues if cue.act is Act.SAY]


LINES = st.lists(
    st.builds(
        Line,
        at=st.floats(0, 100),
        audio=st.sampled_from(["", "a.wav"]),
        text=st.text("ab ", max_size=80),
        seconds=st.floats(0, 20),
    ),
    max_size=8,
).map(lambda found: tuple(sorted(found, key=lambda line: line.at)))


@settings(max_examples=40)
@given(LINES, st.integers(0, 2**63 - 1))
def test_a_plan_is_the_same_every_time_and_on_the_grid(says: tuple[Line, ...], seed: int) -> None:
    scenario = a_scenario(a_person(says=says, leaves=None), seed=seed)

    cues = plan(scenario)

    assert repr(cues) == repr(plan(scenario))
    assert cues == sorted(cues)
    assert all(cue.at % FRAME == 0 and cue.until % FRAME == 0 for cue in cues)


@settings(max_examples=40)
@given(LINES)
def test_nobody_says_two_things_at_once(says: tuple[Line, ...]) -> None:
    spoken = lines(plan(a_scenario(a_person(says=says, leaves=None))))

    assert all(begins < ends for begins, ends in spoken)
    assert all(ends <= begins for (_, ends), (begins, _) in pairwise(spoken))


def test_another_seed_speaks_at_another_pace() -> None:
    person = a_person(says=(Line(1.0, "", "one two three four five six", 0.0),))

    paces = {lines(plan(a_scenario(person, seed=seed)))[0] for seed in range(5)}

    assert len(paces) > 1


def test_a_line_with_audio_lasts_as_long_as_the_audio() -> None:
    person = a_person(says=(Line(1.0, "a.wav", "one", 2.52),))

    assert lines(plan(a_scenario(person))) == [(1.0, 3.52)]


def test_who_has_no_time_of_leaving_stays_until_all_is_said() -> None:
    bo = a_person(name="Bo", says=(Line(5.0, "a.wav", "", 10.0),), leaves=None)

    scenario = a_scenario(a_person(leaves=None), bo)

    assert length_seconds(scenario) == pytest.approx(17.0)
    assert [cue.at / RATE for cue in plan(scenario) if cue.act is Act.LEAVE] == [17.0, 17.0]


def test_who_has_no_time_of_leaving_does_not_go_before_the_others() -> None:
    cues = plan(a_scenario(a_person(leaves=60.0), a_person(name="Bo", leaves=None)))

    assert [cue.at / RATE for cue in cues if cue.act is Act.LEAVE] == [60.0, 60.0]


def test_what_would_come_after_leaving_does_not_come() -> None:
    person = a_person(drops=(Stretch(58.0, 63.0),), mutes=(Stretch(59.0, 70.0),))

    acts = [cue.act for cue in plan(a_scenario(person))]

    assert acts == [Act.JOIN, Act.DROP, Act.MUTE, Act.LEAVE]
