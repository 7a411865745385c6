"""One order of words and happenings, how far each bot has read it, what bots found and ask for."""

from alembic import op

from common.foundation import protected

revision = "0006"
down_revision = "0005"

_TABLES = (
    # The last place in the session's stream, and how often an insight came or changed.
    "alter table crews add column position bigint not null default 0",
    "alter table crews add column insights bigint not null default 0",
    # A rewrite reads what row-level security would hide from an update.
    "alter table crews alter column position type bigint using segments",
    "alter table segments add column position bigint",
    "alter table segments alter column position type bigint using sequence",
    "alter table segments alter column position set not null",
    "alter table segments drop constraint segments_pkey",
    "alter table segments add primary key (session_id, position)",
    # Words that no transcript was wanted of have a place and no sequence.
    "alter table segments alter column sequence drop not null",
    "create unique index segments_of_transcript on segments (session_id, sequence)",
    "alter table bots add column paused boolean not null default false",
    """
    create table happenings (
        workspace_id text not null,
        session_id text not null references crews (session_id) on delete cascade,
        position bigint not null,
        what text not null,
        participant_id text not null,
        details jsonb not null,
        primary key (session_id, position)
    )""",
    """
    create table readers (
        workspace_id text not null,
        bot_id text primary key references bots (id) on delete cascade,
        session_id text not null references crews (session_id) on delete cascade,
        -- Everything up to here is read.
        position bigint not null,
        state jsonb,
        version bigint not null default 0,
        -- As it was configured at this place.
        config jsonb not null,
        paused boolean not null default false
    )""",
    "create index readers_of_session on readers (session_id)",
    """
    create table insights (
        workspace_id text not null,
        id text primary key,
        session_id text not null references crews (session_id) on delete cascade,
        meeting_id text not null,
        sequence bigint not null,
        bot_id text not null,
        bot_kind text not null,
        kind text not null,
        state text not null,
        source text not null,
        segment_ids jsonb not null,
        participant_id text not null,
        participant_name text not null,
        start_seconds double precision not null,
        end_seconds double precision not null,
        text text not null,
        details jsonb not null,
        create_time timestamptz not null,
        update_time timestamptz not null,
        unique (session_id, sequence)
    )""",
    "create index insights_provisional on insights (bot_id) where state = 'PROVISIONAL'",
    """
    create table acts (
        workspace_id text not null,
        id text primary key,
        position bigint generated always as identity,
        session_id text not null references crews (session_id) on delete cascade,
        meeting_id text not null,
        bot_id text not null,
        verb text not null,
        arguments jsonb not null,
        -- The insights and segments that speak for it, or the command that asked for it.
        evidence jsonb not null,
        state text not null,
        error text not null default '',
        attempts int not null default 0,
        create_time timestamptz not null,
        update_time timestamptz not null
    )""",
    "create index acts_pending on acts (session_id, position) where state = 'PENDING'",
    """
    create table commands (
        workspace_id text not null,
        id text primary key,
        session_id text not null references crews (session_id) on delete cascade,
        meeting_id text not null,
        bot_id text not null references bots (id) on delete cascade,
        verb text not null,
        arguments jsonb not null,
        state text not null,
        reason text not null default '',
        answer jsonb not null default '{}',
        asked_by text not null,
        create_time timestamptz not null,
        update_time timestamptz not null
    )""",
    "create index commands_of_bot on commands (bot_id, create_time desc, id desc)",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table in ("happenings", "readers", "insights", "acts", "commands"):
        for statement in protected("bots", table):
            op.execute(statement)
