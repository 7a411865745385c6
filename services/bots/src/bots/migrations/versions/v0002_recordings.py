"""Recordings, the fragments that their recorders shipped, and how far each track is shipped."""

from alembic import op

from common.foundation import protected

revision = "0002"
down_revision = "0001"

_TABLES = (
    "alter table bots add column recording_id text not null default ''",
    "alter table tracks add column is_person boolean not null default true",
    """
    create table recordings (
        workspace_id text not null,
        id text primary key,
        session_id text not null references crews (session_id) on delete cascade,
        meeting_id text not null,
        bot_id text not null,
        with_video boolean not null,
        state text not null,
        -- Pairs of seconds since the room opened; the last may be open.
        spans jsonb not null,
        room_open_time timestamptz,
        next_window bigint not null default 0,
        test boolean not null,
        traceparent text not null,
        create_time timestamptz not null
    )""",
    """
    create index recordings_unfinished on recordings (create_time)
        where state in ('LIVE', 'FINISHING')""",
    """
    create table recording_fragments (
        workspace_id text not null,
        recording_id text not null references recordings (id) on delete cascade,
        window_index bigint not null,
        key text not null,
        sha256 text not null,
        size_bytes bigint not null,
        primary key (recording_id, window_index)
    )""",
    """
    create table recording_cursors (
        workspace_id text not null,
        recording_id text not null references recordings (id) on delete cascade,
        participant_id text not null,
        epoch int not null,
        medium text not null,
        -- All of this join before this sample is shipped.
        cursor_sample bigint not null,
        primary key (recording_id, participant_id, epoch, medium)
    )""",
)

# What an autoscaler counts, now with the recordings that want a replica and have none.
_UNPLACED = (
    "create policy unplaced on recordings for select to current_user using (true)",
    """
    create or replace view unplaced_runs as
    select c.session_id, c.create_time from crews c
    where (c.state = 'DRAINING' or c.state = 'LIVE' and exists (
              select 1 from bots b where b.session_id = c.session_id and b.recording_id = ''
              and b.state in ('SCHEDULED', 'JOINING', 'JOINED', 'LEAVING')))
      and not exists (select 1 from leases l where l.name = 'crew ' || c.session_id
                      and l.expires_at > clock_timestamp())
    union all
    select r.session_id, r.create_time from recordings r
    where r.state in ('LIVE', 'FINISHING')
      and not exists (select 1 from leases l where l.name = 'recording ' || r.id
                      and l.expires_at > clock_timestamp())""",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table in ("recordings", "recording_fragments", "recording_cursors"):
        for statement in protected("bots", table):
            op.execute(statement)
    for statement in _UNPLACED:
        op.execute(statement)
