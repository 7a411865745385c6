"""Has a summary made once more, of the same transcript, by what is configured now."""

import asyncio

from artifacts.domain import (
    UNFINISHED,
    Artifact,
    ArtifactAction,
    ArtifactKind,
    ArtifactState,
    NotOverYet,
    NoTranscriber,
    SessionState,
    TranscriptNotThere,
)
from artifacts.service.reading import session_of
from artifacts.store import Store
from common.principal import Principal


class Renewing:
    """*work* is set when there is something to be made."""

    def __init__(self, store: Store, work: asyncio.Event) -> None:
        self._store = store
        self._work = work

    async def summary(self, caller: Principal, meeting_id: str, session_id: str) -> Artifact:
        """Begin the summary anew; one that is being made is left to it.

        Raises ``NoSession``, ``SessionNotFound``, ``NotOverYet``, ``NoTranscriber``,
        ``TranscriptNotThere``.
        """
        async with self._store.begin(caller) as tx:
            session = await session_of(tx, meeting_id, session_id)
            if session.state is SessionState.LIVE:
                raise NotOverYet(session.id)
            session = await tx.met(session.id, session.meeting_id)
            transcript = await tx.artifact(session.id, ArtifactKind.TRANSCRIPT)
            summary = await tx.artifact(session.id, ArtifactKind.SUMMARY)
            if transcript is None or summary is None:
                raise NoTranscriber(session.id)
            if summary.state in UNFINISHED:
                return summary
            if transcript.state is not ArtifactState.AVAILABLE:
                raise TranscriptNotThere(session.id, transcript.state.value)
            begun = summary.after(ArtifactAction.RENEW, reason="")
            await tx.save_artifact(begun)
            await tx.add_job(begun)
        self._work.set()
        return begun
