"""Rows of what sessions' voices are still to say."""

from bots.domain.saying import Saying
from common.db import Transaction


class SayingRows(Transaction):
    async def add_saying(self, saying: Saying) -> None:
        await self.run(
            """
            insert into sayings (workspace_id, prompt_id, session_id, meeting_id, voice_id,
                                 ear_address, text, test, act_id)
            values (:w, :id, :session, :meeting, :voice, :ear, :text, :test, :act)
            on conflict do nothing""",
            w=self.caller.workspace_id,
            id=saying.prompt_id,
            session=saying.session_id,
            meeting=saying.meeting_id,
            voice=saying.voice_id,
            ear=saying.ear_address,
            text=saying.text,
            test=saying.test,
            act=saying.act_id,
        )

    async def drop_saying(self, prompt_id: str) -> None:
        await self.run("delete from sayings where prompt_id = :id", id=prompt_id)

    async def has_saying(self, act_id: str) -> bool:
        """Whether what the act asked for is with the session's voice."""
        found = await self.run("select 1 from sayings where act_id = :act", act=act_id)
        return found.one_or_none() is not None

    async def note_spoken(self, prompt_id: str, seconds: float, total: float) -> None:
        """Note how far it has come."""
        await self.run(
            """
            update sayings set spoken_seconds = :seconds, total_seconds = :total
            where prompt_id = :id""",
            id=prompt_id,
            seconds=seconds,
            total=total,
        )

    async def stop_sayings(self, bot_id: str) -> None:
        """Have the voice say no more of what a bot asked for."""
        await self.run(
            """
            update sayings set is_stopped = true
            where act_id in (select id from acts where bot_id = :bot)""",
            bot=bot_id,
        )

    async def is_stopped(self, prompt_id: str) -> bool:
        """Whether it is to be said no more, or was never to be."""
        found = await self.run(
            "select 1 from sayings where prompt_id = :id and not is_stopped", id=prompt_id
        )
        return found.one_or_none() is None
