"""What facts mean for recordings, and what callers may do with them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from artifacts.domain.recordings import (
    FAILED_KEPT,
    LONGEST_CAPTURE,
    RUNNING,
    RecordedFile,
    Recording,
    RecordingAction,
    RecordingNotDone,
    RecordingState,
    Span,
)
from artifacts.service.settling import give_up
from artifacts.store import Store
from common import pages
from common.downloads import DownloadClaims, DownloadSigner
from common.principal import Principal, service_principal
from convene.bots.v1.events_pb2 import RecordingCaptured

# A link in an answer works so long.
LINK_LIFETIME = timedelta(hours=1)
# Characters of a title in a file's name.
LONGEST_NAME = 100
DELETABLE = frozenset({RecordingState.AVAILABLE, RecordingState.FAILED})


class RecordingIntake:
    """*work* is set when there is something to be made."""

    def __init__(self, store: Store, work: asyncio.Event) -> None:
        self._store = store
        self._work = work

    async def started(self, caller: Principal, one: Recording) -> None:
        """A session is recorded."""
        async with self._store.begin(caller) as tx:
            await tx.add_recording(one)

    async def changed(
        self, caller: Principal, recording_id: str, action: RecordingAction, spans: Sequence[Span]
    ) -> None:
        """It was paused, goes on, or was stopped; what the recorder said since then counts more."""
        async with self._store.begin(caller) as tx:
            found = await tx.find_recording(recording_id)
            if found is None or found.state not in RUNNING:
                return
            moved = replace(found.after(action), spans=spans)
            if action is RecordingAction.STOP:
                moved = replace(moved, stop_time=tx.now)
                # Looked after even if no recorder ever says a word.
                await tx.add_recording_job(moved.id, wait=LONGEST_CAPTURE)
            await tx.save_recording(moved)

    async def captured(self, caller: Principal, one: Recording, fact: RecordingCaptured) -> None:
        """All of it is in the object store: files are made of it.

        *one* is the recording as the recorder knows it: its word may come before the session's.
        """
        async with self._store.begin(caller) as tx:
            await tx.add_recording(one)
            found = await tx.find_recording(fact.recording_id)
            if found is None or found.manifest_key or found.state is RecordingState.DELETED:
                return
            if fact.failure:
                if found.state is not RecordingState.FAILED:
                    await give_up(tx, found, fact.failure)
                    await tx.add_recording_job(found.id, wait=FAILED_KEPT)
                return
            moved = found.after(
                RecordingAction.CAPTURE,
                manifest_key=fact.manifest_key,
                spans=one.spans,
                reason="",
            )
            await tx.save_recording(replace(moved, stop_time=moved.stop_time or tx.now))
            await tx.add_recording_job(found.id)
        self._work.set()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be read, and what whoever saves it wants to read in its name."""

    file: RecordedFile
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A recording and until when the links to its files work."""

    recording: Recording
    links_until: datetime


class RecordingReading:
    def __init__(self, store: Store, signer: DownloadSigner, work: asyncio.Event) -> None:
        self._store = store
        self._signer = signer
        self._work = work

    async def list(
        self, caller: Principal, meeting_id: str, size: int, token: str
    ) -> tuple[Sequence[Shown], str]:
        """The meeting's recordings, newest first, and the next page's token."""
        limit = pages.page_size(size)
        async with self._store.begin(caller) as tx:
            found = await tx.recordings_of(meeting_id, pages.keys_of(token, 2), limit + 1)
        shown = [self._shown(one) for one in found[:limit]]
        if len(found) <= limit:
            return shown, ""
        last = found[limit - 1]
        return shown, pages.token_for(last.create_time.isoformat(), last.id)

    async def get(self, caller: Principal, meeting_id: str, recording_id: str) -> Shown:
        """Raises ``RecordingNotFound``."""
        async with self._store.begin(caller) as tx:
            return self._shown(await tx.recording(meeting_id, recording_id))

    async def file(
        self, caller: Principal, meeting_id: str, recording_id: str, track: str
    ) -> Opened:
        """Raises ``RecordingNotFound``, ``RecordingNotDone``, ``RecordingFailed``,
        ``TrackNotFound``."""
        async with self._store.begin(caller) as tx:
            one = await tx.recording(meeting_id, recording_id)
            session = await tx.session(one.session_id, meeting_id)
            title = session.title.strip() if session else ""
            return Opened(one.file(track), title[:LONGEST_NAME] or one.id)

    async def linked_file(self, code: str) -> Opened:
        """The file that a signed link names; also raises ``UnknownDownloadLink`` and
        ``DownloadLinkExpired``."""
        claims = self._signer.read(code, datetime.now(UTC))
        caller = service_principal("artifacts", claims.workspace_id)
        return await self.file(caller, claims.meeting_id, claims.recording_id, claims.track)

    async def delete(self, caller: Principal, meeting_id: str, recording_id: str) -> None:
        """Remove a recording; its objects follow. Raises ``RecordingNotDone``."""
        async with self._store.begin(caller) as tx:
            await tx.recording(meeting_id, recording_id)
            found = await tx.find_recording(recording_id)
            if found is None or found.state is RecordingState.DELETED:
                return
            if found.state not in DELETABLE:
                raise RecordingNotDone(found)
            await tx.save_recording(found.after(RecordingAction.DELETE))
            await tx.add_recording_job(recording_id)
        self._work.set()

    def link(self, caller: Principal, shown: Shown, track: str) -> str:
        """Where a file can be had without a key for a while."""
        one = shown.recording
        claims = DownloadClaims(
            caller.workspace_id, one.meeting_id, one.id, track, shown.links_until
        )
        return self._signer.url(claims)

    def _shown(self, one: Recording) -> Shown:
        return Shown(one, datetime.now(UTC).replace(microsecond=0) + LINK_LIFETIME)
