"""Whether a session's meeting lets a language model be given what is said."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("alter table crews add column language_model boolean not null default true")
