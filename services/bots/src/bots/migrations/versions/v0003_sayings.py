"""What the sessions' voices are still to say."""

from alembic import op

from common.foundation import protected

revision = "0003"
down_revision = "0002"

_TABLE = """
    create table sayings (
        workspace_id text not null,
        prompt_id text primary key,
        position bigint generated always as identity,
        session_id text not null,
        meeting_id text not null,
        voice_id text not null,
        ear_address text not null,
        text text not null,
        test boolean not null
    )"""


def upgrade() -> None:
    op.execute(_TABLE)
    for statement in protected("bots", "sayings"):
        op.execute(statement)
