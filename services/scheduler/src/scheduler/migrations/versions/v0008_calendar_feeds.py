"""Feeds of what a person is invited to, so that their addresses can be taken back."""

from alembic import op

from common.foundation import protected

revision = "0008"
down_revision = "0007"

_TABLE = """
    create table calendar_feeds (
        workspace_id text not null,
        id text primary key,
        email text not null,
        -- Addresses of other versions are good no more. Those of early releases are of version 0.
        version int not null default 0,
        revoked boolean not null default false,
        create_time timestamptz not null,
        update_time timestamptz not null,
        unique (workspace_id, email)
    )"""


def upgrade() -> None:
    op.execute(_TABLE)
    for statement in protected("scheduler", "calendar_feeds"):
        op.execute(statement)
