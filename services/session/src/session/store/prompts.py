"""Rows of prompts."""

from collections.abc import Sequence
from typing import Any

from common.db import Transaction
from session.domain.participants import Role
from session.domain.prompts import Prompt, PromptKind

_COLUMNS = "id, kind, text, create_time, from_participant_id, from_name, to_role, to_participant_id"


class PromptRows(Transaction):
    async def add_prompt(self, session_id: str, prompt: Prompt) -> bool:
        """Keep it; false when it is kept already. The caller holds its session."""
        added = await self.run(
            """
            insert into prompts (workspace_id, id, session_id, kind, text, from_participant_id,
                from_name, to_role, to_participant_id, create_time)
            values (:w, :id, :session, :kind, :text, :from_id, :from_name, :to_role, :to_id,
                :created)
            on conflict (id) do nothing""",
            w=self.caller.workspace_id,
            id=prompt.id,
            session=session_id,
            kind=prompt.kind.value,
            text=prompt.text,
            from_id=prompt.from_participant_id,
            from_name=prompt.from_name,
            to_role=prompt.to_role.value if prompt.to_role else "",
            to_id=prompt.to_participant_id,
            created=prompt.create_time,
        )
        return bool(added.rowcount)

    async def next_prompts(
        self, session_id: str, position: int, limit: int
    ) -> Sequence[tuple[int, Prompt]]:
        """The first that were said after *position*, each with its own, oldest first."""
        rows = await self.run(
            f"""
            select position, {_COLUMNS} from prompts
            where session_id = :s and position > :after
            order by position limit :limit""",
            s=session_id,
            after=position,
            limit=limit,
        )
        return [(row.position, _prompt(row)) for row in rows]

    async def prompts_after(
        self, session_id: str, position: int, limit: int
    ) -> Sequence[tuple[int, Prompt]]:
        """The newest that were said after *position*, each with its own, oldest first."""
        rows = await self.run(
            f"""
            select position, {_COLUMNS} from prompts
            where session_id = :s and position > :after
            order by position desc limit :limit""",
            s=session_id,
            after=position,
            limit=limit,
        )
        return [(row.position, _prompt(row)) for row in rows][::-1]


def _prompt(row: Any) -> Prompt:
    fields = {name: value for name, value in row._mapping.items() if name != "position"}
    role = Role(row.to_role) if row.to_role else None
    return Prompt(**fields | {"kind": PromptKind(row.kind), "to_role": role})
