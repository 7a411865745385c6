"""The condition of rules about moods: somebody has sounded worse than this for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.domain.moods import MoodLabel
from bots.kinds.policies.moments import Evidence, Memory, Moment, Who
from bots.kinds.sentiment import track_of

DEFAULT_SMOOTHING_SECONDS = 30.0
# No track is ever so good.
_NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Gloom:
    """Somebody of those meant sounds *below* this, smoothed; told as it becomes so."""

    below: float
    smoothing_seconds: float
    who: Who

    concerns_somebody = True

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        said = moment.speech
        if said is None or moment.mood is None or not said.final:
            return (), memory
        segment = said.segment
        before = track_of(memory.get(segment.speaker_id))
        spoken = max(segment.end_seconds - segment.start_seconds, 0.0)
        after = before.after(moment.mood, spoken, self.smoothing_seconds)
        after = after.turned(self.below, _NEVER)
        kept = {**memory, segment.speaker_id: after.kept()}
        is_turn = after.label is not before.label and after.label is MoodLabel.NEGATIVE
        if not is_turn or not self.who.is_meant(segment.speaker_id, moment.people):
            return (), kept
        evidence = Evidence(
            segment.text,
            segment.start_seconds,
            segment.end_seconds,
            segment.speaker_id,
            (segment.id,),
            matched=f"{after.level:g}",
        )
        return [evidence], kept

    def due(self, memory: Memory) -> datetime | None:
        return None
