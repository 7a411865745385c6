"""How often a workspace has had a new secret for its webhooks to people."""

from alembic import op

from common.foundation import protected

revision = "0010"
down_revision = "0009"

_TABLE = """
    create table webhook_secrets (
        workspace_id text primary key,
        -- The secret is derived from it and from the suite's key: it is kept nowhere.
        version int not null,
        rotate_time timestamptz not null
    )"""


def upgrade() -> None:
    op.execute(_TABLE)
    for statement in protected("scheduler", "webhook_secrets"):
        op.execute(statement)
