"""Rows of commands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from common.db import Transaction
from session.domain.commands import Command, CommandId, CommandState, Verb
from session.domain.participants import Role
from session.domain.prompts import Draft, PromptKind
from session.domain.sessions import Actor, SessionId

_COLUMNS = """
    id, session_id, verb, target_id, text, ban, seconds, prompt, actor_kind, actor_id, state,
    reason, create_time, settle_time"""


class CommandRows(Transaction):
    async def add_command(self, command: Command) -> None:
        await self.run(
            """
            insert into commands (workspace_id, id, session_id, verb, target_id, text, ban,
                seconds, prompt, actor_kind, actor_id, state, reason, create_time, settle_time)
            values (:w, :id, :session, :verb, :target, :text, :ban, :seconds,
                cast(:prompt as jsonb), :actor_kind, :actor_id, :state, :reason,
                :created, :settled)""",
            w=self.caller.workspace_id,
            id=command.id,
            session=command.session_id,
            verb=command.verb.value,
            target=command.target_id,
            text=command.text,
            ban=command.ban,
            seconds=command.seconds,
            prompt=_prompt_row(command.prompt),
            actor_kind=command.actor.kind,
            actor_id=command.actor.id,
            state=command.state.value,
            reason=command.reason,
            created=command.create_time,
            settled=command.settle_time,
        )

    async def settle_command(self, command: Command) -> None:
        """Write what became of it; one that is settled already stays as it is."""
        await self.run(
            """
            update commands set state = :state, reason = :reason, settle_time = :settled
            where id = :id and state = 'ACCEPTED'""",
            id=command.id,
            state=command.state.value,
            reason=command.reason,
            settled=command.settle_time,
        )

    async def waiting_commands(self, session_id: str) -> Sequence[Command]:
        """The accepted ones, oldest first."""
        rows = await self.run(
            f"""
            select {_COLUMNS} from commands where session_id = :s and state = 'ACCEPTED'
            order by create_time, id limit 100""",
            s=session_id,
        )
        return [_command(row) for row in rows]

    async def settled_commands(self, ids: Sequence[str]) -> Sequence[Command]:
        """Those of *ids* that were applied or refused."""
        rows = await self.run(
            f"select {_COLUMNS} from commands where id = any(:ids) and state != 'ACCEPTED'",
            ids=list(ids),
        )
        return [_command(row) for row in rows]

    async def newest_commands(
        self, session_id: str, limit: int, before: str = ""
    ) -> Sequence[Command]:
        rows = await self.run(
            f"""
            select {_COLUMNS} from commands where session_id = :s
            and (:before = '' or id < :before) order by id desc limit :limit""",
            s=session_id,
            before=before,
            limit=limit,
        )
        return [_command(row) for row in rows]


def _command(row: Any) -> Command:
    fields = dict(row._mapping)
    actor = Actor(fields.pop("actor_kind"), fields.pop("actor_id"))
    return Command(
        **fields
        | {
            "id": CommandId(row.id),
            "session_id": SessionId(row.session_id),
            "verb": Verb(row.verb),
            "state": CommandState(row.state),
            "actor": actor,
            "prompt": _prompt(row.prompt),
        }
    )


def _prompt_row(draft: Draft | None) -> str | None:
    if draft is None:
        return None
    role = draft.to_role.value if draft.to_role else None
    return json.dumps(asdict(draft) | {"kind": draft.kind.value, "to_role": role})


def _prompt(row: Mapping[str, Any] | None) -> Draft | None:
    if row is None:
        return None
    role = Role(row["to_role"]) if row["to_role"] else None
    return Draft(
        PromptKind(row["kind"]),
        row["text"],
        role,
        row["to_participant_id"],
        row.get("reference", ""),
    )
