"""How each speaker of a session has sounded, out of what its sentiment bots found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bots.domain.insight import Insight
from bots.domain.moods import MoodLabel
from bots.store import Store
from common.principal import Principal

# What a bot of the kind `sentiment` finds: how one piece sounds, and that a mood has changed.
PIECE, CHANGE = "mood", "sentiment"
# Of one speaker, spread evenly over all.
MOST_POINTS = 500


@dataclass(frozen=True, slots=True)
class Point:
    """After a piece of speech; *polarity* is of that piece alone, where pieces are kept."""

    at_seconds: float
    level: float
    segment_id: str
    polarity: float | None


@dataclass(frozen=True, slots=True)
class SpeakerTrack:
    speaker_id: str
    speaker_name: str
    label: MoodLabel
    changes: int
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class SessionFeelings:
    """*engine* is what judged the words; empty where nothing was judged."""

    session_id: str = ""
    engine: str = ""
    tracks: Sequence[SpeakerTrack] = ()


class Feelings:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_session(
        self, caller: Principal, meeting_id: str, session_id: str
    ) -> SessionFeelings:
        """Of the meeting's session, or of its latest where none is named."""
        async with self._store.begin(caller) as tx:
            crew = await tx.latest_crew(meeting_id, session_id)
            if crew is None:
                return SessionFeelings()
            found = await tx.insights_of_kinds(crew.session_id, [PIECE, CHANGE])
        engine = str(found[-1].details["engine"]) if found else ""
        return SessionFeelings(crew.session_id, engine, tracks_of(found))


def tracks_of(found: Iterable[Insight]) -> Sequence[SpeakerTrack]:
    """One track for each speaker of *found*, which is in order; a later bot's word counts."""
    spoken: dict[str, list[Insight]] = {}
    for insight in found:
        spoken.setdefault(insight.participant_id, []).append(insight)
    return [_track_of(insights) for _, insights in sorted(spoken.items())]


def _track_of(insights: Sequence[Insight]) -> SpeakerTrack:
    points: dict[str, Point] = {}
    for insight in sorted(insights, key=lambda one: one.kind == PIECE):
        points[insight.source] = Point(
            insight.end_seconds,
            insight.details["level"],
            next(iter(insight.segment_ids), ""),
            insight.details.get("polarity"),
        )
    changes = [one for one in insights if one.kind == CHANGE]
    label = changes[-1].details["label"] if changes else MoodLabel.NEUTRAL.value
    in_order = sorted(points.values(), key=lambda point: point.at_seconds)
    last = insights[-1]
    return SpeakerTrack(
        last.participant_id,
        last.participant_name,
        MoodLabel(label),
        len(changes),
        _thinned(in_order),
    )


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """At most ``MOST_POINTS`` of *points*, the first and the last among them."""
    if len(points) <= MOST_POINTS:
        return points
    step = (len(points) - 1) / (MOST_POINTS - 1)
    return [points[round(place * step)] for place in range(MOST_POINTS)]
