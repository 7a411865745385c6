"""Rows of bots."""

import json
from collections.abc import Sequence

from bots.domain.bot import PRESENT, Bot, BotId, BotNotFound
from bots.store import rows
from common.db import Transaction

_PRESENT = [state.value for state in PRESENT]


class BotRows(Transaction):
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
