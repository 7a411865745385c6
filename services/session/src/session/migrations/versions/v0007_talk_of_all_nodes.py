"""What each media node heard of a session, so that it is whole after a move."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # By the node's count and participant: what was heard.
    op.execute("alter table metrics add column counts jsonb not null default '{}'")
