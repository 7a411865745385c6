"""Roles that invitations have got since their links were sent."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("alter table join_links add column recast boolean not null default false")
