"""Where sessions, segments, artifacts and jobs live. The only module here that speaks SQL."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import text

from artifacts.domain import (
    Artifact,
    ArtifactId,
    ArtifactKind,
    ArtifactState,
    Job,
    JobTaken,
    SessionRecord,
    SessionState,
    StoredObject,
    Translation,
)
from artifacts.domain.recordings import RecordingJob
from artifacts.store.recordings import RecordingRows, claim_recordings
from common import telemetry
from common.db import Database, cause
from common.errors import Conflict
from common.ids import new_id
from common.principal import Principal


class ArtifactsTransaction(RecordingRows):
    async def session(
        self, session_id: str, meeting_id: str, *, lock: bool = False
    ) -> SessionRecord | None:
        """That session of the meeting, or its latest when *session_id* is empty."""
        found = await self.run(
            "select * from sessions where meeting_id = :m and (:s = '' or id = :s) "
            f"order by create_time desc, id desc limit 1 {'for update' if lock else ''}",
            m=meeting_id,
            s=session_id,
        )
        row = found.one_or_none()
        return _session(row) if row else None

    async def met(self, session_id: str, meeting_id: str) -> SessionRecord:
        """The session, locked; written down if this is the first that is heard of it."""
        found = await self.run(
            """
            insert into sessions (workspace_id, id, meeting_id, test, create_time)
            values (:w, :id, :meeting, :test, :now)
            on conflict (id) do update set id = sessions.id returning *""",
            w=self.caller.workspace_id,
            id=session_id,
            meeting=meeting_id,
            test=self.caller.test,
            now=self.now,
        )
        return _session(found.one())

    async def save_session(self, session: SessionRecord) -> None:
        """Write *session* back; the caller holds its lock."""
        await self.run(
            """
            update sessions set title = :title, time_zone = :zone, state = :state,
                expected = :expected, transcribed = :transcribed, completed = :completed,
                test = :test, create_time = :created, language_model = :model where id = :id""",
            id=session.id,
            title=session.title,
            zone=session.time_zone,
            state=session.state.value,
            expected=session.expected,
            transcribed=session.transcribed,
            model=session.language_model,
            completed=session.completed,
            test=session.test,
            created=session.create_time,
        )

    async def add_segments(self, session_id: str, segments: Sequence[tuple[int, bytes]]) -> None:
        """Keep encoded segments by their sequence; one that is there stays as it is."""
        await self.run(
            """
            insert into segments (workspace_id, session_id, sequence, segment)
            select :w, :s, one.sequence, one.segment
            from unnest(cast(:sequences as bigint[]), cast(:bodies as bytea[]))
                 as one (sequence, segment)
            on conflict do nothing""",
            w=self.caller.workspace_id,
            s=session_id,
            sequences=[sequence for sequence, _ in segments],
            bodies=[body for _, body in segments],
        )

    async def add_translation(self, session_id: str, translation: Translation) -> None:
        """Keep a translation; a later one of the same segment takes its place."""
        await self.run(
            """
            insert into translations (workspace_id, session_id, language, segment_id, text, engine)
            values (:w, :s, :language, :segment, :text, :engine)
            on conflict (session_id, language, segment_id)
            do update set text = excluded.text, engine = excluded.engine""",
            w=self.caller.workspace_id,
            s=session_id,
            language=translation.language,
            segment=translation.segment_id,
            text=translation.text,
            engine=translation.engine,
        )

    async def translations(self, session_id: str, language: str) -> Mapping[str, Translation]:
        """What there is of a session in a language, by segment."""
        found = await self.run(
            "select segment_id, language, text, engine from translations "
            "where session_id = :s and language = :language",
            s=session_id,
            language=language,
        )
        return {row.segment_id: Translation(**row._mapping) for row in found}

    async def count_segments(self, session_id: str) -> int:
        found = await self.run("select count(*) from segments where session_id = :s", s=session_id)
        count: int = found.scalar_one()
        return count

    async def segments(
        self, session_id: str, after: int = 0, limit: int | None = None
    ) -> Sequence[bytes]:
        """The encoded segments after that sequence, in order."""
        rows = await self.run(
            "select segment from segments where session_id = :s and sequence > :after "
            "order by sequence limit :limit",
            s=session_id,
            after=after,
            limit=limit,
        )
        return [bytes(row.segment) for row in rows]

    async def add_artifact(self, artifact: Artifact) -> bool:
        """Write a new artifact; false when its session has one of its kind already."""
        added = await self.run(
            """
            insert into artifacts (workspace_id, id, meeting_id, session_id, kind, state, reason,
                                   create_time)
            values (:w, :id, :meeting, :session, :kind, :state, :reason, :created)
            on conflict (session_id, kind) do nothing""",
            w=self.caller.workspace_id,
            id=artifact.id,
            meeting=artifact.meeting_id,
            session=artifact.session_id,
            kind=artifact.kind.value,
            state=artifact.state.value,
            reason=artifact.reason,
            created=artifact.create_time,
        )
        return bool(added.rowcount)

    async def artifacts(self, session_id: str) -> Sequence[Artifact]:
        """What is kept of the session, oldest kind first."""
        rows = await self.run(
            "select * from artifacts where session_id = :s order by create_time, kind desc",
            s=session_id,
        )
        return [_artifact(row) for row in rows]

    async def artifact(self, session_id: str, kind: ArtifactKind) -> Artifact | None:
        found = await self.run(
            "select * from artifacts where session_id = :s and kind = :k",
            s=session_id,
            k=kind.value,
        )
        row = found.one_or_none()
        return _artifact(row) if row else None

    async def save_artifact(self, artifact: Artifact) -> None:
        """Write *artifact* as its next version; raises ``Conflict`` if it changed meanwhile."""
        saved = await self.run(
            """
            update artifacts set state = :state, reason = :reason, content = :content,
                objects = cast(:objects as jsonb), version = version + 1
            where id = :id and version = :version""",
            id=artifact.id,
            version=artifact.version,
            state=artifact.state.value,
            reason=artifact.reason,
            content=artifact.content,
            objects=json.dumps([asdict(one) for one in artifact.objects]),
        )
        if saved.rowcount == 0:
            raise Conflict(f"artifact {artifact.id} changed meanwhile")

    async def remove_artifact(self, artifact_id: ArtifactId) -> None:
        await self.run("delete from artifacts where id = :id", id=artifact_id)

    async def add_job(self, artifact: Artifact) -> None:
        """Have *artifact* made as soon as a worker is free."""
        await self.run(
            """
            insert into jobs (workspace_id, artifact_id, kind, meeting_id, session_id, test,
                              traceparent, causation_id)
            values (:w, :id, :kind, :meeting, :session, :test, :trace, :cause)""",
            w=self.caller.workspace_id,
            id=artifact.id,
            kind=artifact.kind.value,
            meeting=artifact.meeting_id,
            session=artifact.session_id,
            test=self.caller.test,
            trace=telemetry.traceparent(),
            cause=cause.get(),
        )

    async def rouse_job(self, session_id: str, kind: ArtifactKind) -> None:
        """Have a job that waits, or that a worker is about to put off, looked at again."""
        await self.run(
            "update jobs set due_at = clock_timestamp() where session_id = :s and kind = :k "
            "and error = '' and due_at > clock_timestamp()",
            s=session_id,
            k=kind.value,
        )

    async def close_job(self, job: Job) -> None:
        """Be done with *job*; raises ``JobTaken`` when it is another worker's by now."""
        gone = await self.run(
            "delete from jobs where artifact_id = :id and token = :token",
            id=job.artifact_id,
            token=job.token,
        )
        _refuse_stale(job, gone.rowcount)

    async def hold_job(self, job: Job, seconds: float) -> None:
        """Keep *job* for as long again; raises ``JobTaken``."""
        kept = await self.run(
            "update jobs set leased_until = clock_timestamp() + make_interval(secs => :seconds) "
            "where artifact_id = :id and token = :token",
            id=job.artifact_id,
            token=job.token,
            seconds=seconds,
        )
        _refuse_stale(job, kept.rowcount)

    async def put_off_job(self, job: Job, seconds: float, error: str = "") -> None:
        """Look at *job* again in *seconds*; without an *error* this was no attempt."""
        kept = await self.run(
            """
            update jobs set due_at = clock_timestamp() + make_interval(secs => :wait),
                leased_until = null, token = '', error = :error,
                attempts = attempts - case when :error = '' then 1 else 0 end
            where artifact_id = :id and token = :token""",
            id=job.artifact_id,
            token=job.token,
            wait=seconds,
            error=error[:1000],
        )
        _refuse_stale(job, kept.rowcount)


