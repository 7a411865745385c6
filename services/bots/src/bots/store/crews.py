"""Rows of crews."""

from bots.domain.crew import Crew, CrewState
from bots.store import rows
from common.db import Transaction


class CrewRows(Transaction):
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
