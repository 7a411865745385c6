"""Notices keep no secret that nobody needs any more, and are found again when they are old."""

from alembic import op

revision = "0009"
down_revision = "0008"

_STATEMENTS = (
    # What was sent or given up by early releases is left with what its channel needed no more.
    """
    update notices set letter = letter - '{join_url,respond_url,calendar_text}'::text[],
        recipient = recipient - '{address,web_push}'::text[]
    where state in ('SENT', 'FAILED', 'DROPPED')""",
    "create index notices_ended on notices (create_time, id) "
    "where state in ('SENT', 'FAILED', 'DROPPED')",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