class Store:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, caller: Principal) -> AbstractAsyncContextManager[ArtifactsTransaction]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        return self._db.begin(caller, ArtifactsTransaction)

    async def claim(self, count: int, lease_seconds: float) -> Sequence[Job]:
        """Up to *count* jobs of any workspace that are due, this worker's for *lease_seconds*."""
        async with self._db.begin_system() as connection:
            rows = await connection.execute(
                text("""
                    with ready as (
                        select artifact_id from jobs where due_at <= clock_timestamp()
                        and (leased_until is null or leased_until < clock_timestamp())
                        order by due_at limit :count for update skip locked)
                    update jobs set token = :token, attempts = attempts + 1,
                        leased_until = clock_timestamp() + make_interval(secs => :lease)
                    from ready where jobs.artifact_id = ready.artifact_id
                    returning jobs.*,
                        extract(epoch from clock_timestamp() - jobs.created_at) as waited"""),
                {"count": count, "token": new_id("tok"), "lease": lease_seconds},
            )
            return [_job(row) for row in rows]

    async def claim_recordings(self, count: int, lease_seconds: float) -> Sequence[RecordingJob]:
        """Up to *count* recordings that want work, this worker's for *lease_seconds*."""
        async with self._db.begin_system() as connection:
            return await claim_recordings(connection, count, lease_seconds)


def _refuse_stale(job: Job, count: int) -> None:
    if count == 0:
        raise JobTaken(f"the job of {job.artifact_id} is another worker's now")


def _session(row: Any) -> SessionRecord:
    return SessionRecord(
        id=row.id,
        meeting_id=row.meeting_id,
        create_time=row.create_time,
        title=row.title,
        time_zone=row.time_zone,
        state=SessionState(row.state),
        expected=row.expected,
        transcribed=row.transcribed,
        completed=row.completed,
        test=row.test,
        language_model=row.language_model,
    )


def _artifact(row: Any) -> Artifact:
    created: datetime = row.create_time
    return Artifact(
        id=ArtifactId(row.id),
        meeting_id=row.meeting_id,
        session_id=row.session_id,
        kind=ArtifactKind(row.kind),
        create_time=created,
        state=ArtifactState(row.state),
        reason=row.reason,
        objects=tuple(StoredObject(**one) for one in row.objects),
        content=bytes(row.content),
        version=row.version,
    )


def _job(row: Any) -> Job:
    return Job(
        workspace_id=row.workspace_id,
        artifact_id=ArtifactId(row.artifact_id),
        kind=ArtifactKind(row.kind),
        meeting_id=row.meeting_id,
        session_id=row.session_id,
        token=row.token,
        attempts=row.attempts,
        waited_seconds=float(row.waited),
        test=row.test,
        traceparent=row.traceparent,
        causation_id=row.causation_id,
    )
