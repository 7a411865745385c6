"""What is kept of a meeting, as users see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from artifacts.domain import (
    Artifact,
    ArtifactExpired,
    ArtifactFailed,
    ArtifactKind,
    ArtifactState,
    NoSession,
    NoTranscriber,
    SessionNotFound,
    SessionRecord,
    SessionState,
)
from artifacts.domain.recordings import Recording
from artifacts.exports import transcript
from artifacts.service.making import heading_of
from artifacts.store import ArtifactsTransaction, Store
from artifacts.wire import in_time, language_of, place_of, segments_of, translated
from common import pages
from common.principal import Principal
from convene.bots.v1.bots_pb2 import Segment

DEFAULT_SEGMENTS = 200
LIVE = "LIVE"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a transcript, in which form. *text* asks for the whole as text."""

    text: bool = False
    since: int = 0
    page_size: int = 0
    page_token: str = ""
    # As far as it was translated into that.
    language: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    session: SessionRecord
    state: str
    language: str
    segments: Sequence[Segment] = ()
    next_page_token: str = ""
    text: str = ""


class Reading:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def transcript(
        self, caller: Principal, meeting_id: str, session_id: str, wanted: Wanted
    ) -> TranscriptPage:
        """One page of what was said so far, or all of it as text.

        A finished transcript is in the order of speech. While people speak, and for a caller who
        asks for what came *since*, it is in the order in which words came, which only grows.
        """
        keys = pages.keys_of(wanted.page_token, 2)
        after = (_whole(keys[0]), _whole(keys[1])) if keys else (-1, 0)
        size = wanted.page_size or DEFAULT_SEGMENTS
        async with self._store.begin(caller) as tx:
            session = await session_of(tx, meeting_id, session_id)
            state, _ = await _standing(tx, session, ArtifactKind.TRANSCRIPT)
            if wanted.text or (state == ArtifactState.AVAILABLE.value and not wanted.since):
                everything = in_time(segments_of(await tx.segments(session.id)))
                found = [
                    one
                    for one in everything
                    if place_of(one) > after and one.sequence > wanted.since
                ]
            else:
                found = segments_of(
                    await tx.segments(session.id, max(wanted.since, after[1]), size + 1)
                )
            if wanted.language:
                known = await tx.translations(session.id, wanted.language)
                found = [translated(one, known.get(one.id)) for one in found]
        language = wanted.language or language_of(found)
        if wanted.text:
            text = transcript.as_txt(heading_of(session, found), found)
            return TranscriptPage(session, state, language, text=text)
        token = pages.token_for(*place_of(found[size - 1])) if len(found) > size else ""
        return TranscriptPage(session, state, language, found[:size], token)

    async def content(
        self, caller: Principal, meeting_id: str, session_id: str, kind: ArtifactKind
    ) -> tuple[SessionRecord, str, bytes]:
        """What the API shows of a summary or an attendance, encoded; empty while it is made."""
        async with self._store.begin(caller) as tx:
            session = await session_of(tx, meeting_id, session_id)
            state, artifact = await _standing(tx, session, kind)
        # Of these nothing is there before the end, so that a live session's are yet to come.
        shown = ArtifactState.PENDING.value if state == LIVE else state
        return session, shown, artifact.content if artifact else b""

    async def artifacts(
        self, caller: Principal, meeting_id: str, session_id: str
    ) -> tuple[Sequence[Artifact], Sequence[Recording]]:
        """Everything kept of the session with its proof."""
        async with self._store.begin(caller) as tx:
            session = await session_of(tx, meeting_id, session_id)
            return await tx.artifacts(session.id), await tx.recordings_in(session.id)


async def session_of(tx: ArtifactsTransaction, meeting_id: str, session_id: str) -> SessionRecord:
    """The session named, or the meeting's latest; raises ``SessionNotFound``, ``NoSession``."""
    found = await tx.session(session_id, meeting_id)
    if found is not None:
        return found
    raise SessionNotFound(session_id, meeting_id) if session_id else NoSession(meeting_id)


async def _standing(
    tx: ArtifactsTransaction, session: SessionRecord, kind: ArtifactKind
) -> tuple[str, Artifact | None]:
    """The artifact of that *kind* and its state; raises what says why there is none."""
    if session.state is SessionState.LIVE:
        return LIVE, None
    artifact = await tx.artifact(session.id, kind)
    if artifact is None:
        raise NoTranscriber(session.id)
    if artifact.state is ArtifactState.FAILED:
        raise ArtifactFailed(artifact)
    if artifact.state is ArtifactState.EXPIRED:
        raise ArtifactExpired(artifact)
    return artifact.state.value, artifact


def _whole(key: str | int) -> int:
    return key if isinstance(key, int) else 0
