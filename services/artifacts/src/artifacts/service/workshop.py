"""The worker: claims jobs, makes what they ask for, and survives its own death."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from artifacts.domain import (
    ATTEMPTS_BEFORE_DEAD,
    Artifact,
    ArtifactAction,
    ArtifactKind,
    Job,
    JobTaken,
    Patience,
    SegmentsMissing,
    SessionRecord,
    Step,
    backoff_seconds,
    next_step,
)
from artifacts.service.making import Made, Maker
from artifacts.service.settling import announce_available, announce_failed, complete
from artifacts.store import ArtifactsTransaction, Store
from artifacts.wire import in_time, segments_of
from common import run, telemetry
from common.db import cause
from common.errors import DomainError
from common.principal import Principal, service_principal
from convene.bots.v1.bots_pb2 import Segment
from minutes.writing import LONGEST_SECONDS

log = structlog.get_logger()

TRANSCRIPT_FAILED = "TRANSCRIPT_FAILED"
CRASHED = "CRASHED"


class Bots(Protocol):
    """The bots service, as artifacts needs it."""

    async def segments(self, caller: Principal, session_id: str) -> Sequence[Segment]: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How the worker works, in seconds and jobs at a time.

    *deadline* is shorter than *lease*, so that a job is given up before another worker has it. A
    summary may take *writing* instead, its lease renewed meanwhile: models are slow.
    """

    poll: float = 0.25
    width: int = 4
    lease: float = 30.0
    deadline: float = 20.0
    writing: float = LONGEST_SECONDS + 20.0
    patience: Patience = field(default_factory=Patience)


