"""Rows of what bots are told to do, and of what they do to their sessions."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bots.domain.act import Act, ActId, ActState
from bots.domain.bot import BotId
from bots.domain.command import Command, CommandId, CommandState
from bots.domain.reading import Do
from common.db import Transaction


class DoingRows(Transaction):
    async def add_act(self, act: Act) -> None:
        """Have *act* done after this commits; one that was asked for before is done once."""
        evidence = {"insight_ids": list(act.insight_ids), "command_id": act.command_id}
        await self.run(
            """
            insert into acts (workspace_id, id, session_id, meeting_id, bot_id, verb, arguments,
                              evidence, state, create_time, update_time)
            values (:w, :id, :s, :m, :bot, :verb, cast(:arguments as jsonb),
                    cast(:evidence as jsonb), :state, :now, :now) on conflict (id) do nothing""",
            w=self.caller.workspace_id,
            id=act.id,
            s=act.session_id,
            m=act.meeting_id,
            bot=act.bot_id,
            verb=act.do.value,
            arguments=json.dumps(dict(act.arguments)),
            evidence=json.dumps(evidence),
            state=act.state.value,
            now=self.now,
        )

    async def find_act(self, act_id: str) -> Act | None:
        found = await self.run("select * from acts where id = :id", id=act_id)
        row = found.one_or_none()
        return act_of(row) if row else None

    async def pending_acts(self, session_id: str, limit: int) -> Sequence[Act]:
        """What is still to be done to a session, in the order in which it was asked for."""
        found = await self.run(
            "select * from acts where session_id = :s and state = 'PENDING' "
            "order by position limit :limit",
            s=session_id,
            limit=limit,
        )
        return [act_of(row) for row in found]

    async def settle_act(self, act_id: ActId, error: str) -> None:
        """Note that it was done, or with an *error* why not."""
        await self.run(
            "update acts set state = :state, error = :error, update_time = :now where id = :id",
            id=act_id,
            state=(ActState.REFUSED if error else ActState.DONE).value,
            error=error,
            now=self.now,
        )

    async def add_command(self, command: Command) -> None:
        await self.run(
            """
            insert into commands (workspace_id, id, session_id, meeting_id, bot_id, verb,
                                  arguments, state, asked_by, answer_to, create_time,
                                  update_time)
            values (:w, :id, :s, :m, :bot, :verb, cast(:arguments as jsonb), :state, :by, :to,
                    :at, :at)""",
            w=self.caller.workspace_id,
            id=command.id,
            s=command.session_id,
            m=command.meeting_id,
            bot=command.bot_id,
            verb=command.verb,
            arguments=json.dumps(dict(command.arguments)),
            state=command.state.value,
            by=command.asked_by,
            to=command.answer_to,
            at=command.create_time,
        )

    async def find_command(self, command_id: str) -> Command | None:
        found = await self.run("select * from commands where id = :id for update", id=command_id)
        row = found.one_or_none()
        return _command_of(row) if row else None

    async def open_commands(self, bot_id: BotId) -> Sequence[Command]:
        """What a bot was told to do and has not done."""
        found = await self.run(
            "select * from commands where bot_id = :bot and state = 'ACCEPTED' "
            "order by create_time, id",
            bot=bot_id,
        )
        return [_command_of(row) for row in found]

    async def unsaid_commands(self, session_id: str, before: datetime) -> Sequence[Command]:
        """What the session took before then to be said, and did not give to its voice."""
        found = await self.run(
            """
            select c.* from commands c join acts a on a.evidence ->> 'command_id' = c.id
            where c.session_id = :s and c.state = 'ACCEPTED' and a.session_id = :s
              and a.state = 'DONE' and a.arguments ? 'reference' and a.update_time < :before
              and not exists (select 1 from sayings s where s.act_id = a.id)
            order by c.create_time""",
            s=session_id,
            before=before,
        )
        return [_command_of(row) for row in found]

    async def save_command(self, command: Command) -> None:
        await self.run(
            """
            update commands set state = :state, reason = :reason,
                answer = cast(:answer as jsonb), update_time = :at where id = :id""",
            id=command.id,
            state=command.state.value,
            reason=command.reason,
            answer=json.dumps(dict(command.answer)),
            at=command.update_time,
        )

    async def page_of_commands(
        self, bot_id: str, after: Sequence[str | int] | None, limit: int
    ) -> Sequence[Command]:
        """What a bot was told to do, newest first, after the row with *after*'s keys."""
        rest, keys = "", {}
        if after is not None:
            rest = "and (create_time, id) < (cast(cast(:at as text) as timestamptz), :last)"
            keys = {"at": after[0], "last": after[1]}
        found = await self.run(
            f"select * from commands where bot_id = :bot {rest} "
            "order by create_time desc, id desc limit :limit",
            bot=bot_id,
            limit=limit,
            **keys,
        )
        return [_command_of(row) for row in found]


def act_of(row: Any) -> Act:
    return Act(
        id=ActId(row.id),
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        bot_id=BotId(row.bot_id),
        do=Do(row.verb),
        arguments=row.arguments,
        insight_ids=tuple(row.evidence["insight_ids"]),
        command_id=row.evidence["command_id"],
        state=ActState(row.state),
        error=row.error,
    )


def _command_of(row: Any) -> Command:
    answer: Mapping[str, Any] = row.answer
    return Command(
        id=CommandId(row.id),
        bot_id=BotId(row.bot_id),
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        verb=row.verb,
        arguments=row.arguments,
        asked_by=row.asked_by,
        create_time=row.create_time,
        update_time=row.update_time,
        state=CommandState(row.state),
        reason=row.reason,
        answer=answer,
        answer_to=row.answer_to,
    )
