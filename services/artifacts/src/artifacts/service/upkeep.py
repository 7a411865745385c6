"""What becomes of a recording's objects, and of a recording that nobody finishes."""

import structlog

from artifacts.domain.recordings import (
    FAILED_KEPT,
    LATE_WRITES,
    LONGEST_CAPTURE,
    UNCAPTURED,
    NotCaptured,
    Recording,
    RecordingJob,
    RecordingState,
)
from artifacts.service.settling import give_up
from artifacts.store import Store
from common.blobs import Blobs
from common.principal import Principal

log = structlog.get_logger()


class Upkeep:
    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs

    async def look_after(self, caller: Principal, job: RecordingJob, one: Recording) -> None:
        """Remove what *one* needs no more; fail it where its recorder never came to an end.

        Raises ``JobTaken`` when somebody changed what is to be done.
        """
        if one.state in UNCAPTURED:
            await self._despair(caller, job)
            return
        await self._sweep(job, one)
        async with self._store.begin(caller) as tx:
            if not job.swept:
                await tx.await_late_writes(job, LATE_WRITES)
                return
            await tx.close_recording_job(job)
            if one.state is RecordingState.DELETED:
                await tx.remove_recording(one.id)

    async def _sweep(self, job: RecordingJob, one: Recording) -> None:
        """Whatever the manifest says: what a killed recorder or studio put there is in no list."""
        wanted = set()
        if one.state is RecordingState.AVAILABLE:
            wanted = {file.key for file in one.files}
        found = await self._blobs.below(one.folder(job.workspace_id))
        gone = [key for key in found if key not in wanted]
        for key in gone:
            await self._blobs.delete(key)
        log.info("recording swept", recording=one.id, state=one.state.value, objects=len(gone))

    async def _despair(self, caller: Principal, job: RecordingJob) -> None:
        async with self._store.begin(caller) as tx:
            found = await tx.find_recording(job.recording_id)
            assert found is not None
            if found.state is not RecordingState.STOPPING:
                await tx.put_off_recording_job(job, LONGEST_CAPTURE, "")
                return
            await tx.put_off_recording_job(job, FAILED_KEPT, "")
            error = NotCaptured()
            await give_up(tx, found, f"{error.reason}: {error}")
