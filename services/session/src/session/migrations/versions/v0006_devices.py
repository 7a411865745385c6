"""Which browser each participant came in."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("alter table participants add column device text not null default ''")
