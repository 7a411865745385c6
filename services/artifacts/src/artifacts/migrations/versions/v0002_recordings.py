"""Recordings, and the jobs that make and remove their files."""

from alembic import op

from common.foundation import protected

revision = "0002"
down_revision = "0001"

_TABLES = (
    """
    create table recordings (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null,
        session_id text not null,
        layout text not null,
        state text not null,
        spans jsonb not null,
        create_time timestamptz not null,
        stop_time timestamptz,
        reason text not null default '',
        manifest_key text not null default '',
        files jsonb not null default '[]',
        test boolean not null
    )""",
    """
    create index recordings_newest
        on recordings (workspace_id, meeting_id, create_time desc, id desc)""",
    """
    create table recording_jobs (
        workspace_id text not null,
        recording_id text primary key references recordings (id) on delete cascade,
        test boolean not null,
        due_at timestamptz not null default clock_timestamp(),
        attempts int not null default 0,
        token text not null default '',
        leased_until timestamptz,
        error text not null default '',
        traceparent text not null,
        causation_id text not null
    )""",
    "create index recording_jobs_due on recording_jobs (due_at)",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table in ("recordings", "recording_jobs"):
        for statement in protected("artifacts", table):
            op.execute(statement)
