"""Who took how much part in a session, and the score that is made of it.

The engagement score goes from 0 to 100. Five shares, each from 0 to 1, are weighted and added:

- talk (40): speaking seconds over an equal share of all speaking seconds, at most 1;
- presence (25): seconds present over those of whoever was present longest;
- turns (15): turns over an equal share of all turns, at most 1;
- camera (10): camera seconds over seconds present;
- chat (10): chat lines over an equal share of all chat lines, at most 1.

An equal share is the whole divided by the people who were there. Where nobody spoke or wrote,
nobody has that share. Another formula is another version: sealed figures keep theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from session.domain.participants import Participant, Role
from session.domain.rooms import Heard, Talk

FORMULA_VERSION = "1"
FORMULAS: Mapping[str, str] = {
    "1": "40 * min(1, speaking / equal share) + 25 * present / longest present "
    "+ 15 * min(1, turns / equal share) + 10 * camera / present "
    "+ 10 * min(1, chat lines / equal share)",
}
NOTHING_HEARD = Heard(0.0)
# What each count of a node came to, by participant.
Counts = Mapping[str, Mapping[str, Heard]]


@dataclass(frozen=True, slots=True)
class ParticipantMetrics:
    """One participant's part: seconds, counts, *talk_ratio* from 0 to 1, a score to 100."""

    participant_id: str
    name: str
    role: Role
    speaking_seconds: float
    talk_ratio: float
    turns: int
    longest_turn_seconds: float
    overlaps: int
    overlap_seconds: float
    present_seconds: float
    camera_seconds: float
    engagement_score: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """A session's figures at *update_time*; once *sealed* they change no more.

    *counts* is what they were made of: a session that was moved was heard by several nodes.
    """

    participants: Sequence[ParticipantMetrics]
    update_time: datetime
    sealed: bool = False
    formula_version: str = FORMULA_VERSION
    counts: Counts = field(default_factory=dict)


def counted(before: Metrics | None, talk: Talk) -> Counts:
    """What every node came to: what *talk* says now, and of the others what they said last."""
    counts = dict(before.counts) if before is not None else {}
    return counts | ({talk.count: talk.heard} if talk.count else {})


def total(counts: Counts) -> Mapping[str, Heard]:
    """What was heard of everybody, by all nodes together."""
    sums: dict[str, Heard] = {}
    for heard in counts.values():
        for participant_id, one in heard.items():
            sums[participant_id] = sums.get(participant_id, NOTHING_HEARD).plus(one)
    return sums


@dataclass(frozen=True, slots=True)
class _Part:
    """What one participant did, before it is compared with the others."""

    participant: Participant
    heard: Heard
    present: float
    camera: float
    lines: int


def measure(
    roster: Iterable[Participant],
    heard: Mapping[str, Heard],
    chat_lines: Mapping[str, int],
    now: datetime,
) -> list[ParticipantMetrics]:
    """The figures of all people who were ever connected, until *now*."""
    parts = [
        _part(one, heard.get(one.id, NOTHING_HEARD), chat_lines.get(one.id, 0), now)
        for one in roster
        if one.is_counted and one.presences
    ]
    spoken = sum(part.heard.speaking_seconds for part in parts)
    return [_metrics(part, parts, spoken) for part in parts]


def _part(participant: Participant, heard: Heard, lines: int, now: datetime) -> _Part:
    present = max(participant.present_seconds(now), heard.present_seconds)
    camera = min(participant.camera_on_seconds(now), present)
    return _Part(participant, heard, present, camera, lines)


def _metrics(part: _Part, parts: Sequence[_Part], spoken: float) -> ParticipantMetrics:
    return ParticipantMetrics(
        participant_id=part.participant.id,
        name=part.participant.name,
        role=part.participant.role,
        speaking_seconds=round(part.heard.speaking_seconds, 3),
        talk_ratio=round(_ratio(part.heard.speaking_seconds, spoken), 4),
        turns=part.heard.turns,
        longest_turn_seconds=round(part.heard.longest_turn_seconds, 3),
        overlaps=part.heard.overlaps,
        overlap_seconds=round(part.heard.overlap_seconds, 3),
        present_seconds=round(part.present, 3),
        camera_seconds=round(part.camera, 3),
        engagement_score=round(_score(part, parts, spoken), 1),
    )


def _score(part: _Part, parts: Sequence[_Part], spoken: float) -> float:
    """The engagement score, as the module's text has it."""
    people = len(parts)
    turns = sum(one.heard.turns for one in parts)
    lines = sum(one.lines for one in parts)
    longest = max(one.present for one in parts)
    return (
        40 * min(1, people * _ratio(part.heard.speaking_seconds, spoken))
        + 25 * _ratio(part.present, longest)
        + 15 * min(1, people * _ratio(part.heard.turns, turns))
        + 10 * _ratio(part.camera, part.present)
        + 10 * min(1, people * _ratio(part.lines, lines))
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
