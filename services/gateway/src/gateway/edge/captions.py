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
from convene.session.v1.signal_pb2 import (
    Caption,
    CaptionLanguages,
    SignalResponse,
    Welcome,
)
from gateway.edge.calls import Calls

log = structlog.get_logger()

SEGMENT_TYPE = "transcript.segment"
INSIGHT_TYPE = "insight.found"
# The kind of insight that is a segment in another language.
TRANSLATION = "translation"
# What the feed asks of who watches words.
SCOPES = frozenset({"meetings:read", "artifacts:read"})
# So many captions the page shows at most.
MOST_SHOWN = 3
# Seconds until a feed that ended is opened again.
REOPEN_PAUSE = 1.0

Show = Callable[[SignalResponse], Awaitable[None]]


class Choice:
    """The *language* that somebody wants to read, none for what is spoken, and what there is."""

    def __init__(self) -> None:
        self.language = ""
        self._known: set[str] = set()
        # Translations of what was said last, by segment and language.
        self._newest: dict[str, dict[str, Caption]] = {}

    def change(self, language: str) -> list[SignalResponse]:
        """Read in *language* from now on; what is shown of that which is there already."""
        self.language = language
        found = [one[language] for one in self._newest.values() if language in one]
        return [SignalResponse(caption=one) for one in found]

    def answers(self, caption: Caption) -> list[SignalResponse]:
        """What is shown for *caption*: the languages if it is in a new one, itself if wanted."""
        shown = []
        if caption.translated:
            self._newest.setdefault(caption.segment_id, {})[caption.language] = caption
            if len(self._newest) > MOST_SHOWN:
                self._newest.pop(next(iter(self._newest)))
        if caption.translated and caption.language not in self._known:
            self._known.add(caption.language)
            languages = CaptionLanguages(languages=sorted(self._known))
            shown.append(SignalResponse(caption_languages=languages))
        if not caption.translated or caption.language == self.language:
            shown.append(SignalResponse(caption=caption))
        return shown


class Captions:
    """Opens feeds on behalf of people who were welcomed to a session."""

    def __init__(self, channel: aio.Channel, calls: Calls) -> None:
        self._stub = webhooks_pb2_grpc.WebhookServiceStub(channel)
        self._calls = calls

    async def follow(self, welcome: Welcome, choice: Choice, show: Show) -> None:
        """Show what is said in the welcome's session from now on, until cancelled.

        A feed that breaks is opened again after its last event.
        """
        seen = 0
        while True:
            try:
                async for event in self._events(welcome, seen):
                    seen = max(seen, event.sequence)
                    caption = caption_of(event, welcome.session.id)
                    for answer in choice.answers(caption) if caption is not None else ():
                        await show(answer)
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
    """What *event* says in a session or translates of it, None when it says nothing there."""
    if event.session_id != session_id or event.type not in (SEGMENT_TYPE, INSIGHT_TYPE):
        return None
    told: Any = struct_value(event.data)
    if event.type == SEGMENT_TYPE:
        return _said(told.get("segment"))
    return _translated(told.get("insight"))


def _said(segment: Any) -> Caption | None:
    if not isinstance(segment, Mapping) or not segment.get("text"):
        return None
    speaker = segment.get("speaker") or {}
    return Caption(
        segment_id=segment["id"],
        participant_id=speaker.get("id", ""),
        name=speaker.get("name", ""),
        text=segment["text"],
        final=bool(segment.get("final")),
        language=segment.get("language", ""),
    )


def _translated(insight: Any) -> Caption | None:
    if not isinstance(insight, Mapping) or insight.get("kind") != TRANSLATION:
        return None
    speaker, segments = insight.get("speaker") or {}, insight.get("segment_ids") or [""]
    return Caption(
        segment_id=segments[0],
        participant_id=speaker.get("id", ""),
        name=speaker.get("name", ""),
        text=insight["text"],
        final=True,
        language=insight["details"]["language"],
        translated=True,
    )
