"""The name by which calendars know a meeting is kept, whatever the installation is called later."""

from alembic import op

revision = "0007"
down_revision = "0006"

_STATEMENTS = (
    # Rows of before have none until a scheduler that knows its public name has given it to them.
    "alter table meetings add column calendar_uid text not null default ''",
    "create index meetings_unnamed on meetings (id) where calendar_uid = ''",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
