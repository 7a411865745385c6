"""Where crews, bots, tracks and segments live. The only part of this service that speaks SQL."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass

from sqlalchemy import text

from bots.domain.bot import PRESENT, Bot, BotId, BotNotFound
from bots.domain.crew import OPUS_RATE, Crew, CrewState, Track
from bots.domain.saying import Saying
from bots.domain.transcript import Segment
from bots.store import rows
from bots.store.doing import DoingRows
from bots.store.policies import PolicyRows
from bots.store.readers import ReaderRows
from bots.store.recordings import RecordingRows, unplaced_recordings, whereabouts
from bots.store.sayings import SayingRows
from common.db import Database
from common.errors import DomainError
from common.principal import Principal

_PRESENT = [state.value for state in PRESENT]
# How a lease on a crew is called; the rest of the name is the session's id.
CREW = "crew "
# How a lease on a session's voice is called.
VOICE = "voice "
# How a replica that takes crews shows that it is there.
REPLICA = "replica "


@dataclass(frozen=True, slots=True)
class Load:
    """How many sessions have bots now, and how many replicas share them."""

    sessions: int
    replicas: int


class BotsTransaction(DoingRows, PolicyRows, ReaderRows, RecordingRows, SayingRows):
    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """What the block wrote is taken back when it raises; the transaction goes on."""
        await self.run("savepoint attempt")
        try:
            yield
        except DomainError:
            await self.run("rollback to savepoint attempt")
            raise
        await self.run("release savepoint attempt")

    async def find_crew(self, session_id: str, *, lock: bool = False) -> Crew | None:
        """The session's crew, held against other writers when *lock* is set."""
        found = await self.run(
            f"select * from crews where session_id = :s {'for update' if lock else ''}",
            s=session_id,
        )
        row = found.one_or_none()
        return rows.crew_of(row) if row else None

    async def live_crew(self, meeting_id: str) -> Crew | None:
        """The crew of the meeting's live session, held against other writers."""
        found = await self.run(
            """
            select * from crews where meeting_id = :m and state = any(:states)
            order by create_time desc limit 1 for update""",
            m=meeting_id,
            states=[CrewState.WAITING.value, CrewState.LIVE.value],
        )
        row = found.one_or_none()
        return rows.crew_of(row) if row else None

    async def latest_crew(self, meeting_id: str, session_id: str) -> Crew | None:
        """The crew of the meeting's session, or of its latest where none is named."""
        found = await self.run(
            """
            select * from crews where meeting_id = :m and (:s = '' or session_id = :s)
            order by create_time desc limit 1""",
            m=meeting_id,
            s=session_id,
        )
        row = found.one_or_none()
        return rows.crew_of(row) if row else None

    async def add_crew(self, crew: Crew) -> None:
        await self.run(
            """
            insert into crews (workspace_id, session_id, meeting_id, state, test, traceparent,
                               create_time, agenda, language_model)
            values (:w, :s, :m, :state, :test, :trace, :now, :agenda, :model)
            on conflict do nothing""",
            w=self.caller.workspace_id,
            s=crew.session_id,
            m=crew.meeting_id,
            state=crew.state.value,
            test=crew.test,
            trace=crew.traceparent,
            agenda=crew.agenda,
            model=crew.language_model,
            now=self.now,
        )

    async def save_crew(self, crew: Crew) -> None:
        """Write *crew* back; the caller holds its row."""
        await self.run(
            "update crews set state = :state, segments = :segments, drain_deadline = :deadline, "
            "closed = :closed where session_id = :s",
            s=crew.session_id,
            state=crew.state.value,
            segments=crew.segments,
            deadline=crew.drain_deadline,
            closed=crew.closed,
        )

    async def add_bot(self, bot: Bot) -> None:
        await self.run(
            """
            insert into bots (workspace_id, id, session_id, meeting_id, kind, config, state,
                              reason, create_time, update_time, recording_id)
            values (:w, :id, :s, :m, :kind, cast(:config as jsonb), :state, :reason, :at, :at,
                    :recording)""",
            w=self.caller.workspace_id,
            id=bot.id,
            s=bot.session_id,
            m=bot.meeting_id,
            kind=bot.kind,
            config=json.dumps(dict(bot.config)),
            state=bot.state.value,
            reason=bot.reason,
            at=bot.create_time,
            recording=bot.recording_id,
        )

    async def save_bot(self, bot: Bot) -> None:
        """Write *bot* back; the caller holds its row."""
        await self.run(
            "update bots set state = :state, reason = :reason, update_time = :at, "
            "paused = :paused, deaf = cast(:deaf as jsonb), config = cast(:config as jsonb) "
            "where id = :id",
            id=bot.id,
            paused=bot.paused,
            deaf=json.dumps(bot.deaf),
            config=json.dumps(dict(bot.config)),
            state=bot.state.value,
            reason=bot.reason,
            at=bot.update_time,
        )

    async def get_bot(self, meeting_id: str, bot_id: BotId, *, lock: bool = False) -> Bot:
        """The bot, held against other writers when *lock* is set; raises ``BotNotFound``."""
        found = await self.run(
            f"select * from bots where id = :id and meeting_id = :m {'for update' if lock else ''}",
            id=bot_id,
            m=meeting_id,
        )
        row = found.one_or_none()
        if row is None:
            raise BotNotFound(bot_id)
        return rows.bot_of(row)

    async def find_bot(self, bot_id: str) -> Bot | None:
        found = await self.run("select * from bots where id = :id", id=bot_id)
        row = found.one_or_none()
        return rows.bot_of(row) if row else None

    async def bots_of(self, session_id: str, *, lock: bool = False) -> Sequence[Bot]:
        """The bots of the session's crew, oldest first."""
        found = await self.run(
            "select * from bots where session_id = :s and recording_id = '' "
            "order by create_time, id " + ("for update" if lock else ""),
            s=session_id,
        )
        return [rows.bot_of(row) for row in found]

    async def count_present(self) -> int:
        """How many bots all sessions of the workspace have now."""
        found = await self.run(
            "select count(*) from bots where state = any(:present)", present=_PRESENT
        )
        count: int = found.scalar_one()
        return count

    async def page_of_bots(
        self, meeting_id: str, after: Sequence[str | int] | None, limit: int
    ) -> Sequence[Bot]:
        """The meeting's bots, newest first, after the row with *after*'s keys."""
        rest, keys = "", {}
        if after is not None:
            rest = "and (create_time, id) < (cast(cast(:at as text) as timestamptz), :last)"
            keys = {"at": after[0], "last": after[1]}
        found = await self.run(
            f"select * from bots where meeting_id = :m {rest} "
            "order by create_time desc, id desc limit :limit",
            m=meeting_id,
            limit=limit,
            **keys,
        )
        return [rows.bot_of(row) for row in found]

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

        What was heard was said: a track that was noted late has begun before.
        """
        await self.run(
            f"""
            update tracks set cursor_sample = greatest(cursor_sample, :cursor),
                ended = ended or :ended, noted_at = least(noted_at, clock_timestamp()
                    - make_interval(secs => cast(:cursor as double precision) / {OPUS_RATE}))
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


