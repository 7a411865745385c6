"""Where crews, bots, tracks and segments live. The only part of this service that speaks SQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text

from bots.domain.bot import PRESENT
from bots.domain.crew import Crew
from bots.domain.saying import Saying
from bots.store import rows
from bots.store.bots import BotRows
from bots.store.crews import CrewRows
from bots.store.doing import DoingRows
from bots.store.heard import HeardRows
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


class BotsTransaction(
    BotRows, CrewRows, DoingRows, HeardRows, PolicyRows, ReaderRows, RecordingRows, SayingRows
):
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
