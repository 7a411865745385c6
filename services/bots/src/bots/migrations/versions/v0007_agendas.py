"""What a session's meeting wants to talk about, and whether its bots know that all is said."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("alter table crews add column agenda text not null default ''")
    op.execute("alter table crews add column closed boolean not null default false")
