"""Sessions and their segments, artifacts, and the jobs that make them."""

from alembic import op

from common.foundation import foundation, protected

revision = "0001"
down_revision = None

_TABLES = (
    """
    create table sessions (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null,
        title text not null default '',
        time_zone text not null default '',
        state text not null default 'LIVE',
        expected bigint,
        transcribed boolean not null default false,
        completed boolean not null default false,
        test boolean not null default false,
        create_time timestamptz not null
    )""",
    """
    create index sessions_newest
        on sessions (workspace_id, meeting_id, create_time desc, id desc)""",
    """
    create table segments (
        workspace_id text not null,
        session_id text not null references sessions (id) on delete cascade,
        sequence bigint not null,
        segment bytea not null,
        primary key (session_id, sequence)
    )""",
    """
    create table artifacts (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null,
        session_id text not null references sessions (id) on delete cascade,
        kind text not null,
        state text not null,
        reason text not null default '',
        objects jsonb not null default '[]',
        content bytea not null default '',
        version int not null default 1,
        create_time timestamptz not null,
        unique (session_id, kind)
    )""",
    """
    create table jobs (
        workspace_id text not null,
        artifact_id text primary key references artifacts (id) on delete cascade,
        kind text not null,
        meeting_id text not null,
        session_id text not null,
        test boolean not null default false,
        due_at timestamptz not null default clock_timestamp(),
        created_at timestamptz not null default clock_timestamp(),
        attempts int not null default 0,
        token text not null default '',
        leased_until timestamptz,
        error text not null default '',
        traceparent text not null default '',
        causation_id text not null default ''
    )""",
    "create index jobs_due on jobs (due_at)",
    "create index jobs_of_session on jobs (session_id)",
)


def upgrade() -> None:
    for statement in (*foundation("artifacts"), *_TABLES):
        op.execute(statement)
    for table in ("sessions", "segments", "artifacts", "jobs"):
        for statement in protected("artifacts", table):
            op.execute(statement)
