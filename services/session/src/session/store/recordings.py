"""Rows of recordings, and the clock that their spans are counted on."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.db import Transaction
from session.domain.recordings import (
    Layout,
    Recording,
    RecordingId,
    RecordingNotFound,
    RecordingState,
    Span,
)


class RecordingRows(Transaction):
    async def real_time(self) -> datetime:
        """The database's clock: media run by it, however the workspace's time was moved."""
        found: datetime = (await self.run("select clock_timestamp() as now")).one().now
        return found

    async def add_recording(self, recording: Recording) -> None:
        await self.run(
            """
            insert into recordings (workspace_id, id, session_id, meeting_id, layout, state, spans,
                                    held, create_time, stop_time)
            values (:w, :id, :session, :meeting, :layout, :state, cast(:spans as jsonb), :held,
                    :created, :stopped)""",
            w=self.caller.workspace_id,
            meeting=recording.meeting_id,
            session=recording.session_id,
            layout=recording.layout.value,
            created=recording.create_time,
            **_changing(recording),
        )

    async def save_recording(self, recording: Recording) -> None:
        """Write *recording* back; the caller holds its session's row."""
        await self.run(
            """
            update recordings set state = :state, spans = cast(:spans as jsonb), held = :held,
                stop_time = :stopped where id = :id""",
            **_changing(recording),
        )

    async def recording(self, session_id: str, recording_id: str) -> Recording:
        """Raises ``RecordingNotFound``."""
        found = await self.run(
            "select * from recordings where id = :id and session_id = :s",
            id=recording_id,
            s=session_id,
        )
        row = found.one_or_none()
        if row is None:
            raise RecordingNotFound(recording_id)
        return _recording(row)

    async def recording_under_way(self, session_id: str) -> Recording | None:
        """The session's recording that is not stopped, if there is one."""
        found = await self.run(
            "select * from recordings where session_id = :s and state <> 'STOPPING'", s=session_id
        )
        row = found.one_or_none()
        return _recording(row) if row else None


def _changing(recording: Recording) -> dict[str, Any]:
    return {
        "id": recording.id,
        "state": recording.state.value,
        "spans": json.dumps([[one.start, one.end] for one in recording.spans]),
        "held": recording.held,
        "stopped": recording.stop_time,
    }


def _recording(row: Any) -> Recording:
    return Recording(
        id=RecordingId(row.id),
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        layout=Layout(row.layout),
        create_time=row.create_time,
        state=RecordingState(row.state),
        spans=_spans(row.spans),
        held=row.held,
        stop_time=row.stop_time,
    )


def _spans(kept: Sequence[Sequence[float | None]]) -> Sequence[Span]:
    return tuple(Span(float(start or 0), end) for start, end in kept)
