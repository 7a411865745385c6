"""What other services' facts mean here: a session to remember, its words, work to begin."""

import asyncio
from dataclasses import replace
from datetime import datetime

from artifacts.domain import (
    SESSION_FAILED,
    Artifact,
    ArtifactAction,
    ArtifactId,
    ArtifactKind,
    SessionRecord,
    SessionState,
    Translation,
)
from artifacts.service.settling import announce_failed, complete
from artifacts.store import ArtifactsTransaction, Store
from common.ids import derived_id
from common.principal import Principal
from convene.bots.v1.bots_pb2 import Segment

# What is begun at the end of a session. The summary waits for the transcript.
FIRST = (ArtifactKind.TRANSCRIPT, ArtifactKind.ATTENDANCE)


class Intake:
    """*work* is set when there is something to be made."""

    def __init__(self, store: Store, work: asyncio.Event) -> None:
        self._store = store
        self._work = work

    async def session_starting(
        self, caller: Principal, session: SessionRecord, began: datetime
    ) -> None:
        """Remember the session, its title and whether a bot will listen."""
        async with self._store.begin(caller) as tx:
            known = await tx.met(session.id, session.meeting_id)
            await tx.save_session(
                replace(
                    known,
                    title=session.title,
                    time_zone=session.time_zone,
                    transcribed=known.transcribed or session.transcribed,
                    test=caller.test,
                    create_time=began,
                    language_model=session.language_model,
                )
            )

    async def session_ended(self, caller: Principal, session_id: str, meeting_id: str) -> None:
        """Begin transcript, attendance and summary."""
        async with self._store.begin(caller) as tx:
            session = await tx.met(session_id, meeting_id)
            await tx.save_session(replace(session, state=SessionState.ENDED))
            for kind in ArtifactKind:
                artifact = _artifact(tx, session, kind)
                if await tx.add_artifact(artifact) and kind in FIRST:
                    await tx.add_job(artifact)
        self._work.set()

    async def session_failed(
        self, caller: Principal, session_id: str, meeting_id: str, reason: str
    ) -> None:
        """A session that never came to be leaves nothing, and says so."""
        async with self._store.begin(caller) as tx:
            session = await tx.met(session_id, meeting_id)
            session = replace(session, state=SessionState.FAILED)
            await tx.save_session(session)
            why = f"{SESSION_FAILED}: {reason}" if reason else SESSION_FAILED
            for kind in ArtifactKind:
                pending = _artifact(tx, session, kind)
                failed = pending.after(ArtifactAction.FAIL, reason=why)
                if await tx.add_artifact(failed):
                    await announce_failed(tx, failed)
            await complete(tx, session)

    async def bot_came(self, caller: Principal, session_id: str, meeting_id: str) -> None:
        """A bot that transcribes came into the session."""
        async with self._store.begin(caller) as tx:
            session = await tx.met(session_id, meeting_id)
            await tx.save_session(replace(session, transcribed=True))

    async def segment(
        self, caller: Principal, session_id: str, meeting_id: str, segment: Segment
    ) -> None:
        """Keep a final segment."""
        async with self._store.begin(caller) as tx:
            session = await tx.met(session_id, meeting_id)
            if not session.transcribed:
                await tx.save_session(replace(session, transcribed=True))
            await tx.add_segments(session_id, [(segment.sequence, segment.SerializeToString())])
            await tx.rouse_job(session_id, ArtifactKind.TRANSCRIPT)
        self._work.set()

    async def translation(
        self, caller: Principal, session_id: str, meeting_id: str, translation: Translation
    ) -> None:
        """Keep what a segment is in another language."""
        async with self._store.begin(caller) as tx:
            await tx.met(session_id, meeting_id)
            await tx.add_translation(session_id, translation)

    async def crew_flushed(
        self, caller: Principal, session_id: str, meeting_id: str, segments: int
    ) -> None:
        """The crew is done: the session has that many segments."""
        async with self._store.begin(caller) as tx:
            session = await tx.met(session_id, meeting_id)
            expected = max(segments, session.expected or 0)
            await tx.save_session(replace(session, expected=expected))
            await tx.rouse_job(session_id, ArtifactKind.TRANSCRIPT)
        self._work.set()


def _artifact(tx: ArtifactsTransaction, session: SessionRecord, kind: ArtifactKind) -> Artifact:
    return Artifact(
        # One of each kind per session, whatever is told twice.
        ArtifactId(derived_id("art", session.id, kind.value)),
        session.meeting_id,
        session.id,
        kind,
        tx.now,
    )
