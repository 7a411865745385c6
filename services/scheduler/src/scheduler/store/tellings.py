"""Where notices are written and overtaken; who sends them reads them elsewhere."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from common import telemetry
from common.db import Transaction
from scheduler.domain.meetings import MeetingId
from scheduler.domain.notices import Channel, Notice, NoticeKind, NoticeState
from scheduler.domain.telling import Standing, Told

# Written with the end of a notice: personal links, and what lets others tell its reader.
WITHOUT_SECRETS = """
    letter = letter - cast('{join_url,respond_url,calendar_text,unsubscribe_url}' as text[]),
    recipient = recipient - cast('{address,web_push}' as text[])"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to write; *since* names what its reader knows without it."""

    notice: Notice
    since: str = ""


class TellingRows(Transaction):
    async def standings(self, meeting_id: MeetingId) -> Mapping[str, Standing]:
        """By invitation: what bears on what its person has to be told next."""
        rows = await self.run(
            """
            select id, invitation_id, kind, occurrence_id, state, attempts, since,
                letter -> 'changes' as changes, letter ->> 'previous_start_time' as previous
            from notices
            where meeting_id = :m and invitation_id <> '' and state <> 'FAILED'
                and (state <> 'DROPPED' or attempts > 0)
                and kind in ('INVITED', 'UPDATED', 'CANCELLED')
                and (state in ('QUEUED', 'SENDING')
                     or (occurrence_id = '' and kind in ('INVITED', 'CANCELLED')))
            order by create_time, id""",
            m=meeting_id,
        )
        found: dict[str, list[Told]] = defaultdict(list)
        for row in rows:
            found[row.invitation_id].append(_told(row))
        return {name: Standing(told) for name, told in found.items()}

    async def drop_notices(self, ids: Sequence[str]) -> None:
        """What is not on its way is dropped; what is, is not tried once more."""
        if not ids:
            return
        await self.run(
            "update notices set expires_at = :now where id = any(:ids) and state = 'SENDING'",
            ids=list(ids),
            now=self.now,
        )
        await self.run(
            f"""
            update notices set state = 'DROPPED', detail = 'OVERTAKEN', {WITHOUT_SECRETS}
            where id = any(:ids) and state = 'QUEUED'""",
            ids=list(ids),
        )

    async def hasten_notices(self, ids: Sequence[str]) -> None:
        """Have what waits for its next attempt be tried now."""
        hastened = await self.run(
            "update notices set due_at = least(due_at, :now) where id = any(:ids) "
            "and state = 'QUEUED' returning channel",
            ids=list(ids),
            now=self.now,
        )
        for row in hastened:
            self.ring(Channel(row.channel).bell)

    async def drop_prompts(
        self,
        meeting_id: MeetingId,
        *,
        occurrence_ids: Sequence[str] | None = None,
        invitation_ids: Sequence[str] | None = None,
    ) -> None:
        """Drop waiting reminders and calls, of these occurrences or people alone if given."""
        await self.run(
            f"""
            update notices set state = 'DROPPED', detail = 'OVERTAKEN', {WITHOUT_SECRETS}
            where meeting_id = :m and kind in ('REMINDER', 'LIVE') and state = 'QUEUED'
                and (cast(:occurrences as text[]) is null or occurrence_id = any(:occurrences))
                and (cast(:invitations as text[]) is null or invitation_id = any(:invitations))""",
            m=meeting_id,
            occurrences=None if occurrence_ids is None else list(occurrence_ids),
            invitations=None if invitation_ids is None else list(invitation_ids),
        )

    async def forget_notices(self, meeting_id: MeetingId) -> int:
        """Erase what was told of a meeting; tells how many notices are still to be sent."""
        left = await self.run(
            """
            with gone as (
                delete from notices where meeting_id = :m
                    and (state in ('SENT', 'FAILED', 'DROPPED') or expires_at <= :now))
            select count(*) from notices where meeting_id = :m
                and state in ('QUEUED', 'SENDING') and expires_at > :now""",
            m=meeting_id,
            now=self.now,
        )
        return int(left.scalar_one())

    async def add_notices(self, drafts: Sequence[Draft]) -> None:
        """Queue these in one statement; one that is there already stays as it is."""
        if not drafts:
            return
        notices = [one.notice for one in drafts]
        await self.run(
            """
            insert into notices (workspace_id, id, meeting_id, invitation_id, occurrence_id, kind,
                recipient, letter, state, due_at, expires_at, test, since, traceparent)
            select :w, one.id, one.meeting, one.invitation, one.occurrence, one.kind,
                one.recipient, one.letter, 'QUEUED', one.due, one.expires, one.test, one.since,
                :trace
            from unnest(cast(:ids as text[]), cast(:meetings as text[]),
                cast(:invitations as text[]), cast(:occurrences as text[]), cast(:kinds as text[]),
                cast(:recipients as jsonb[]), cast(:letters as jsonb[]),
                cast(:dues as timestamptz[]), cast(:expiries as timestamptz[]),
                cast(:tests as boolean[]), cast(:sinces as text[]))
                as one (id, meeting, invitation, occurrence, kind, recipient, letter, due, expires,
                        test, since)
            on conflict (id) do nothing""",
            w=self.caller.workspace_id,
            trace=telemetry.traceparent(),
            ids=[one.id for one in notices],
            meetings=[one.meeting_id for one in notices],
            invitations=[one.invitation_id for one in notices],
            occurrences=[one.occurrence_id for one in notices],
            kinds=[one.kind.value for one in notices],
            recipients=[orjson.dumps(one.recipient).decode() for one in notices],
            letters=[orjson.dumps(one.letter).decode() for one in notices],
            dues=[one.due_at for one in notices],
            expiries=[one.expires_at for one in notices],
            tests=[one.test for one in notices],
            sinces=[one.since for one in drafts],
        )
        for channel in {one.recipient.channel for one in notices}:
            self.ring(channel.bell)


def _told(row: Any) -> Told:
    return Told(
        row.id,
        NoticeKind(row.kind),
        row.occurrence_id,
        NoticeState(row.state),
        row.attempts,
        row.since,
        tuple(row.changes or ()),
        datetime.fromisoformat(row.previous) if row.previous else None,
    )
