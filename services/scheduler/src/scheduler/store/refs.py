"""Meetings by the foreign things they belong to."""

from collections.abc import Mapping, Sequence

from common.db import Transaction
from scheduler.domain.meetings import Meeting
from scheduler.domain.traits import ref_trait
from scheduler.store.meetings import meeting_from


class RefRows(Transaction):
    async def hold_refs(self, paths: Sequence[str]) -> None:
        """Keep others who look for the same refs, to create, waiting until this ends."""
        # In one order for all, so that two who look for the same never wait for each other.
        for path in sorted(set(paths)):
            await self.run(
                "select pg_advisory_xact_lock(hashtextextended(:key, 0))",
                key=f"{self.caller.workspace_id} {path}",
            )

    async def meetings_of(self, paths: Sequence[str]) -> Mapping[str, Meeting]:
        """By ref, the newest meeting of each that is not cancelled."""
        rows = await self.run(
            """
            select distinct on (t.trait) m.*, t.trait
            from traits t join meetings m on m.id = t.meeting_id
            where t.trait = any(:traits) and m.state <> 'CANCELLED'
            order by t.trait, t.create_time desc, t.meeting_id desc""",
            traits=[ref_trait(path) for path in paths],
        )
        return {row.trait: meeting_from(row) for row in rows}
