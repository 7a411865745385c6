"""What a scenario makes happen, moment by moment: the same for the same scenario and seed."""

import random
from dataclasses import dataclass
from enum import IntEnum

from session.domain.parts import Line, Person, Scenario

RATE = 48_000
# One Opus packet; everything that happens is moved to the nearest.
FRAME = 960
FASTEST_SECONDS_PER_WORD = 0.3
SLOWEST_SECONDS_PER_WORD = 0.45
SHORTEST_LINE_SECONDS = 0.5
# Who has no time of leaving stays at least this long after the last word.
STAY_SECONDS = 2.0


class Act(IntEnum):
    """In the order in which things of the same moment happen."""

    JOIN = 1
    RETURN = 2
    UNMUTE = 3
    MUTE = 4
    SAY = 5
    CHAT = 6
    DROP = 7
    LEAVE = 8


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """At sample *at* of the scenario (48 kHz) *person* does *act*; a line lasts *until*."""

    at: int
    act: Act
    person: int
    until: int = 0
    text: str = ""
    audio: str = ""


def plan(scenario: Scenario) -> list[Cue]:
    """Everything that happens, in order; a line that would begin in the last one waits for it."""
    spoken = [_spoken(index, person, scenario) for index, person in enumerate(scenario.people)]
    end = _end(scenario, spoken)
    cues = [cue for lines in spoken for cue in lines]
    for index, person in enumerate(scenario.people):
        leaves = end if person.leaves is None else frame_at(person.leaves)
        cues += _presence(index, person, leaves)
    cues += [
        Cue(frame_at(line.at), Act.CHAT, line.person, text=line.text) for line in scenario.chat
    ]
    return sorted(cues)


def length_seconds(scenario: Scenario) -> float:
    """How long the scenario lasts, until the last person has gone."""
    return plan(scenario)[-1].at / RATE


def frame_at(seconds: float) -> int:
    """The sample at *seconds*, on the grid of packets."""
    return round(seconds * RATE / FRAME) * FRAME


def _end(scenario: Scenario, spoken: list[list[Cue]]) -> int:
    """When those go who have no time of leaving: after the last word, not before the others."""
    busy = [
        _busy_until(person, lines) for person, lines in zip(scenario.people, spoken, strict=True)
    ]
    chatted = [frame_at(line.at) for line in scenario.chat]
    others = [frame_at(person.leaves) for person in scenario.people if person.leaves is not None]
    return max(max(busy + chatted) + frame_at(STAY_SECONDS), *others, 0)


def _presence(index: int, person: Person, leaves: int) -> list[Cue]:
    cues = [Cue(frame_at(person.joins), Act.JOIN, index), Cue(leaves, Act.LEAVE, index)]
    for drop in person.drops:
        cues.append(Cue(frame_at(drop.at), Act.DROP, index))
        cues.append(Cue(frame_at(drop.until), Act.RETURN, index))
    for mute in person.mutes:
        cues.append(Cue(frame_at(mute.at), Act.MUTE, index))
        cues.append(Cue(frame_at(mute.until), Act.UNMUTE, index))
    return [cue for cue in cues if cue.at < leaves or cue.act is Act.LEAVE]


def _spoken(index: int, person: Person, scenario: Scenario) -> list[Cue]:
    # Everybody speaks at a pace of their own, drawn by the seed.
    pace = random.Random(f"{scenario.seed}/{person.name}").uniform(
        FASTEST_SECONDS_PER_WORD, SLOWEST_SECONDS_PER_WORD
    )
    cues: list[Cue] = []
    free = 0
    for number, line in enumerate(person.says):
        start = max(frame_at(line.at), free)
        following = person.says[number + 1].at if number + 1 < len(person.says) else None
        free = start + max(frame_at(_lasting(line, pace, following)), FRAME)
        cues.append(Cue(start, Act.SAY, index, until=free, text=line.text, audio=line.audio))
    return cues


def _lasting(line: Line, pace: float, following: float | None) -> float:
    if line.audio:
        return line.seconds
    estimate = max(SHORTEST_LINE_SECONDS, pace * len(line.text.split()))
    return estimate if following is None else min(estimate, following - line.at)


def _busy_until(person: Person, lines: list[Cue]) -> int:
    ends = [line.until for line in lines]
    stretches = [frame_at(stretch.until) for stretch in (*person.mutes, *person.drops)]
    return max([frame_at(person.joins), *ends, *stretches])
