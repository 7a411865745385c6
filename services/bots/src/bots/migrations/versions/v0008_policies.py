"""Policies, who has which role, and what fired."""

from alembic import op

from common.foundation import protected

revision = "0008"
down_revision = "0007"

_TABLES = (
    """
    create table policies (
        workspace_id text not null,
        id text primary key,
        name text not null,
        description text not null,
        state text not null,
        rules jsonb not null,
        all_meetings boolean not null,
        tags text[] not null,
        version bigint not null default 1,
        create_time timestamptz not null,
        update_time timestamptz not null
    )""",
    "create index policies_newest on policies (workspace_id, create_time desc, id desc)",
    "alter table tracks add column role text not null default ''",
    """
    create index insights_of_policy on insights
        (workspace_id, (details ->> 'policy_id'), create_time desc, id desc)
        where details ->> 'policy_id' <> ''""",
    # What was done for an insight.
    "create index acts_of_insight on acts using gin ((evidence -> 'insight_ids'))",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for statement in protected("bots", "policies"):
        op.execute(statement)
