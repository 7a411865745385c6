"""Words that pass by on the bus before they are final."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from common.ids import derived_id
from common.jsonshape import to_json
from convene.bots.v1.events_pb2 import LivePartial, TranscriptSegment
from gateway.domain.events import Event

SEGMENT_TYPE = "transcript.segment"

Subscribe = Callable[[str, str, Callable[[bytes], None]], AbstractAsyncContextManager[None]]


class LivePartials:
    """*subscribe* listens to a workspace's meeting, as ``bus.subscribe_live`` does."""

    def __init__(self, subscribe: Subscribe) -> None:
        self._subscribe = subscribe

    @asynccontextmanager
    async def of(
        self, workspace_id: str, meeting_id: str, take: Callable[[Event], None]
    ) -> AsyncIterator[None]:
        """Hand *take* the meeting's partial segments while the block runs."""
        async with self._subscribe(
            workspace_id, meeting_id, lambda raw: take(_event(LivePartial.FromString(raw)))
        ):
            yield


def _event(partial: LivePartial) -> Event:
    return Event(
        # A segment's partials replace one another, so they share an id.
        id=derived_id("evt", partial.segment.id, "partial"),
        type=SEGMENT_TYPE,
        created_at=datetime.now(UTC),
        workspace_id=partial.workspace_id,
        meeting_id=partial.meeting_id,
        session_id=partial.session_id,
        sequence=0,
        data=to_json(TranscriptSegment(segment=partial.segment)),
    )
