"""Where a bot that leaves while its session goes on reads its last."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("alter table readers add column closing bigint")
