"""What a recording leaves behind is swept up twice; recordings that nobody finishes are noticed."""

from alembic import op

revision = "0003"
down_revision = "0002"

_STATEMENTS = (
    "alter table recording_jobs add column swept boolean not null default false",
    "create index recordings_of_session on recordings (session_id)",
    # Those that were stopped or failed before anybody looked after them, of every workspace.
    "alter table recordings no force row level security",
    "alter table recording_jobs no force row level security",
    """
    insert into recording_jobs (workspace_id, recording_id, test, traceparent, causation_id, due_at)
    select workspace_id, id, test, '', '', clock_timestamp()
        + case state when 'FAILED' then interval '7 days' else interval '1 hour' end
    from recordings where state in ('STOPPING', 'FAILED', 'AVAILABLE')
    on conflict (recording_id) do nothing""",
    "alter table recording_jobs force row level security",
    "alter table recordings force row level security",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
