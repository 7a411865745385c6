"""Meetings and their occurrences."""

from alembic import op

from common.foundation import foundation, protected

revision = "0001"
down_revision = None

_TABLES = (
    """
    create table meetings (
        workspace_id text not null,
        id text primary key,
        state text not null,
        definition jsonb not null,
        tags text[] not null default '{}',
        metadata jsonb not null default '{}',
        external_refs text[] not null default '{}',
        active_session_id text not null default '',
        test boolean not null default false,
        version int not null default 1,
        create_time timestamptz not null,
        update_time timestamptz not null
    )""",
    "create index meetings_newest on meetings (workspace_id, create_time desc, id desc)",
    "create index meetings_tags on meetings using gin (tags)",
    "create index meetings_metadata on meetings using gin (metadata jsonb_path_ops)",
    "create index meetings_refs on meetings using gin (external_refs)",
    """
    create table occurrences (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null references meetings (id) on delete cascade,
        state text not null,
        start_time timestamptz not null,
        end_time timestamptz not null,
        session_id text not null default '',
        version int not null default 1,
        unique (meeting_id, start_time)
    )""",
    "create index occurrences_when on occurrences (workspace_id, start_time)",
)


def upgrade() -> None:
    for statement in (*foundation("scheduler"), *_TABLES):
        op.execute(statement)
    for table in ("meetings", "occurrences"):
        for statement in protected("scheduler", table):
            op.execute(statement)
