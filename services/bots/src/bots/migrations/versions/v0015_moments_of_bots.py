"""When each bot did not listen, on the session's time line."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("alter table bots add column deaf jsonb")
    # A rewrite reads what row-level security would hide from an update. Nobody noted when those
    # that are paused were: they hear nothing that is not said after their pause.
    op.execute(
        """
        alter table bots alter column deaf type jsonb
        using cast(case when paused then '[[0, null]]' else '[]' end as jsonb)"""
    )
    op.execute("alter table bots alter column deaf set default '[]'")
    op.execute("alter table bots alter column deaf set not null")
