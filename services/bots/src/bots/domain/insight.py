"""An insight: something that a bot found, with the evidence for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, NewType

from bots.domain.bot import Bot, BotId
from bots.domain.reading import Event, Finding, Happened
from common.ids import derived_id

InsightId = NewType("InsightId", str)

# What an insight comes from that no single event shows.
LASTING: Final = "lasting"


class InsightState(Enum):
    # Found in words that may still change.
    PROVISIONAL = "PROVISIONAL"
    CONFIRMED = "CONFIRMED"
    # The words became others.
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Insight:
    """*sequence* counts the session's insights as they come, and anew when one changes.

    Times are seconds since the session's room opened.
    """

    id: InsightId
    session_id: str
    meeting_id: str
    bot_id: BotId
    bot_kind: str
    kind: str
    state: InsightState
    source: str
    segment_ids: Sequence[str]
    participant_id: str
    participant_name: str
    start_seconds: float
    end_seconds: float
    text: str
    details: Mapping[str, Any]
    create_time: datetime
    update_time: datetime
    sequence: int = 0

    def turned(self, state: InsightState, now: datetime) -> "Insight":
        return replace(self, state=state, update_time=now)


def insight_of(bot: Bot, event: Event, finding: Finding, now: datetime) -> Insight:
    """*finding* as an insight; the same one for the same finding, however often it is made."""
    return replace(
        _bare(bot, event, finding, now),
        start_seconds=_or(finding.start_seconds, _bounds(event)[0]),
        end_seconds=_or(finding.end_seconds, _bounds(event)[1]),
    )


def _bare(bot: Bot, event: Event, finding: Finding, now: datetime) -> Insight:
    is_sure, speaker, name, cited = _facts_of(event)
    source = event.source
    if finding.lasting:
        source, cited = LASTING, ()
        speaker, name = finding.participant_id or "", finding.participant_name
    return Insight(
        id=InsightId(derived_id("ins", bot.id, source, finding.kind, finding.key)),
        session_id=bot.session_id,
        meeting_id=bot.meeting_id,
        bot_id=bot.id,
        bot_kind=bot.kind,
        kind=finding.kind,
        state=_state_of(finding, is_sure),
        source=source,
        segment_ids=tuple(finding.segment_ids) or cited,
        participant_id=speaker if finding.participant_id == "" else finding.participant_id or "",
        participant_name=name if finding.participant_id in ("", speaker) else "",
        start_seconds=0.0,
        end_seconds=0.0,
        text=finding.text,
        details=finding.details,
        create_time=now,
        update_time=now,
    )


def _state_of(finding: Finding, is_sure: bool) -> InsightState:
    if finding.withdrawn:
        return InsightState.WITHDRAWN
    return InsightState.CONFIRMED if is_sure else InsightState.PROVISIONAL


def _facts_of(event: Event) -> tuple[bool, str, str, tuple[str, ...]]:
    if isinstance(event, Happened):
        return True, event.participant_id, str(event.details.get("name", "")), ()
    segment = event.segment
    return event.final, segment.speaker_id, segment.speaker_name, (segment.id,)


def _bounds(event: Event) -> tuple[float, float]:
    if isinstance(event, Happened):
        return 0.0, 0.0
    return event.segment.start_seconds, event.segment.end_seconds


def _or(given: float | None, otherwise: float) -> float:
    return otherwise if given is None else given
