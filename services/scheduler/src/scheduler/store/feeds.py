"""Where people's feeds live, and what is read for one at once, however much there is in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from common.db import Transaction
from scheduler.domain.feeds import CalendarFeedNotFound, Feed, FeedId
from scheduler.domain.invitations import Invitation
from scheduler.domain.meetings import Meeting, MeetingId
from scheduler.domain.occurrences import Occurrence
from scheduler.store.invitations import CalendarMark, invitation_from, mark_from
from scheduler.store.meetings import meeting_from
from scheduler.store.occurrences import occurrence_from


class FeedRows(Transaction):
    async def feed_of(self, email_key: str) -> Feed | None:
        found = await self.run(
            "select * from calendar_feeds where workspace_id = :w and email = :email",
            w=self.caller.workspace_id,
            email=email_key,
        )
        row = found.one_or_none()
        return _feed(row) if row else None

    async def feed(self, feed_id: FeedId) -> Feed:
        """The feed, held until the commit; raises ``CalendarFeedNotFound``."""
        found = await self.run(
            "select * from calendar_feeds where id = :id and not revoked for update", id=feed_id
        )
        row = found.one_or_none()
        if row is None:
            raise CalendarFeedNotFound(feed_id)
        return _feed(row)

    async def open_feed(self, feed_id: FeedId, email_key: str) -> Feed:
        """The person's feed; a new one by *feed_id* where they have none, or none any more."""
        await self.run(
            """
            insert into calendar_feeds as f (workspace_id, id, email, create_time, update_time)
            values (:w, :id, :email, :now, :now)
            on conflict (workspace_id, email) do update set id = excluded.id, revoked = false,
                create_time = excluded.create_time, update_time = excluded.update_time
            where f.revoked""",
            w=self.caller.workspace_id,
            id=feed_id,
            email=email_key,
            now=self.now,
        )
        found = await self.feed_of(email_key)
        assert found is not None, "it was there, or is now"
        return found

    async def save_feed(self, feed: Feed) -> None:
        await self.run(
            "update calendar_feeds set version = :version, revoked = :revoked, "
            "update_time = :updated where id = :id",
            id=feed.id,
            version=feed.version,
            revoked=feed.revoked,
            updated=feed.update_time,
        )

    async def invited_to(
        self, email_key: str, since: datetime, limit: int
    ) -> Sequence[tuple[Meeting, CalendarMark, Invitation]]:
        """What somebody is invited to, has not declined, and was not over at *since*.

        The newest first.
        """
        rows = await self.run(
            """
            select i.* from invitations i join meetings m on m.id = i.meeting_id
            where i.workspace_id = :w and i.email = :email
                and i.response not in ('REMOVED', 'DECLINED')
                and m.state <> 'CANCELLED' and exists (
                    select 1 from occurrences o where o.meeting_id = m.id and o.end_time > :since)
            order by i.id desc limit :limit""",
            w=self.caller.workspace_id,
            email=email_key,
            since=since,
            limit=limit,
        )
        invitations = [invitation_from(row) for row in rows]
        found = await self.run(
            "select * from meetings where id = any(:ids)",
            ids=[one.meeting_id for one in invitations],
        )
        meetings = {row.id: (meeting_from(row), mark_from(row)) for row in found}
        # One may have been deleted between the two statements.
        here = [one for one in invitations if one.meeting_id in meetings]
        return [(*meetings[one.meeting_id], one) for one in here]

    async def exceptions_of(
        self, meeting_ids: Sequence[MeetingId]
    ) -> Mapping[str, Sequence[Occurrence]]:
        """By meeting: the occurrences that callers changed or cancelled, in time order."""
        rows = await self.run(
            """
            select * from occurrences where meeting_id = any(:ids) and (state = 'CANCELLED'
                or start_time <> original_start_time
                or change <> '{"start_time": "", "duration_seconds": 0, "title": "",
                    "agenda": ""}')
            order by original_start_time, id""",
            ids=list(meeting_ids),
        )
        found: dict[str, list[Occurrence]] = defaultdict(list)
        for row in rows:
            found[row.meeting_id].append(occurrence_from(row))
        return found

    async def only_occurrences(self, meeting_ids: Sequence[MeetingId]) -> Mapping[str, Occurrence]:
        """By single meeting, the one that counts: what is to come of it, or its last."""
        rows = await self.run(
            """
            select o.* from unnest(cast(:ids as text[])) as one (id) cross join lateral (
                select * from occurrences where meeting_id = one.id
                order by (state in ('PENDING', 'OPEN', 'LIVE')) desc, start_time desc, id
                limit 1) as o""",
            ids=list(meeting_ids),
        )
        return {row.meeting_id: occurrence_from(row) for row in rows}


def _feed(row: Any) -> Feed:
    return Feed(
        FeedId(row.id), row.email, row.create_time, row.update_time, row.version, row.revoked
    )
