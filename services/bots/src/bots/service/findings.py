"""What becomes of findings: an insight that is written once and told of once per change."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from google.protobuf.message import Message

from bots.domain.bot import Bot
from bots.domain.insight import LASTING, Insight, InsightId, InsightState
from bots.domain.transcript import Segment
from bots.store import BotsTransaction
from bots.wire import insight_to_wire
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1.events_pb2 import (
    InsightFound,
    InsightWithdrawn,
    KeywordDetected,
    PolicyViolated,
    SentimentChanged,
    TopicEnded,
    TopicStarted,
)

# The fact that tells of a kind of insight; one without a fact of its own is told by `InsightFound`.
FACTS: Final[Mapping[str, Callable[[pb.Insight], Message]]] = {
    "keyword": lambda found: KeywordDetected(insight=found),
    "sentiment": lambda found: SentimentChanged(insight=found),
    "topic": lambda found: TopicEnded(insight=found),
    "topic_start": lambda found: TopicStarted(insight=found),
    "violation": lambda found: PolicyViolated(insight=found),
}


async def keep(tx: BotsTransaction, insight: Insight) -> None:
    """Write *insight* and tell of it, unless that was done before; a lasting one has changed."""
    if insight.source == LASTING:
        await _put(tx, insight)
        return
    before = await tx.insight_state(insight.id)
    if before is insight.state or (before and insight.state is InsightState.PROVISIONAL):
        return
    await _put(tx, insight)


async def withdraw(
    tx: BotsTransaction, bot: Bot, *, spoken: Segment | None = None, found: Collection[InsightId]
) -> None:
    """Take back what *bot* found provisionally and did not find again.

    With *spoken* that is what its speaker said until its end: the words are final now.
    """
    speaker, before = (spoken.speaker_id, spoken.end_seconds) if spoken else ("", None)
    for insight in await tx.provisional_insights(bot.id, speaker, before):
        if insight.id not in found:
            await _put(tx, insight.turned(InsightState.WITHDRAWN, tx.now))


async def _put(tx: BotsTransaction, insight: Insight) -> None:
    wire = insight_to_wire(replace(insight, sequence=await tx.put_insight(insight)))
    await tx.announce(
        _fact_of(insight, wire),
        aggregate=insight.session_id,
        meeting=insight.meeting_id,
        session=insight.session_id,
    )


def _fact_of(insight: Insight, wire: pb.Insight) -> Message:
    if insight.state is InsightState.WITHDRAWN:
        return InsightWithdrawn(insight=wire)
    if insight.kind in FACTS:
        return FACTS[insight.kind](wire)
    return InsightFound(insight=wire)
