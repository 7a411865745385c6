"""Where it is kept who wants no reminders, calls and summaries of a meeting."""

from common.db import Transaction
from scheduler.domain.meetings import MeetingId


class OptOutRows(Transaction):
    async def opted_out(self, meeting_id: MeetingId) -> frozenset[str]:
        """The keys of the addresses that want none."""
        rows = await self.run("select email from opt_outs where meeting_id = :m", m=meeting_id)
        return frozenset(row.email for row in rows)

    async def opt_out(self, meeting_id: MeetingId, email_key: str) -> None:
        await self.run(
            "insert into opt_outs (workspace_id, meeting_id, email, create_time) "
            "values (:w, :m, :email, :now) on conflict do nothing",
            w=self.caller.workspace_id,
            m=meeting_id,
            email=email_key,
            now=self.now,
        )

    async def opt_in(self, meeting_id: MeetingId, email_key: str) -> None:
        await self.run(
            "delete from opt_outs where meeting_id = :m and email = :email",
            m=meeting_id,
            email=email_key,
        )
