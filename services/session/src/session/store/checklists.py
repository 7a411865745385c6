"""Rows of checklists: one per meeting, with its items."""

from typing import Any

from common.db import Transaction
from session.domain.checklists import Checklist, ChecklistItem
from session.domain.sessions import Actor


class ChecklistRows(Transaction):
    async def checklist(self, meeting_id: str) -> Checklist:
        """A meeting's checklist; one that nobody wrote is empty."""
        kept = await self.run(
            "select ends_session from checklists where meeting_id = :m", m=meeting_id
        )
        items = await self.run(
            """
            select id, text, completed, actor_kind, actor_id, complete_time from checklist_items
            where meeting_id = :m order by position""",
            m=meeting_id,
        )
        return Checklist([_item(row) for row in items], bool(kept.scalar_one_or_none()))

    async def checklist_to_change(self, meeting_id: str) -> Checklist:
        """The same, holding off every other change of it until the commit."""
        await self.run(
            """
            insert into checklists (workspace_id, meeting_id, ends_session) values (:w, :m, false)
            on conflict do nothing""",
            w=self.caller.workspace_id,
            m=meeting_id,
        )
        await self.run("select 1 from checklists where meeting_id = :m for update", m=meeting_id)
        return await self.checklist(meeting_id)

    async def set_ends_session(self, meeting_id: str, ends_session: bool) -> None:
        await self.run(
            "update checklists set ends_session = :ends where meeting_id = :m",
            m=meeting_id,
            ends=ends_session,
        )

    async def put_checklist_item(self, meeting_id: str, item: ChecklistItem) -> None:
        """Write *item*, new or known; the caller holds its checklist."""
        await self.run(
            """
            insert into checklist_items (workspace_id, meeting_id, id, text, completed,
                actor_kind, actor_id, complete_time)
            values (:w, :m, :id, :text, :completed, :kind, :actor, :at)
            on conflict (workspace_id, meeting_id, id) do update set text = :text,
                completed = :completed, actor_kind = :kind, actor_id = :actor,
                complete_time = :at""",
            w=self.caller.workspace_id,
            m=meeting_id,
            id=item.id,
            text=item.text,
            completed=item.completed,
            kind=item.actor.kind if item.actor else "",
            actor=item.actor.id if item.actor else "",
            at=item.complete_time,
        )


def _item(row: Any) -> ChecklistItem:
    actor = Actor(row.actor_kind, row.actor_id) if row.actor_kind else None
    return ChecklistItem(row.id, row.text, row.completed, actor, row.complete_time)
