"""The worker for recordings: claims them, has their files made or removed, survives its death."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from artifacts.domain import JobTaken, backoff_seconds
from artifacts.domain.recordings import (
    ATTEMPTS_BEFORE_FAILED,
    FAILED_KEPT,
    RecordedFile,
    Recording,
    RecordingAction,
    RecordingJob,
    RecordingState,
    StudioMissing,
)
from artifacts.service.filming import Filming
from artifacts.service.settling import give_up, release
from artifacts.service.upkeep import Upkeep
from artifacts.store import Store
from common import telemetry
from common.blobs import Blobs
from common.db import cause
from common.errors import DomainError
from common.principal import Principal, service_principal

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StudioPace:
    """Seconds: how often work is looked for, how long a claim lasts until it is renewed."""

    poll: float = 0.5
    lease: float = 30.0
    width: int = 1


class Studio:
    """Any number of replicas may run it at once; *work* makes it look now."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        filming: Filming,
        work: asyncio.Event,
        pace: StudioPace | None = None,
    ) -> None:
        self._store = store
        self._filming = filming
        self._upkeep = Upkeep(store, blobs)
        self._work = work
        self._pace = pace or StudioPace()
        # How far each composite is, in seconds.
        self._progress: dict[str, float] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        running: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._work.clear()
                for job in await self._claim(self._pace.width - len(running)):
                    task = tasks.create_task(self.work(job), name=f"film {job.recording_id}")
                    running.add(task)
                    task.add_done_callback(running.discard)
                await self._rest()

    async def _claim(self, free: int) -> Sequence[RecordingJob]:
        if free <= 0:
            return ()
        try:
            return await self._store.claim_recordings(free, self._pace.lease)
        except Exception as error:
            log.warning("recordings not read", error=str(error) or type(error).__name__)
            return ()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._pace.poll):
                await self._work.wait()
        except TimeoutError:
            return

    async def work(self, job: RecordingJob) -> None:
        """Carry *job* out while its claim is renewed; a lost claim stops it."""
        caller = service_principal("artifacts", job.workspace_id, test=job.test)
        mark = cause.set(job.causation_id)
        try:
            with telemetry.span("artifacts films", parent=job.traceparent, id=job.recording_id):
                async with asyncio.TaskGroup() as tasks:
                    holding = tasks.create_task(self._hold(caller, job))
                    await self._attempt(caller, job)
                    holding.cancel()
        except* JobTaken:
            log.info("recording taken over", recording=job.recording_id)
        except* Exception:
            # Its claim runs out, and the next attempt counts.
            log.exception("recording not settled", recording=job.recording_id)
        finally:
            cause.reset(mark)
            self._work.set()

    async def _hold(self, caller: Principal, job: RecordingJob) -> None:
        while True:
            await asyncio.sleep(self._pace.lease / 3)
            async with self._store.begin(caller) as tx:
                await tx.hold_recording_job(job, self._pace.lease)
            done = self._progress.get(job.recording_id, 0.0)
            log.info("recording is made", recording=job.recording_id, seconds=round(done, 1))

    async def _attempt(self, caller: Principal, job: RecordingJob) -> None:
        async with self._store.begin(caller) as tx:
            recording = await tx.find_recording(job.recording_id)
        if recording is None:
            raise JobTaken(f"recording {job.recording_id} is gone")
        try:
            if recording.state is RecordingState.PROCESSING:
                recording = await self._make(caller, job, recording)
            await self._upkeep.look_after(caller, job, recording)
        except (JobTaken, asyncio.CancelledError):
            raise
        except Exception as error:
            await self._failed(caller, job, error)
        finally:
            self._progress.pop(job.recording_id, None)

    async def _make(self, caller: Principal, job: RecordingJob, one: Recording) -> Recording:
        def progress(seconds: float) -> None:
            self._progress[job.recording_id] = seconds

        files = await self._filming.make(job.workspace_id, one, progress)
        return await self._finish(caller, job, files)

    async def _finish(
        self, caller: Principal, job: RecordingJob, files: Sequence[RecordedFile]
    ) -> Recording:
        async with self._store.begin(caller) as tx:
            await tx.hold_recording_job(job, self._pace.lease)
            found = await tx.find_recording(job.recording_id)
            assert found is not None
            one = found.after(RecordingAction.FINISH, files=files)
            await release(tx, one)
        return one

    async def _failed(self, caller: Principal, job: RecordingJob, error: Exception) -> None:
        tell = log.warning if isinstance(error, DomainError) else log.exception
        text = f"{type(error).__name__}: {error}"
        tell("recording not made", recording=job.recording_id, attempt=job.attempts, error=text)
        last = job.attempts >= ATTEMPTS_BEFORE_FAILED or isinstance(error, StudioMissing)
        async with self._store.begin(caller) as tx:
            found = await tx.find_recording(job.recording_id)
            assert found is not None
            if not last or found.state is not RecordingState.PROCESSING:
                await tx.put_off_recording_job(job, backoff_seconds(min(job.attempts, 5)), text)
                return
            await tx.put_off_recording_job(job, FAILED_KEPT, text)
            reason = error.reason if isinstance(error, DomainError) else type(error).__name__
            await give_up(tx, found, f"{reason}: {error}")
