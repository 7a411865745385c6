"""Rows of the tracks that are heard, and of the segments that they become."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from bots.domain.crew import OPUS_RATE, Track
from bots.domain.transcript import Segment
from bots.store import rows
from common.db import Transaction


class HeardRows(Transaction):
    async def add_track(self, track: Track) -> None:
        await self.run(
            """
            insert into tracks (workspace_id, session_id, participant_id, epoch, name,
                                ear_address, offset_seconds, is_person, role)
            values (:w, :s, :p, :epoch, :name, :ear, :offset, :person, :role)
            on conflict do nothing""",
            w=self.caller.workspace_id,
            s=track.session_id,
            p=track.participant_id,
            epoch=track.epoch,
            name=track.name,
            ear=track.ear_address,
            offset=track.offset_seconds,
            person=track.is_person,
            role=track.role,
        )

    async def mark_left(self, session_id: str, participant_id: str, epoch: int | None) -> None:
        """Note that somebody left: this join, or with no *epoch* every one."""
        await self.run(
            """
            update tracks set is_left = true where session_id = :s and participant_id = :p
            and epoch = coalesce(cast(:epoch as int), epoch)""",
            s=session_id,
            p=participant_id,
            epoch=epoch,
        )

    async def tracks_of(self, session_id: str, *, everybody: bool = False) -> Sequence[Track]:
        """The tracks of the session's people, or of its bots too."""
        found = await self.run(
            "select * from tracks where session_id = :s and (is_person or :everybody) "
            "order by offset_seconds, participant_id",
            s=session_id,
            everybody=everybody,
        )
        return [rows.track_of(row) for row in found]

    async def second_of(self, session_id: str) -> float:
        """The second of the session's time line that it is now, or a moment before.

        Real time counts, as sound does, however the workspace's clock was moved.
        """
        found = await self.run(
            """
            select max(offset_seconds + extract(epoch from clock_timestamp() - noted_at))
            from tracks where session_id = :s""",
            s=session_id,
        )
        return round(found.scalar_one() or 0.0, 3)

    async def skip_to(self, session_id: str, seconds: float) -> None:
        """Have the tracks begin there: who comes late has no claim to what was said before."""
        await self.run(
            f"""
            update tracks set cursor_sample = greatest(cursor_sample,
                cast((:seconds - offset_seconds) * {OPUS_RATE} as bigint) / 960 * 960)
            where session_id = :s and not ended""",
            s=session_id,
            seconds=seconds,
        )

    async def move_cursor(self, track: Track, cursor: int, *, ended: bool) -> None:
        """Say that everything before *cursor* of *track* has become segments.

        What was heard was said: a track that was noted late has begun before. Where nothing was
        heard since it was skipped to a second that is still to come, that tells nothing.
        """
        await self.run(
            f"""
            update tracks set cursor_sample = greatest(cursor_sample, :cursor),
                ended = ended or :ended,
                noted_at = case when :cursor <= cursor_sample then noted_at
                    else least(noted_at, clock_timestamp()
                        - make_interval(secs => cast(:cursor as double precision) / {OPUS_RATE}))
                    end
            where session_id = :s and participant_id = :p and epoch = :epoch""",
            cursor=cursor,
            ended=ended,
            s=track.session_id,
            p=track.participant_id,
            epoch=track.epoch,
        )

    async def add_segment(self, session_id: str, segment: Segment, position: int) -> None:
        """Write *segment* at *position*; one without a sequence is no part of the transcript."""
        await self.run(
            """
            insert into segments (workspace_id, session_id, position, sequence, id, speaker_id,
                speaker_name, start_seconds, end_seconds, text, words, language, scripted, gap,
                speaker_confidence, language_confidence)
            values (:w, :s, :position, :sequence, :id, :speaker, :name, :start, :end, :text,
                    cast(:words as jsonb), :language, :scripted, :gap, :speaker_sure,
                    :language_sure)""",
            w=self.caller.workspace_id,
            s=session_id,
            position=position,
            sequence=segment.sequence or None,
            id=segment.id,
            speaker=segment.speaker_id,
            name=segment.speaker_name,
            start=segment.start_seconds,
            end=segment.end_seconds,
            text=segment.text,
            words=json.dumps([asdict(word) for word in segment.words]),
            language=segment.language,
            scripted=segment.scripted,
            gap=segment.gap,
            speaker_sure=segment.speaker_confidence,
            language_sure=segment.language_confidence,
        )

    async def segments_of(self, session_id: str, after: int, limit: int) -> Sequence[Segment]:
        """The session's transcript in order, after the segment with sequence *after*."""
        found = await self.run(
            "select * from segments where session_id = :s and sequence > :after "
            "order by sequence limit :limit",
            s=session_id,
            after=after,
            limit=limit,
        )
        return [rows.segment_of(row) for row in found]
