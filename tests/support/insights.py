"""Insights as bots find them."""

from datetime import UTC, datetime
from typing import Any

from bots.domain.bot import BotId
from bots.domain.insight import Insight, InsightId, InsightState

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def an_insight(**changes: Any) -> Insight:
    """Something found in what Ada said."""
    values: dict[str, Any] = {
        "id": InsightId("ins_1"),
        "session_id": "ses_1",
        "meeting_id": "mtg_1",
        "bot_id": BotId("bot_1"),
        "bot_kind": "sentiment",
        "kind": "mood",
        "state": InsightState.CONFIRMED,
        "source": "seg_1",
        "segment_ids": ("seg_1",),
        "participant_id": "ada",
        "participant_name": "Ada",
        "start_seconds": 0.0,
        "end_seconds": 1.0,
        "text": "it",
        "details": {},
        "create_time": NOW,
        "update_time": NOW,
    }
    return Insight(**values | changes)
