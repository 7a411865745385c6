"""Rows of recordings and of the work on them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import text

from artifacts.domain import JobTaken
from artifacts.domain.recordings import (
    RecordedFile,
    Recording,
    RecordingJob,
    RecordingNotFound,
    RecordingState,
    Span,
)
from common import telemetry
from common.db import Transaction, cause
from common.ids import new_id
from common.pool import Pooled


class RecordingRows(Transaction):
    async def add_recording(self, one: Recording) -> None:
        """Write a new recording; one that is there stays as it is."""
        await self.run(
            """
            insert into recordings (workspace_id, id, meeting_id, session_id, layout, state, spans,
                                    create_time, test)
            values (:w, :id, :meeting, :session, :layout, :state, cast(:spans as jsonb), :created,
                    :test) on conflict (id) do nothing""",
            w=self.caller.workspace_id,
            id=one.id,
            meeting=one.meeting_id,
            session=one.session_id,
            layout=one.layout,
            state=one.state.value,
            spans=_spans_to(one.spans),
            created=one.create_time,
            test=self.caller.test,
        )

    async def find_recording(self, recording_id: str) -> Recording | None:
        """The recording, held against other writers until the commit."""
        found = await self.run(
            "select * from recordings where id = :id for update", id=recording_id
        )
        row = found.one_or_none()
        return _recording(row) if row else None

    async def recording(self, meeting_id: str, recording_id: str) -> Recording:
        """Raises ``RecordingNotFound``, also for a deleted one."""
        found = await self.run(
            "select * from recordings where id = :id and meeting_id = :m and state <> 'DELETED'",
            id=recording_id,
            m=meeting_id,
        )
        row = found.one_or_none()
        if row is None:
            raise RecordingNotFound(recording_id)
        return _recording(row)

    async def recordings_of(
        self, meeting_id: str, after: Sequence[str | int] | None, limit: int
    ) -> Sequence[Recording]:
        """The meeting's recordings, newest first, after the row with *after*'s keys."""
        rest, keys = "", {}
        if after is not None:
            rest = "and (create_time, id) < (cast(cast(:at as text) as timestamptz), :last)"
            keys = {"at": after[0], "last": after[1]}
        found = await self.run(
            f"""
            select * from recordings where meeting_id = :m and state <> 'DELETED' {rest}
            order by create_time desc, id desc limit :limit""",
            m=meeting_id,
            limit=limit,
            **keys,
        )
        return [_recording(row) for row in found]

    async def recordings_in(self, session_id: str) -> Sequence[Recording]:
        """The session's recordings, oldest first."""
        found = await self.run(
            "select * from recordings where session_id = :s and state <> 'DELETED' "
            "order by create_time, id",
            s=session_id,
        )
        return [_recording(row) for row in found]

    async def save_recording(self, one: Recording) -> None:
        """Write *one* back; the caller holds its row."""
        await self.run(
            """
            update recordings set state = :state, spans = cast(:spans as jsonb),
                stop_time = :stopped, reason = :reason, manifest_key = :manifest,
                files = cast(:files as jsonb) where id = :id""",
            id=one.id,
            state=one.state.value,
            spans=_spans_to(one.spans),
            stopped=one.stop_time,
            reason=one.reason,
            manifest=one.manifest_key,
            files=json.dumps([asdict(file) for file in one.files]),
        )

    async def remove_recording(self, recording_id: str) -> None:
        """Forget it, and the work on it."""
        await self.run("delete from recordings where id = :id", id=recording_id)

    async def add_recording_job(self, recording_id: str, wait: float = 0.0) -> None:
        """Have the recording worked on in *wait* seconds, whatever was planned for it.

        A worker that is at it finds its claim gone when it writes.
        """
        await self.run(
            """
            insert into recording_jobs (workspace_id, recording_id, test, traceparent, causation_id,
                                        due_at)
            values (:w, :id, :test, :trace, :cause,
                    clock_timestamp() + make_interval(secs => :wait))
            on conflict (recording_id) do update set due_at = excluded.due_at, attempts = 0,
                token = '', leased_until = null, error = '', swept = false,
                traceparent = excluded.traceparent, causation_id = excluded.causation_id""",
            w=self.caller.workspace_id,
            id=recording_id,
            test=self.caller.test,
            trace=telemetry.traceparent(),
            cause=cause.get(),
            wait=wait,
        )

    async def hold_recording_job(self, job: RecordingJob, seconds: float) -> None:
        """Keep *job* for *seconds* longer; raises ``JobTaken`` when it is another's by now."""
        kept = await self.run(
            """
            update recording_jobs
            set leased_until = clock_timestamp() + make_interval(secs => :seconds)
            where recording_id = :id and token = :token""",
            id=job.recording_id,
            token=job.token,
            seconds=seconds,
        )
        _refuse_stale(job, kept.rowcount)

    async def close_recording_job(self, job: RecordingJob) -> None:
        """Be done with *job*; raises ``JobTaken``."""
        gone = await self.run(
            "delete from recording_jobs where recording_id = :id and token = :token",
            id=job.recording_id,
            token=job.token,
        )
        _refuse_stale(job, gone.rowcount)

    async def await_late_writes(self, job: RecordingJob, seconds: float) -> None:
        """*job* removed what was there; look in *seconds* whether more came. ``JobTaken``."""
        kept = await self.run(
            """
            update recording_jobs set leased_until = null, token = '', swept = true, attempts = 0,
                due_at = clock_timestamp() + make_interval(secs => :seconds)
            where recording_id = :id and token = :token""",
            id=job.recording_id,
            token=job.token,
            seconds=seconds,
        )
        _refuse_stale(job, kept.rowcount)

    async def put_off_recording_job(self, job: RecordingJob, seconds: float, error: str) -> None:
        """Try *job* again in *seconds*; raises ``JobTaken``."""
        kept = await self.run(
            """
            update recording_jobs set leased_until = null, token = '', error = :error,
                due_at = clock_timestamp() + make_interval(secs => :seconds)
            where recording_id = :id and token = :token""",
            id=job.recording_id,
            token=job.token,
            seconds=seconds,
            error=error[:1000],
        )
        _refuse_stale(job, kept.rowcount)


