"""Who wants no reminders, calls and summaries of a meeting."""

from alembic import op

from common.foundation import protected

revision = "0011"
down_revision = "0010"

_TABLE = """
    create table opt_outs (
        workspace_id text not null,
        meeting_id text not null references meetings (id) on delete cascade,
        email text not null,
        create_time timestamptz not null,
        primary key (meeting_id, email)
    )"""


def upgrade() -> None:
    op.execute(_TABLE)
    for statement in protected("scheduler", "opt_outs"):
        op.execute(statement)
