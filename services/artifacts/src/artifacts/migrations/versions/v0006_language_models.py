"""Whether a meeting lets a language model be given what was said."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("alter table sessions add column language_model boolean not null default true")