class Store:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, caller: Principal) -> AbstractAsyncContextManager[BotsTransaction]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        return self._db.begin(caller, BotsTransaction)

    async def unplaced(self) -> Sequence[str]:
        """The crews that want a replica and have none, oldest first, by their leases' names."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    select cast(:crew as text) || c.session_id as name from crews c
                    where c.state <> 'FLUSHED' and c.state <> 'WAITING'
                      and (c.state = 'DRAINING' or exists (
                          select 1 from bots b where b.session_id = c.session_id
                          and b.recording_id = '' and b.state = any(:present)))
                      and not exists (select 1 from leases l
                                      where l.name = cast(:crew as text) || c.session_id
                                        and l.expires_at > clock_timestamp())
                    order by c.create_time limit 200"""),
                {"crew": CREW, "present": _PRESENT},
            )
            return [row.name for row in found]

    async def unplaced_recordings(self) -> Sequence[str]:
        """The recordings that want a replica and have none, by their leases' names."""
        async with self._db.begin_system() as connection:
            return await unplaced_recordings(connection)

    async def whereabouts(self, recording_id: str) -> tuple[str, bool, str]:
        """Whose a recording is, whether it is a test's, and the trace that it began in."""
        async with self._db.begin_system() as connection:
            return await whereabouts(connection, recording_id)

    async def crew(self, session_id: str) -> Crew | None:
        """The crew of whichever workspace has the session."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("select * from crews where session_id = :s"), {"s": session_id}
            )
            row = found.one_or_none()
        return rows.crew_of(row) if row else None

    async def load(self) -> Load:
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    select (select count(*) from crews c where c.state <> 'FLUSHED'
                            and exists (select 1 from bots b where b.session_id = c.session_id
                                        and b.recording_id = ''
                                        and b.state = any(:present))) as sessions,
                           (select count(*) from leases where starts_with(name, :replica)
                            and expires_at > clock_timestamp()) as replicas"""),
                {"present": _PRESENT, "replica": REPLICA},
            )
            row = found.one()
        return Load(row.sessions, row.replicas)

    async def unsaid(self) -> Sequence[str]:
        """The voices that have something to say and no replica, by their leases' names."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    select cast(:voice as text) || s.session_id as name from sayings s
                    where not exists (select 1 from leases l
                                      where l.name = cast(:voice as text) || s.session_id
                                        and l.expires_at > clock_timestamp())
                    group by s.session_id order by min(s.position) limit 200"""),
                {"voice": VOICE},
            )
            return [row.name for row in found]

    async def next_saying(self, session_id: str) -> Saying | None:
        """What the session's voice says next."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    select prompt_id, workspace_id, session_id, meeting_id, voice_id, ear_address,
                           text, test, act_id, spoken_seconds, total_seconds
                    from sayings where session_id = :s order by position limit 1"""),
                {"s": session_id},
            )
            row = found.one_or_none()
        return Saying(**row._mapping) if row else None
