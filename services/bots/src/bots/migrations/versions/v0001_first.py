"""Crews, their bots, the tracks they hear and the segments they write."""

from alembic import op

from common.foundation import foundation, protected

revision = "0001"
down_revision = None

_TABLES = (
    """
    create table crews (
        workspace_id text not null,
        session_id text primary key,
        meeting_id text not null,
        state text not null,
        segments bigint not null default 0,
        drain_deadline timestamptz,
        test boolean not null default false,
        traceparent text not null,
        create_time timestamptz not null
    )""",
    "create index crews_of_meeting on crews (workspace_id, meeting_id, create_time desc)",
    "create index crews_unfinished on crews (create_time) where state <> 'FLUSHED'",
    """
    create table bots (
        workspace_id text not null,
        id text primary key,
        session_id text not null references crews (session_id) on delete cascade,
        meeting_id text not null,
        kind text not null,
        config jsonb not null,
        state text not null,
        reason text not null default '',
        create_time timestamptz not null,
        update_time timestamptz not null
    )""",
    "create index bots_newest on bots (workspace_id, meeting_id, create_time desc, id desc)",
    "create index bots_of_session on bots (session_id)",
    """
    create table tracks (
        workspace_id text not null,
        session_id text not null references crews (session_id) on delete cascade,
        participant_id text not null,
        epoch int not null,
        name text not null,
        ear_address text not null,
        offset_seconds double precision not null,
        cursor_sample bigint not null default 0,
        ended boolean not null default false,
        is_left boolean not null default false,
        noted_at timestamptz not null default clock_timestamp(),
        primary key (session_id, participant_id, epoch)
    )""",
    """
    create table segments (
        workspace_id text not null,
        session_id text not null references crews (session_id) on delete cascade,
        sequence bigint not null,
        id text not null unique,
        speaker_id text not null,
        speaker_name text not null,
        start_seconds double precision not null,
        end_seconds double precision not null,
        text text not null,
        words jsonb not null,
        language text not null,
        scripted boolean not null,
        gap boolean not null,
        primary key (session_id, sequence)
    )""",
)

# What an autoscaler counts: sessions that want a replica and have none, in every workspace. A view
# reads as its owner, whom row-level security holds too: hence the policies. The service itself
# does not read it, so that its login sees no other workspace through it.
_UNPLACED = (
    "create policy unplaced on crews for select to current_user using (true)",
    "create policy unplaced on bots for select to current_user using (true)",
    """
    create view unplaced_runs as
    select c.session_id, c.create_time from crews c
    where (c.state = 'DRAINING' or c.state = 'LIVE' and exists (
              select 1 from bots b where b.session_id = c.session_id
              and b.state in ('SCHEDULED', 'JOINING', 'JOINED', 'LEAVING')))
      and not exists (select 1 from leases l where l.name = 'crew ' || c.session_id
                      and l.expires_at > clock_timestamp())""",
    "revoke all on unplaced_runs from bots",
)


def upgrade() -> None:
    for statement in (*foundation("bots"), *_TABLES):
        op.execute(statement)
    for table in ("crews", "bots", "tracks", "segments"):
        for statement in protected("bots", table):
            op.execute(statement)
    for statement in _UNPLACED:
        op.execute(statement)
