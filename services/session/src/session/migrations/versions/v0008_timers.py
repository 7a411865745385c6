"""Timers that are leased are out of the way of those that are not."""

from alembic import op

from common.foundation import timers_by_lease

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for statement in timers_by_lease():
        op.execute(statement)