class Workshop:
    """Makes artifacts. Any number of replicas may run it at once; *work* makes it look now."""

    def __init__(
        self, store: Store, maker: Maker, bots: Bots, work: asyncio.Event, pace: Pace | None = None
    ) -> None:
        self._store = store
        self._maker = maker
        self._bots = bots
        self._work = work
        self._pace = pace or Pace()

    async def run(self) -> None:
        """Work until cancelled."""
        running: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._work.clear()
                for job in await self._claim(self._pace.width - len(running)):
                    task = tasks.create_task(self.work(job), name=f"make {job.artifact_id}")
                    running.add(task)
                    task.add_done_callback(running.discard)
                await self._rest()

    async def _claim(self, free: int) -> Sequence[Job]:
        if not free:
            return ()
        try:
            return await self._store.claim(free, self._pace.lease)
        except Exception as error:
            log.warning("jobs not read", error=str(error) or type(error).__name__)
            return ()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._pace.poll):
                await self._work.wait()
        except TimeoutError:
            return

    async def work(self, job: Job) -> None:
        """Carry *job* out, or put it off; after its last attempt its artifact is FAILED."""
        caller = service_principal("artifacts", job.workspace_id, test=job.test)
        mark = cause.set(job.causation_id)
        try:
            with telemetry.span(f"artifacts makes {job.kind.value}", parent=job.traceparent):
                await self._attempt(caller, job)
        except JobTaken:
            log.info("job taken over", artifact=job.artifact_id)
        except Exception:
            # Its lease runs out, and the next attempt counts.
            log.exception("job not settled", artifact=job.artifact_id)
        finally:
            cause.reset(mark)
            self._work.set()

    async def _attempt(self, caller: Principal, job: Job) -> None:
        if job.attempts > ATTEMPTS_BEFORE_DEAD:
            await self._give_up(caller, job, CRASHED)
            return
        is_written = job.kind is ArtifactKind.SUMMARY
        longest = self._pace.writing if is_written else self._pace.deadline
        try:
            async with asyncio.timeout(longest), self._held(caller, job):
                await self._make(caller, job)
        except JobTaken:
            raise
        except Exception as error:
            await self._failed(caller, job, error)

    @asynccontextmanager
    async def _held(self, caller: Principal, job: Job) -> AsyncIterator[None]:
        """Keep *job* this worker's while the block runs."""
        holding = asyncio.create_task(self._hold(caller, job), name=f"hold {job.artifact_id}")
        try:
            yield
        finally:
            await run.stop(holding)

    async def _hold(self, caller: Principal, job: Job) -> None:
        """Whoever has taken *job* over is noticed when it is finished."""
        while True:
            await asyncio.sleep(self._pace.lease / 3)
            try:
                async with self._store.begin(caller) as tx:
                    await tx.hold_job(job, self._pace.lease)
            except Exception as error:
                log.warning("job not held", artifact=job.artifact_id, error=repr(error))

    async def _make(self, caller: Principal, job: Job) -> None:
        if job.kind is ArtifactKind.TRANSCRIPT:
            await self._make_transcript(caller, job)
            return
        session, segments = await self._begin(caller, job)
        if job.kind is ArtifactKind.ATTENDANCE:
            made = await self._maker.attendance(caller, job)
        else:
            made = await self._maker.summary(job, session, segments)
        await self._finish(caller, job, made)

    async def _make_transcript(self, caller: Principal, job: Job) -> None:
        step = await self._step(caller, job)
        if step is Step.WAIT:
            return
        if step is Step.ASK and not await self._ask(caller, job):
            return
        session, segments = await self._begin(caller, job)
        await self._finish(caller, job, await self._maker.transcript(job, session, segments))

    async def _step(self, caller: Principal, job: Job) -> Step:
        async with self._store.begin(caller) as tx:
            session = await tx.met(job.session_id, job.meeting_id)
            have = await tx.count_segments(session.id)
            step, wait = next_step(session, have, job.waited_seconds, self._pace.patience)
            if step is Step.WAIT:
                await tx.put_off_job(job, wait)
            elif step is Step.MAKE and not have and not session.transcribed:
                step = Step.ASK
            return step

    async def _ask(self, caller: Principal, job: Job) -> bool:
        """Take what the bots service has; false when nobody listened, so nothing is to be made."""
        found = await self._bots.segments(caller, job.session_id)
        async with self._store.begin(caller) as tx:
            session = await tx.met(job.session_id, job.meeting_id)
            kept = [(one.sequence, one.SerializeToString()) for one in found]
            await tx.add_segments(session.id, kept)
            have = await tx.count_segments(session.id)
            if have < (session.expected or 0):
                raise SegmentsMissing(have, session.expected or 0)
            if have or session.transcribed:
                return True
            await self._drop(tx, session, job)
            return False

    async def _drop(self, tx: ArtifactsTransaction, session: SessionRecord, job: Job) -> None:
        await tx.close_job(job)
        for one in await tx.artifacts(session.id):
            if one.kind in (ArtifactKind.TRANSCRIPT, ArtifactKind.SUMMARY):
                await tx.remove_artifact(one.id)
        await complete(tx, session)

    async def _begin(self, caller: Principal, job: Job) -> tuple[SessionRecord, Sequence[Segment]]:
        async with self._store.begin(caller) as tx:
            session = await tx.met(job.session_id, job.meeting_id)
            artifact = await self._mine(tx, job)
            await tx.save_artifact(artifact.after(ArtifactAction.BEGIN))
            wordless = job.kind is ArtifactKind.ATTENDANCE
            return session, [] if wordless else in_time(segments_of(await tx.segments(session.id)))

    async def _finish(self, caller: Principal, job: Job, made: Made) -> None:
        async with self._store.begin(caller) as tx:
            session = await tx.met(job.session_id, job.meeting_id)
            await tx.close_job(job)
            former = await self._mine(tx, job)
            artifact = former.after(
                ArtifactAction.FINISH, objects=made.objects, content=made.content, reason=""
            )
            await tx.save_artifact(artifact)
            await announce_available(tx, artifact)
            if job.kind is ArtifactKind.TRANSCRIPT:
                summary = await tx.artifact(session.id, ArtifactKind.SUMMARY)
                assert summary is not None
                await tx.add_job(summary)
            await complete(tx, session)
        await self._maker.discard(former.objects, made)

    async def _failed(self, caller: Principal, job: Job, error: Exception) -> None:
        tell = log.warning if isinstance(error, DomainError | TimeoutError) else log.exception
        text = f"{type(error).__name__}: {error}"
        tell("job failed", artifact=job.artifact_id, attempt=job.attempts, error=text)
        if job.attempts >= ATTEMPTS_BEFORE_DEAD:
            reason = error.reason if isinstance(error, DomainError) else type(error).__name__
            await self._give_up(caller, job, reason)
            return
        async with self._store.begin(caller) as tx:
            await tx.put_off_job(job, backoff_seconds(job.attempts), text)

    async def _give_up(self, caller: Principal, job: Job, reason: str) -> None:
        async with self._store.begin(caller) as tx:
            session = await tx.met(job.session_id, job.meeting_id)
            await tx.close_job(job)
            await self._fail(tx, await self._mine(tx, job), reason)
            if job.kind is ArtifactKind.TRANSCRIPT:
                summary = await tx.artifact(session.id, ArtifactKind.SUMMARY)
                assert summary is not None
                await self._fail(tx, summary, TRANSCRIPT_FAILED)
            await complete(tx, session)

    async def _fail(self, tx: ArtifactsTransaction, artifact: Artifact, reason: str) -> None:
        if artifact.objects:
            # Made before: the former stands, and says why there is no newer one.
            await tx.save_artifact(artifact.after(ArtifactAction.KEEP, reason=reason))
            return
        failed = artifact.after(ArtifactAction.FAIL, reason=reason)
        await tx.save_artifact(failed)
        await announce_failed(tx, failed)

    async def _mine(self, tx: ArtifactsTransaction, job: Job) -> Artifact:
        found = await tx.artifact(job.session_id, job.kind)
        if found is None:
            raise JobTaken(f"artifact {job.artifact_id} is gone")
        return found
