"""Series: what names an occurrence for good, what of it differs, how far a meeting is planned."""

from alembic import op

from common.foundation import protected

revision = "0002"
down_revision = "0001"

_SERIES = (
    "alter table meetings add column session_ending boolean not null default false",
    "alter table meetings add column split_from text not null default ''",
    """
    alter table occurrences
        add column civil_start text not null default '',
        add column original_start_time timestamptz,
        add column change jsonb not null default
            '{"start_time": "", "duration_seconds": 0, "title": "", "agenda": ""}',
        add column skip_reason text not null default '',
        add column waits_for text not null default '',
        add column revision int not null default 1""",
    # A meeting without a zone is read as UTC: it has no occurrence, or had one long ago.
    """
    update occurrences o set original_start_time = start_time, civil_start = to_char(
        start_time at time zone coalesce(nullif(
            (select m.definition ->> 'time_zone' from meetings m where m.id = o.meeting_id), ''),
            'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS')""",
    "alter table occurrences alter column original_start_time set not null",
    # One that a gap skips may stand at the instant of another.
    "alter table occurrences drop constraint occurrences_meeting_id_start_time_key",
    "create index occurrences_of_meeting on occurrences (meeting_id, start_time, id)",
    """
    create index occurrences_to_come on occurrences (meeting_id, start_time, id)
        where state in ('PENDING', 'OPEN')""",
    "create index occurrences_live on occurrences (session_id) where state = 'LIVE'",
    # The release that planned the meeting, and the one that a renewal was last asked for.
    """
    create table plans (
        workspace_id text not null,
        meeting_id text primary key references meetings (id) on delete cascade,
        has_more boolean not null,
        zone_release text not null,
        asked_release text not null
    )""",
    # Planned by zones that nobody noted, so the first start of this release looks at them again.
    """
    insert into plans (workspace_id, meeting_id, has_more, zone_release, asked_release)
    select workspace_id, id, false, '', '' from meetings where state = 'SCHEDULED'""",
)


def upgrade() -> None:
    # The owner sees every workspace while it moves the rows of all.
    for table in ("meetings", "occurrences"):
        op.execute(f"alter table {table} no force row level security")
    for statement in _SERIES:
        op.execute(statement)
    for table in ("meetings", "occurrences"):
        op.execute(f"alter table {table} force row level security")
    for statement in protected("scheduler", "plans"):
        op.execute(statement)