async def claim_recordings(
    connection: Pooled, count: int, lease_seconds: float
) -> Sequence[RecordingJob]:
    rows = await connection.execute(
        text("""
            with ready as (
                select recording_id from recording_jobs where due_at <= clock_timestamp()
                and (leased_until is null or leased_until < clock_timestamp())
                order by due_at limit :count for update skip locked)
            update recording_jobs j set token = :token, attempts = attempts + 1,
                leased_until = clock_timestamp() + make_interval(secs => :lease)
            from ready where j.recording_id = ready.recording_id returning j.*"""),
        {"count": count, "token": new_id("tok"), "lease": lease_seconds},
    )
    return [
        RecordingJob(
            workspace_id=row.workspace_id,
            recording_id=row.recording_id,
            token=row.token,
            attempts=row.attempts,
            test=row.test,
            traceparent=row.traceparent,
            causation_id=row.causation_id,
            swept=row.swept,
        )
        for row in rows
    ]


def _refuse_stale(job: RecordingJob, count: int) -> None:
    if count == 0:
        raise JobTaken(f"the work on {job.recording_id} is another worker's now")


def _spans_to(spans: Sequence[Span]) -> str:
    return json.dumps([[one.start, one.end] for one in spans])


def _recording(row: Any) -> Recording:
    return Recording(
        id=row.id,
        meeting_id=row.meeting_id,
        session_id=row.session_id,
        layout=row.layout,
        create_time=row.create_time,
        state=RecordingState(row.state),
        spans=tuple(Span(float(start), end) for start, end in row.spans),
        stop_time=row.stop_time,
        reason=row.reason,
        manifest_key=row.manifest_key,
        files=tuple(RecordedFile(**one) for one in row.files),
        test=row.test,
    )
