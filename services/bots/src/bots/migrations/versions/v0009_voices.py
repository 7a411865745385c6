"""Bots that speak: for what a voice says something, that it is to stop, and who may interrupt."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        """
        alter table sayings
            -- The act by which a bot asked for it.
            add column act_id text not null default '',
            add column is_stopped boolean not null default false"""
    )
