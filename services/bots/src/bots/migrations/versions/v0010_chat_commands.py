"""Who is answered in the chat about what a bot was told to do there."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("alter table commands add column answer_to text not null default ''")
