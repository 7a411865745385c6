"""Words as they are recognised: one session's transcript events out of its meeting's live feed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import structlog
from grpc import aio

from common.jsonshape import struct_value
from common.principal import Kind, Principal
from convene.gateway.v1 import webhooks_pb2 as pb
from convene.gateway.v1 import webhooks_pb2_grpc
from convene.session.v1.signal_pb2 import Caption, Welcome
from gateway.edge.calls import Calls

log = structlog.get_logger()

SEGMENT_TYPE = "transcript.segment"
# What the feed asks of who watches words.
SCOPES = frozenset({"meetings:read", "artifacts:read"})
# Seconds until a feed that ended is opened again.
REOPEN_PAUSE = 1.0

Show = Callable[[Caption], Awaitable[None]]


class Captions:
    """Opens feeds on behalf of people who were welcomed to a session."""

    def __init__(self, channel: aio.Channel, calls: Calls) -> None:
        self._stub = webhooks_pb2_grpc.WebhookServiceStub(channel)
        self._calls = calls

    async def follow(self, welcome: Welcome, show: Show) -> None:
        """Show what is said in the welcome's session from now on, until cancelled.

        A feed that breaks is opened again after its last event.
        """
        seen = 0
        while True:
            try:
                async for event in self._events(welcome, seen):
                    seen = max(seen, event.sequence)
                    caption = caption_of(event, welcome.session.id)
                    if caption is not None:
                        await show(caption)
            except aio.AioRpcError as error:
                log.info("captions interrupted", code=error.code().name)
            await asyncio.sleep(REOPEN_PAUSE)

    async def _events(self, welcome: Welcome, seen: int) -> AsyncIterator[pb.PublicEvent]:
        request = pb.WatchEventsRequest(
            meeting_id=welcome.session.meeting_id, after_sequence=seen, from_now=not seen
        )
        principal = Principal(
            welcome.workspace_id,
            Kind.PARTICIPANT,
            welcome.self.id,
            SCOPES,
            welcome.session.test,
        )
        call: Any = self._stub.WatchEvents(request, metadata=self._calls.metadata(principal))
        try:
            async for answer in call:
                yield answer.event
        finally:
            call.cancel()


def caption_of(event: pb.PublicEvent, session_id: str) -> Caption | None:
    """What *event* says in a session, None when it says nothing there."""
    if event.type != SEGMENT_TYPE or event.session_id != session_id:
        return None
    segment: Any = struct_value(event.data).get("segment")
    if not isinstance(segment, Mapping) or not segment.get("text"):
        return None
    speaker = segment.get("speaker") or {}
    return Caption(
        segment_id=segment["id"],
        participant_id=speaker.get("id", ""),
        name=speaker.get("name", ""),
        text=segment["text"],
        final=bool(segment.get("final")),
    )
