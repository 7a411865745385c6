"""Many meetings at once, written as the scheduler writes them, to look at how lists find them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from scheduler.domain.search import (
    MeetingFilter,
    MeetingOrder,
    OccurrenceFilter,
    Span,
    TraitFilter,
)
from scheduler.domain.traits import (
    field_trait,
    host_trait,
    invitee_trait,
    metadata_trait,
    ref_trait,
    tag_trait,
)
from scheduler.store.search import Place, Query, meetings_query, occurrences_query
from tests.support.services import sqlalchemy_url

NOW = datetime(2030, 1, 1, tzinfo=UTC)
# Of each thousand meetings, by their number: 990 are planned, 5 ready, 4 completed, 1 cancelled.
_FILL = (
    """
    create temporary table numbered as
    select n, case when n % :others = 0 then :mine else 'wsp_' || (n % :others) end as w,
        'mtg_' || lpad(n::text, 9, '0') as m,
        cast(:now as timestamptz) - n * interval '1 second' as at,
        case when n % 1000 < 1 then 'CANCELLED' when n % 1000 < 5 then 'COMPLETED'
            when n % 1000 < 10 then 'READY' else 'SCHEDULED' end as state
    from generate_series(1, :count) n""",
    """
    insert into meetings (workspace_id, id, state, definition, active_session_id, create_time,
        update_time)
    select w, m, state, jsonb_build_object('title', 'Meeting ' || n, 'agenda', '',
            'start_time', '', 'time_zone', 'UTC', 'duration_seconds', 1800,
            'host_roles', '[]'::jsonb, 'invitees', '[]'::jsonb, 'tags', '[]'::jsonb,
            'metadata', '{}'::jsonb, 'custom_fields', '{}'::jsonb,
            'external_refs', '[]'::jsonb, 'bots', '[]'::jsonb,
            'policy', '{"scheduled_end": "SOFT"}'::jsonb),
        case when n % 2000 = 0 then 'ses_' || n else '' end, at, at
    from numbered""",
    """
    insert into traits (workspace_id, meeting_id, trait, create_time)
    select w, m, trait, at from numbered, unnest(array[
        'tag:all', 'tag:team' || n % 40, 'tag:rare' || n / 2000,
        'metadata:user' || chr(31) || n % 5000,
        'ref:zendesk:ticket:' || n, 'host:host' || n % 200 || '@example.com',
        'invitee:one' || n % 1000 || '@example.com', 'invitee:two' || n % 999 || '@example.com',
        'field:tier' || chr(31) || (array['gold', 'silver', 'iron'])[n % 3 + 1],
        'word:meeting', 'word:' || substr(md5((n % 3000)::text), 1, 7),
        'word:' || substr(md5((n % 2999)::text), 1, 9)]) as trait""",
    """
    insert into occurrences (workspace_id, id, meeting_id, state, start_time, end_time,
        civil_start, original_start_time)
    select w, 'occ_' || lpad(n::text, 9, '0') || '_' || step, m,
        case state when 'SCHEDULED' then 'PENDING' when 'COMPLETED' then 'ENDED'
            else 'CANCELLED' end,
        start, start + interval '30 minutes', '', start
    from numbered, generate_series(0, case when n % 500 = 0 then 99 else 0 end) step,
        lateral (select cast(:now as timestamptz) + (n % 100000) * interval '7 minutes'
            + step * interval '1 day' as start) s
    where state <> 'READY'""",
)


async def fill(superuser_url: str, workspace_id: str, count: int, others: int) -> None:
    """Write *count* meetings, one of each *others* in the workspace, and note their statistics."""
    engine = create_async_engine(sqlalchemy_url(superuser_url))
    values = {"mine": workspace_id, "others": others, "now": NOW, "count": count}
    async with engine.connect() as connection:
        async with connection.begin():
            for statement in _FILL:
                made = text(statement)
                known = {name: values[name] for name in made.compile().params}
                await connection.execute(made, known)
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("vacuum analyze meetings, traits, occurrences")
        )
    await engine.dispose()


PAGE = 51
# Of a list that goes on from a place within.
FURTHER = ", further"
HOUR = Span(NOW + timedelta(days=3), NOW + timedelta(days=3, hours=1))
YEAR = Span(NOW, NOW + timedelta(days=365))

TRAITS = {
    "tag of all": TraitFilter([tag_trait("all")]),
    "tag of some": TraitFilter([tag_trait("team8")]),
    "tag of few": TraitFilter([tag_trait("rare3")]),
    "tags": TraitFilter([tag_trait("all"), tag_trait("rare3")]),
    "any tag": TraitFilter(some=[tag_trait("team8"), tag_trait("team10")]),
    "metadata": TraitFilter([metadata_trait("user", "42")]),
    "external ref": TraitFilter([ref_trait("zendesk:ticket:42")]),
    "host": TraitFilter([host_trait("host8@example.com")]),
    "invitee": TraitFilter([invitee_trait("one88@example.com")]),
    "custom field": TraitFilter([field_trait("tier", "gold")]),
    "word of all": TraitFilter(words=["meet"]),
    "word of few": TraitFilter(words=["c81e7"]),
    "everything": TraitFilter([host_trait("host8@example.com"), tag_trait("all")], (), ["meet"]),
}
MEETINGS = {
    "none": MeetingFilter(),
    **{name: MeetingFilter(traits=traits) for name, traits in TRAITS.items()},
    "state of most": MeetingFilter(["SCHEDULED"]),
    "state of few": MeetingFilter(["CANCELLED"]),
    "states": MeetingFilter(["CANCELLED", "READY"]),
    "live": MeetingFilter(live=True),
    "not live": MeetingFilter(live=False),
    "hour": MeetingFilter(span=HOUR),
    "year": MeetingFilter(span=YEAR),
}
SOONEST = {
    name: MeetingFilter(one.states, one.traits, one.live, one.span, MeetingOrder.NEXT_START)
    for name, one in MEETINGS.items()
}
OCCURRENCES = {
    "none": OccurrenceFilter(),
    "state of most": OccurrenceFilter(["PENDING"]),
    "hour": OccurrenceFilter(span=HOUR),
    **{name: OccurrenceFilter(traits=traits) for name, traits in TRAITS.items()},
}


def queries() -> dict[str, Query]:
    """Every list, each from its beginning and from a place within."""
    places = {"": None, FURTHER: Place(NOW - timedelta(minutes=10), "mtg_000000600")}
    later = {"": None, FURTHER: Place(NOW + timedelta(days=9), "occ_000000600_0")}
    return {
        **{
            f"newest by {name}{where}": meetings_query(one, place, PAGE)
            for name, one in MEETINGS.items()
            for where, place in places.items()
        },
        **{
            f"soonest by {name}{where}": meetings_query(one, place, PAGE)
            for name, one in SOONEST.items()
            for where, place in later.items()
        },
        **{
            f"calendar by {name}{where}": occurrences_query(one, place, PAGE)
            for name, one in OCCURRENCES.items()
            for where, place in later.items()
        },
    }
