"""What was said, in other languages, as a bot translated it."""

from alembic import op

from common.foundation import protected

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
        create table translations (
            workspace_id text not null,
            session_id text not null references sessions (id) on delete cascade,
            language text not null,
            segment_id text not null,
            text text not null,
            engine text not null,
            primary key (session_id, language, segment_id)
        )"""
    )
    for statement in protected("artifacts", "translations"):
        op.execute(statement)
