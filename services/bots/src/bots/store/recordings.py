"""Rows of recordings, of their fragments, and of how far each track is shipped."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import text

from bots.domain.bot import BotId
from bots.domain.crew import Track
from bots.domain.recording import UNFINISHED, Medium, Recording, RecordingState, Span
from bots.store.rows import track_of
from common.db import Transaction
from common.pool import Pooled

# How a lease on a recording is called; the rest of the name is its id.
RECORDING = "recording "

# Whose sound or video: participant, epoch, medium.
TakeKey = tuple[str, int, Medium]
# Whose join: participant and epoch.
JoinKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A window that is in the object store."""

    window: int
    key: str
    sha256: str
    size_bytes: int


class RecordingRows(Transaction):
    async def add_recording(self, recording: Recording) -> bool:
        """Write a new recording; false when it is there already."""
        added = await self.run(
            """
            insert into recordings (workspace_id, id, session_id, meeting_id, bot_id, with_video,
                state, spans, room_open_time, test, traceparent, create_time)
            values (:w, :id, :s, :m, :bot, :video, :state, cast(:spans as jsonb), :opened, :test,
                    :trace, :now) on conflict (id) do nothing""",
            w=self.caller.workspace_id,
            id=recording.id,
            s=recording.session_id,
            m=recording.meeting_id,
            bot=recording.bot_id,
            video=recording.with_video,
            state=recording.state.value,
            spans=_spans_to(recording.spans),
            opened=recording.room_open_time,
            test=recording.test,
            trace=recording.traceparent,
            now=self.now,
        )
        return bool(added.rowcount)

    async def live_recording(self, session_id: str) -> str:
        """What is recorded of a session now, or nothing."""
        found = await self.run(
            "select id from recordings where session_id = :s and state = 'LIVE' "
            "order by create_time desc limit 1",
            s=session_id,
        )
        return found.scalar_one_or_none() or ""

    async def find_recording(self, recording_id: str, *, lock: bool = False) -> Recording | None:
        """The recording, held against other writers when *lock* is set."""
        found = await self.run(
            f"select * from recordings where id = :id {'for update' if lock else ''}",
            id=recording_id,
        )
        row = found.one_or_none()
        return _recording(row) if row else None

    async def save_recording(self, recording: Recording) -> None:
        """Write *recording* back; the caller holds its row."""
        await self.run(
            """
            update recordings set state = :state, spans = cast(:spans as jsonb),
                next_window = :next where id = :id""",
            id=recording.id,
            state=recording.state.value,
            spans=_spans_to(recording.spans),
            next=recording.next_window,
        )

    async def add_fragment(self, recording_id: str, fragment: Fragment) -> None:
        await self.run(
            """
            insert into recording_fragments (workspace_id, recording_id, window_index, key, sha256,
                                             size_bytes)
            values (:w, :r, :window, :key, :sha, :size)""",
            w=self.caller.workspace_id,
            r=recording_id,
            window=fragment.window,
            key=fragment.key,
            sha=fragment.sha256,
            size=fragment.size_bytes,
        )

    async def fragments_of(self, recording_id: str) -> Sequence[Fragment]:
        """What is shipped, in order."""
        found = await self.run(
            "select * from recording_fragments where recording_id = :r order by window_index",
            r=recording_id,
        )
        return [Fragment(row.window_index, row.key, row.sha256, row.size_bytes) for row in found]

    async def tracks_to_record(self, recording_id: str, session_id: str) -> Sequence[Track]:
        """The joins of which something may still come; one is *left* also when another follows."""
        found = await self.run(
            """
            select t.*, t.is_left or n.epoch is not null as is_gone,
                case when n.ear_address <> t.ear_address then n.offset_seconds end as goes_on_at
            from tracks t left join lateral (
                select n.epoch, n.ear_address, n.offset_seconds from tracks n
                where n.session_id = t.session_id and n.participant_id = t.participant_id
                and n.epoch > t.epoch order by n.epoch limit 1) n on true
            where t.session_id = :s and not exists (
                select 1 from recording_cursors c where c.recording_id = :r and c.is_over
                and c.participant_id = t.participant_id and c.epoch = t.epoch)
            order by t.offset_seconds, t.participant_id""",
            s=session_id,
            r=recording_id,
        )
        return [
            replace(track_of(row), left=row.is_gone, goes_on_at_seconds=row.goes_on_at)
            for row in found
        ]

    async def close_joins(self, recording_id: str, joins: Collection[JoinKey]) -> None:
        """Say that nothing more comes of *joins*, whose sound has its cursor."""
        await self.run(
            """
            update recording_cursors c set is_over = true
            from unnest(cast(:people as text[]), cast(:epochs as int[])) as over (person, epoch)
            where c.recording_id = :r and c.participant_id = over.person
            and c.epoch = over.epoch and c.medium = 'AUDIO'""",
            r=recording_id,
            people=[person for person, _ in joins],
            epochs=[epoch for _, epoch in joins],
        )

    async def put_cursors(self, recording_id: str, cursors: Mapping[TakeKey, int]) -> None:
        """Say how far each track is shipped."""
        await self.run(
            """
            insert into recording_cursors (workspace_id, recording_id, participant_id, epoch,
                                           medium, cursor_sample)
            select :w, :r, one.*
            from unnest(cast(:people as text[]), cast(:epochs as int[]), cast(:media as text[]),
                        cast(:cursors as bigint[])) as one
            on conflict (recording_id, participant_id, epoch, medium)
            do update set cursor_sample = excluded.cursor_sample""",
            w=self.caller.workspace_id,
            r=recording_id,
            people=[key[0] for key in cursors],
            epochs=[key[1] for key in cursors],
            media=[key[2].value for key in cursors],
            cursors=list(cursors.values()),
        )

    async def cursors_of(self, recording_id: str) -> Mapping[TakeKey, int]:
        found = await self.run(
            "select * from recording_cursors where recording_id = :r", r=recording_id
        )
        return {
            (row.participant_id, row.epoch, Medium(row.medium)): row.cursor_sample for row in found
        }


async def unplaced_recordings(connection: Pooled) -> Sequence[str]:
    found = await connection.execute(
        text("""
            select cast(:prefix as text) || r.id as name from recordings r
            where r.state = any(:unfinished) and not exists (
                select 1 from leases l where l.name = cast(:prefix as text) || r.id
                and l.expires_at > clock_timestamp())
            order by r.create_time limit 200"""),
        {"prefix": RECORDING, "unfinished": [one.value for one in UNFINISHED]},
    )
    return [row.name for row in found]


async def whereabouts(connection: Pooled, recording_id: str) -> tuple[str, bool, str]:
    found = await connection.execute(
        text("select workspace_id, test, traceparent from recordings where id = :id"),
        {"id": recording_id},
    )
    row = found.one()
    return row.workspace_id, row.test, row.traceparent


def _spans_to(spans: Sequence[Span]) -> str:
    return json.dumps([[one.start, one.end] for one in spans])


def _recording(row: Any) -> Recording:
    return Recording(
        id=row.id,
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        workspace_id=row.workspace_id,
        test=row.test,
        bot_id=BotId(row.bot_id),
        with_video=row.with_video,
        state=RecordingState(row.state),
        spans=tuple(Span(float(start), end) for start, end in row.spans),
        room_open_time=row.room_open_time,
        next_window=row.next_window,
        traceparent=row.traceparent,
    )
