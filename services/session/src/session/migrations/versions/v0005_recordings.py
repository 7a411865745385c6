"""Recordings of a session, and when its room opened."""

from alembic import op

from common.foundation import protected

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
        alter table sessions
            add column recording_id text not null default '',
            add column room_open_time timestamptz"""
    )
    op.execute(
        """
        create table recordings (
            workspace_id text not null,
            id text primary key,
            session_id text not null references sessions (id) on delete cascade,
            meeting_id text not null,
            layout text not null,
            state text not null,
            -- Pairs of seconds since the room opened; the last may be open.
            spans jsonb not null,
            held boolean not null,
            create_time timestamptz not null,
            stop_time timestamptz
        )"""
    )
    op.execute(
        "create unique index recordings_under_way on recordings (session_id) "
        "where state <> 'STOPPING'"
    )
    for statement in protected("session", "recordings"):
        op.execute(statement)
