"""What people say in a session, what they agreed to, and whether a transcript is made."""

from alembic import op

from common.foundation import protected

revision = "0003"
down_revision = "0002"

_STATEMENTS = (
    """
    create table prompts (
        workspace_id text not null,
        id text primary key,
        session_id text not null references sessions (id) on delete cascade,
        position bigint generated always as identity,
        kind text not null,
        text text not null,
        from_participant_id text not null,
        from_name text not null,
        to_role text not null,
        to_participant_id text not null,
        create_time timestamptz not null
    )""",
    "create index prompts_of_session on prompts (session_id, position desc)",
    """
    create table consents (
        workspace_id text not null,
        session_id text not null references sessions (id) on delete cascade,
        participant_id text not null references participants (id) on delete cascade,
        subject text not null,
        method text not null,
        create_time timestamptz not null,
        primary key (participant_id, subject)
    )""",
    "create index consents_of_session on consents (session_id)",
    "alter table participants add column consent_time timestamptz",
    "alter table sessions add column transcribed boolean not null default false",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
    for table in ("prompts", "consents"):
        for statement in protected("session", table):
            op.execute(statement)
