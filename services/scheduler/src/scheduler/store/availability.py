"""When people are busy, out of all that the service keeps of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from common.db import Transaction
from scheduler.domain.availability import Interval, within
from scheduler.domain.traits import host_trait, invitee_trait

# No occurrence is longer, so none that began before this reaches into the time asked about.
LONGEST = timedelta(days=7)

_BUSY = """
    select busy.person, lower(one.span) as starts, upper(one.span) as ends
    from (
        select of_one.person, range_agg(tstzrange(of_one.starts, of_one.ends)) as spans
        from (
            select w.person, o.start_time as starts, o.end_time as ends
            from unnest(cast(:people as text[]), cast(:traits as text[])) as w (person, trait)
            join traits t on t.trait = w.trait
            join occurrences o on o.meeting_id = t.meeting_id
            where o.start_time > :earliest and o.start_time < :until and o.end_time > :since
                and o.meeting_id <> :but and o.state not in ('CANCELLED', 'SKIPPED', 'MISSED')
                and not exists (
                    -- What they said of this occurrence counts before what they said of all.
                    select 1 from invitations i where i.meeting_id = t.meeting_id
                        and lower(i.email) = w.person and coalesce(i.answers -> 'occurrences'
                            -> o.id ->> 'response', i.response) = 'DECLINED')
            union all
            -- A meeting with no schedule that somebody was picked for is held when it was made.
            select w.person, cast(p.pick ->> 'start' as timestamptz),
                cast(p.pick ->> 'end' as timestamptz)
            from unnest(cast(:people as text[]), cast(:traits as text[])) as w (person, trait)
            join traits t on t.trait = w.trait
                and t.create_time > :earliest and t.create_time < :until
            join meetings m on m.id = t.meeting_id and m.state = 'READY'
            cross join lateral jsonb_array_elements(m.definition -> 'picks') as p (pick)
            where m.id <> :but and lower(p.pick ->> 'email') = w.person
                and cast(p.pick ->> 'start' as timestamptz) < :until
                and cast(p.pick ->> 'end' as timestamptz) > :since
                and not exists (
                    select 1 from invitations i where i.meeting_id = m.id
                        and lower(i.email) = w.person and i.response = 'DECLINED')
            union all
            select s.email, s.start_time, s.end_time from calendar_spans s
            where s.email = any(cast(:people as text[]))
                and s.start_time < :until and s.end_time > :since
        ) as of_one group by of_one.person
    ) as busy cross join lateral unnest(busy.spans) as one (span)
    order by busy.person, starts"""


class AvailabilityRows(Transaction):
    async def busy(
        self, emails: Sequence[str], period: Interval, but: str = ""
    ) -> Mapping[str, Sequence[Interval]]:
        """By each of *emails*, its busy time within *period*: merged, in time order.

        The meeting *but* does not count.
        """
        people = list(dict.fromkeys(email.casefold() for email in emails))
        rows = await self.run(
            _BUSY,
            people=[person for person in people for _ in range(2)],
            traits=[trait for one in people for trait in (invitee_trait(one), host_trait(one))],
            earliest=period.start - LONGEST,
            since=period.start,
            until=period.end,
            but=but,
        )
        found: defaultdict[str, list[Interval]] = defaultdict(list)
        for row in rows:
            found[row.person].append(Interval(row.starts, row.ends))
        return {email: within(found[email.casefold()], period) for email in emails}

    async def uncertain(self, emails: Sequence[str]) -> frozenset[str]:
        """Those of *emails* with a calendar that could not be read last time, or yet."""
        people = {email.casefold(): email for email in emails}
        rows = await self.run(
            "select distinct email from calendars where email = any(:people) and state <> 'OK'",
            people=list(people),
        )
        return frozenset(people[row.email] for row in rows)
