"""Live control: a hold's memory, extensions, what commands carry; metrics; checklists."""

from alembic import op

from common.foundation import protected

revision = "0004"
down_revision = "0003"

_STATEMENTS = (
    "alter table sessions add column extended_seconds int not null default 0",
    """
    alter table participants
        add column camera boolean not null default false,
        add column screen boolean not null default false,
        add column video_paused boolean not null default false,
        add column video_held boolean not null default false,
        add column camera_since timestamptz,
        add column camera_seconds double precision not null default 0""",
    "alter table commands add column seconds int not null default 0, add column prompt jsonb",
    """
    create table metrics (
        workspace_id text not null,
        session_id text primary key references sessions (id) on delete cascade,
        sealed boolean not null,
        formula_version text not null,
        participants jsonb not null,
        update_time timestamptz not null
    )""",
    """
    create table checklists (
        workspace_id text not null,
        meeting_id text not null,
        ends_session boolean not null,
        primary key (workspace_id, meeting_id)
    )""",
    """
    create table checklist_items (
        workspace_id text not null,
        meeting_id text not null,
        id text not null,
        position bigint generated always as identity,
        text text not null,
        completed boolean not null,
        actor_kind text not null,
        actor_id text not null,
        complete_time timestamptz,
        primary key (workspace_id, meeting_id, id)
    )""",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
    for table in ("metrics", "checklists", "checklist_items"):
        for statement in protected("session", table):
            op.execute(statement)
