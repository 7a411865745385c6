"""Subscribed calendars, the busy time that they tell of, and pools of people to pick from."""

from alembic import op

from common.foundation import protected

revision = "0006"
down_revision = "0005"

_TABLES = (
    """
    create table calendars (
        workspace_id text not null,
        id text primary key,
        email text not null,
        url text not null,
        state text not null,
        reason text not null default '',
        etag text not null default '',
        last_success timestamptz,
        read_at timestamptz,
        create_time timestamptz not null
    )""",
    "create index calendars_of_person on calendars (workspace_id, email, id)",
    """
    create table calendar_spans (
        workspace_id text not null,
        calendar_id text not null references calendars (id) on delete cascade,
        email text not null,
        start_time timestamptz not null,
        end_time timestamptz not null,
        primary key (calendar_id, start_time)
    )""",
    "create index calendar_spans_when on calendar_spans (workspace_id, email, end_time)",
    """
    create table pools (
        workspace_id text not null,
        id text primary key,
        name text not null,
        strategy text not null,
        members jsonb not null,
        -- Whom a round robin took last.
        last_taken text not null default '',
        version int not null,
        create_time timestamptz not null,
        update_time timestamptz not null
    )""",
    "create index pools_of_workspace on pools (workspace_id, id)",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table in ("calendars", "calendar_spans", "pools"):
        for statement in protected("scheduler", table):
            op.execute(statement)
