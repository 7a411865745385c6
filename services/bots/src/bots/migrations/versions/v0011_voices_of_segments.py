"""How sure it is who said a segment, and in which language."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute(
        """
        alter table segments
            add column speaker_confidence double precision not null default 1,
            add column language_confidence double precision not null default 0"""
    )
