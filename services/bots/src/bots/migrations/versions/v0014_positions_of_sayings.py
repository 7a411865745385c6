"""How much of a saying was said when somebody last looked; nothing before it has begun."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(
        """
        alter table sayings
            add column spoken_seconds double precision,
            add column total_seconds double precision not null default 0"""
    )
