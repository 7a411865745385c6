"""How long each participant's media is, beside how long the clock saw them."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        "alter table participants add column media_seconds double precision not null default 0"
    )
