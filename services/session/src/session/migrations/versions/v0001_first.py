"""Sessions and everything that happens in them."""

from alembic import op

from common.foundation import foundation, protected

revision = "0001"
down_revision = None

_TABLES = (
    """
    create table sessions (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null,
        occurrence_id text not null,
        title text not null,
        node text not null,
        policy jsonb not null,
        snapshot bytea not null,
        planned_end_time timestamptz,
        test boolean not null,
        crewed boolean not null,
        state text not null,
        end_reason text,
        end_text text not null,
        ended_by_kind text,
        ended_by_id text,
        held boolean not null,
        locked boolean not null,
        host_present boolean not null,
        recording_state text not null,
        flushed boolean not null,
        drained boolean not null,
        room_closed boolean not null,
        failure text not null,
        create_time timestamptz not null,
        start_time timestamptz,
        end_time timestamptz,
        traceparent text not null,
        version int not null
    )""",
    """
    create unique index sessions_one_at_a_time on sessions (workspace_id, meeting_id)
    where state not in ('ENDED', 'FAILED')""",
    "create index sessions_newest on sessions (workspace_id, meeting_id, id desc)",
    "create index sessions_unfinished on sessions (id) where state not in ('ENDED', 'FAILED')",
    """
    create table participants (
        workspace_id text not null,
        id text primary key,
        session_id text not null references sessions (id) on delete cascade,
        position bigint generated always as identity,
        name text not null,
        role text not null,
        kind text not null,
        link_id text not null,
        state text not null,
        epoch int not null,
        muted boolean not null,
        banned boolean not null,
        presences jsonb not null,
        speaking_seconds double precision not null
    )""",
    "create index participants_of_session on participants (session_id, position)",
    """
    create table join_links (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null,
        kind text not null,
        role text not null,
        name text not null,
        single_use boolean not null,
        expire_time timestamptz,
        revoked boolean not null,
        uses int not null
    )""",
    "create index join_links_of_meeting on join_links (workspace_id, meeting_id, id desc)",
    """
    create table commands (
        workspace_id text not null,
        id text primary key,
        session_id text not null references sessions (id) on delete cascade,
        verb text not null,
        target_id text not null,
        text text not null,
        ban boolean not null,
        actor_kind text not null,
        actor_id text not null,
        state text not null,
        reason text not null,
        create_time timestamptz not null,
        settle_time timestamptz
    )""",
    "create index commands_of_session on commands (session_id, id desc)",
    "create index commands_waiting on commands (session_id, id) where state = 'ACCEPTED'",
    """
    create table scenarios (
        workspace_id text not null,
        name text not null,
        title text not null,
        engine text not null,
        people jsonb not null,
        duration_seconds double precision not null,
        content bytea not null,
        create_time timestamptz not null,
        primary key (workspace_id, name)
    )""",
    """
    create table scenario_runs (
        workspace_id text not null,
        id text primary key,
        scenario text not null,
        people jsonb not null,
        -- The scenario as it was when the run was asked for.
        content bytea not null,
        meeting_id text not null,
        session_id text not null,
        speed double precision not null,
        state text not null,
        reason text not null,
        create_time timestamptz not null,
        play_time timestamptz
    )""",
    """
    create index scenario_runs_unfinished on scenario_runs (workspace_id, meeting_id)
    where state in ('ARMED', 'RUNNING')""",
)


def upgrade() -> None:
    for statement in (*foundation("session"), *_TABLES):
        op.execute(statement)
    for table in (
        "sessions",
        "participants",
        "join_links",
        "commands",
        "scenarios",
        "scenario_runs",
    ):
        for statement in protected("session", table):
            op.execute(statement)
