"""Joins that a recorder is done with, so that it never opens their tracks again."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("alter table recording_cursors add column is_over boolean not null default false")
