"""Rows of the session's stream, of how far each bot has read it, and of what bots found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bots.domain.bot import PRESENT, Bot, BotId
from bots.domain.insight import Insight, InsightId, InsightState
from bots.domain.reading import Entry, Happened, Said, What
from bots.domain.transcript import Segment
from bots.store import rows
from common.db import Transaction

_PRESENT = [state.value for state in PRESENT]

# More pieces of speech than people say in a day.
MOST_INSIGHTS = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """How far one bot has read: *state* is nothing before its first event.

    *closing* is where the last stands that it is to read, once it leaves.
    """

    bot_id: BotId
    position: int
    state: Mapping[str, Any] | None
    version: int
    config: Mapping[str, Any]
    paused: bool = False
    closing: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has read its last."""
        return self.closing is not None and self.position >= self.closing


class ReaderRows(Transaction):
    async def next_position(self, session_id: str) -> int:
        """The next place in the session's stream; the caller holds the crew's row."""
        found = await self.run(
            "update crews set position = position + 1 where session_id = :s returning position",
            s=session_id,
        )
        position: int = found.scalar_one()
        return position

    async def add_happening(self, session_id: str, happened: Happened) -> None:
        """Put *happened* into the session's stream, if a bot reads that."""
        await self.run(
            """
            with next as (
                update crews set position = position + 1
                where session_id = :s and state <> 'FLUSHED' and exists (
                    select 1 from readers r join bots b on b.id = r.bot_id
                    where r.session_id = :s and b.state = any(:present))
                returning position)
            insert into happenings (workspace_id, session_id, position, what, participant_id,
                                    details)
            select :w, :s, position, :what, :participant, cast(:details as jsonb) from next""",
            w=self.caller.workspace_id,
            s=session_id,
            present=_PRESENT,
            what=happened.what.value,
            participant=happened.participant_id,
            details=json.dumps(dict(happened.details)),
        )

    async def entries_after(self, session_id: str, position: int, limit: int) -> Sequence[Entry]:
        """What stands in the session's stream after *position*, in order, at most *limit*."""
        words = await self.run(
            "select * from segments where session_id = :s and position > :after "
            "order by position limit :limit",
            s=session_id,
            after=position,
            limit=limit,
        )
        rest = await self.run(
            "select * from happenings where session_id = :s and position > :after "
            "order by position limit :limit",
            s=session_id,
            after=position,
            limit=limit,
        )
        entries = [Entry(row.position, Said(rows.segment_of(row))) for row in words]
        entries += [Entry(row.position, _happened(row)) for row in rest]
        return sorted(entries, key=lambda entry: entry.position)[:limit]

    async def open_reader(
        self, bot_id: BotId, session_id: str, position: int, config: Mapping[str, Any]
    ) -> None:
        """Note that a bot reads what stands after *position*."""
        await self.run(
            """
            insert into readers (workspace_id, bot_id, session_id, position, config)
            values (:w, :bot, :s, :position, cast(:config as jsonb))""",
            w=self.caller.workspace_id,
            bot=bot_id,
            s=session_id,
            position=position,
            config=json.dumps(dict(config)),
        )

    async def places_of(self, session_id: str) -> Sequence[Place]:
        """How far the session's bots have read."""
        found = await self.run("select * from readers where session_id = :s", s=session_id)
        return [
            Place(
                BotId(row.bot_id),
                row.position,
                row.state,
                row.version,
                row.config,
                row.paused,
                row.closing,
            )
            for row in found
        ]

    async def tell_to_leave(self, bot: Bot) -> None:
        """Have a reading *bot* know nothing of what happens from here on.

        It goes on by the configuration that it was told last, whether or not it has read that.
        """
        found = await self.run(
            """
            select coalesce(
                (select details -> 'config' from happenings
                 where session_id = :s and what = :command and details ->> 'bot_id' = :bot
                 order by position desc limit 1), config)
            from readers where bot_id = :bot""",
            s=bot.session_id,
            bot=bot.id,
            command=What.COMMAND.value,
        )
        told = {"bot_id": bot.id, "command_id": "", "verb": "leave", "paused": True}
        details = {**told, "config": found.scalar_one()}
        await self.add_happening(bot.session_id, Happened(What.COMMAND, details=details))

    async def close_reader(self, bot_id: BotId, session_id: str) -> None:
        """Have a bot read, as its last, that it leaves; the caller holds the crew's row."""
        leaving = Happened(What.CLOSING, details={"bot_id": bot_id})
        await self.add_happening(session_id, leaving)
        await self.run(
            """
            update readers set closing = (select position from crews where session_id = :s)
            where bot_id = :bot""",
            bot=bot_id,
            s=session_id,
        )

    async def move_reader(self, place: Place) -> bool:
        """Write *place* over the version before it; false when somebody else moved it."""
        moved = await self.run(
            """
            update readers set position = :position, state = cast(:state as jsonb),
                version = :version, config = cast(:config as jsonb), paused = :paused
            where bot_id = :bot and version = :version - 1""",
            bot=place.bot_id,
            position=place.position,
            state=None if place.state is None else json.dumps(dict(place.state)),
            version=place.version,
            config=json.dumps(dict(place.config)),
            paused=place.paused,
        )
        return bool(moved.rowcount == 1)

    async def said_in(self, session_id: str) -> Sequence[Segment]:
        """Every segment of the session that has words, in order and without their times."""
        found = await self.run(
            """
            select id, speaker_id, speaker_name, speaker_confidence, start_seconds, end_seconds,
                language_confidence,
                text, language, scripted, gap, sequence, cast('[]' as jsonb) as words
            from segments where session_id = :s and text <> '' order by position""",
            s=session_id,
        )
        return [rows.segment_of(row) for row in found]

    async def has_segment(self, segment_id: str) -> bool:
        found = await self.run("select 1 from segments where id = :id", id=segment_id)
        return found.one_or_none() is not None

    async def forget_unkept(self, session_id: str) -> None:
        """Forget the words that were there for readers only, and what happened between them."""
        await self.run(
            "delete from segments where session_id = :s and sequence is null", s=session_id
        )
        await self.run("delete from happenings where session_id = :s", s=session_id)

    async def insight_state(self, insight_id: InsightId) -> InsightState | None:
        found = await self.run("select state from insights where id = :id", id=insight_id)
        state = found.scalar_one_or_none()
        return InsightState(state) if state else None

    async def put_insight(self, insight: Insight) -> int:
        """Write *insight* as the session's latest; the caller holds the crew's row."""
        found = await self.run(
            """
            with next as (update crews set insights = insights + 1 where session_id = :s
                          returning insights)
            insert into insights (workspace_id, id, session_id, meeting_id, sequence, bot_id,
                bot_kind, kind, state, source, segment_ids, participant_id, participant_name,
                start_seconds, end_seconds, text, details, create_time, update_time)
            select :w, :id, :s, :m, next.insights, :bot, :bot_kind, :kind, :state, :source,
                cast(:segments as jsonb), :participant, :name, :start, :end, :text,
                cast(:details as jsonb), :created, :updated from next
            on conflict (id) do update set sequence = excluded.sequence, state = excluded.state,
                segment_ids = excluded.segment_ids, start_seconds = excluded.start_seconds,
                end_seconds = excluded.end_seconds, text = excluded.text,
                details = excluded.details, update_time = excluded.update_time
            returning sequence""",
            w=self.caller.workspace_id,
            **rows.columns_of_insight(insight),
        )
        sequence: int = found.scalar_one()
        return sequence

    async def provisional_insights(
        self, bot_id: BotId, participant_id: str = "", before: float | None = None
    ) -> Sequence[Insight]:
        """What a bot found in words that may still change: of one person, up to a second."""
        found = await self.run(
            """
            select * from insights where bot_id = :bot and state = 'PROVISIONAL'
            and (:participant = '' or participant_id = :participant)
            and start_seconds < coalesce(cast(:before as double precision), 'infinity')
            order by sequence""",
            bot=bot_id,
            participant=participant_id,
            before=before,
        )
        return [rows.insight_of(row) for row in found]

    async def page_of_insights(
        self, session_id: str, after: int, limit: int, *, kind: str, bot_id: str
    ) -> Sequence[Insight]:
        """The session's insights after a sequence, in order; of one kind or bot where named."""
        found = await self.run(
            """
            select * from insights where session_id = :s and sequence > :after
            and (:kind = '' or kind = :kind) and (:bot = '' or bot_id = :bot)
            order by sequence limit :limit""",
            s=session_id,
            after=after,
            kind=kind,
            bot=bot_id,
            limit=limit,
        )
        return [rows.insight_of(row) for row in found]

    async def insights_of_kinds(self, session_id: str, kinds: Sequence[str]) -> Sequence[Insight]:
        """The session's latest insights of these kinds that stand, in order."""
        found = await self.run(
            """
            select * from (
                select * from insights where session_id = :s and kind = any(:kinds)
                and state = 'CONFIRMED' order by sequence desc limit :most) as latest
            order by sequence""",
            s=session_id,
            kinds=list(kinds),
            most=MOST_INSIGHTS,
        )
        return [rows.insight_of(row) for row in found]


def _happened(row: Any) -> Happened:
    source = f"{row.session_id} at {row.position}"
    return Happened(What(row.what), row.participant_id, row.details, source)
