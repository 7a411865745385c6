"""How far each scheduled meeting is planned, and by which release of the zone database."""

from common.db import Transaction
from scheduler.domain.meetings import MeetingId


class PlanRows(Transaction):
    async def save_plan(self, meeting_id: MeetingId, *, has_more: bool, release: str) -> None:
        """Note that the meeting is planned by *release*, and whether more will have to be."""
        await self.run(
            """
            insert into plans (workspace_id, meeting_id, has_more, zone_release, asked_release)
            values (:w, :id, :more, :release, :release)
            on conflict (meeting_id) do update set has_more = :more, zone_release = :release,
                asked_release = :release""",
            w=self.caller.workspace_id,
            id=meeting_id,
            more=has_more,
            release=release,
        )

    async def has_more(self, meeting_id: MeetingId) -> bool:
        """Whether the meeting's timetable goes on after what is planned."""
        found = await self.run("select has_more from plans where meeting_id = :id", id=meeting_id)
        return bool(found.scalar_one_or_none())

    async def zone_release(self, meeting_id: MeetingId) -> str:
        """By which zones the meeting was planned, or nothing."""
        found = await self.run(
            "select zone_release from plans where meeting_id = :id", id=meeting_id
        )
        return found.scalar_one_or_none() or ""
