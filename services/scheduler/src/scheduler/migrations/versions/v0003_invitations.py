"""Invitations, and the notices that tell people of them."""

from alembic import op

from common.foundation import protected

revision = "0003"
down_revision = "0002"

_TABLES = (
    # The SEQUENCE of what calendars were told, that of the last change of all of it, and a digest
    # of what it shows.
    """
    alter table meetings
        add column calendar_sequence int not null default 0,
        add column calendar_base int not null default 0,
        add column calendar_content text not null default ''""",
    """
    create table invitations (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null references meetings (id) on delete cascade,
        email text not null,
        person jsonb not null,
        response text not null,
        response_comment text not null default '',
        respond_time timestamptz,
        -- The SEQUENCE that was answered, and what was said of single occurrences.
        answers jsonb not null default '{"sequence": 0, "occurrences": {}}',
        version int not null default 1,
        create_time timestamptz not null,
        unique (meeting_id, email)
    )""",
    "create index invitations_of_person on invitations (workspace_id, email)",
    # Kept apart from the meeting: a cancellation outlives what it cancels.
    """
    create table notices (
        workspace_id text not null,
        id text primary key,
        meeting_id text not null,
        invitation_id text not null default '',
        occurrence_id text not null default '',
        kind text not null,
        recipient jsonb not null,
        channel text generated always as (recipient ->> 'channel') stored,
        letter jsonb not null,
        state text not null,
        due_at timestamptz not null,
        expires_at timestamptz not null,
        attempts int not null default 0,
        detail text not null default '',
        test boolean not null default false,
        -- What its reader knows of the calendar without it.
        since text not null default '',
        traceparent text not null default '',
        lease text not null default '',
        leased_until timestamptz,
        create_time timestamptz not null default clock_timestamp()
    )""",
    "create index notices_pending on notices (channel, workspace_id, due_at) "
    "where state in ('QUEUED', 'SENDING')",
    "create index notices_of_meeting on notices (meeting_id, create_time, id)",
    # Whose turn it is to be sent for, and how many began in the current hour and day.
    """
    create table notice_turns (
        workspace_id text not null,
        channel text not null,
        claimed_at timestamptz not null default '-infinity',
        hour timestamptz not null default '-infinity',
        in_hour int not null default 0,
        day timestamptz not null default '-infinity',
        in_day int not null default 0,
        primary key (workspace_id, channel)
    )""",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table in ("invitations", "notices", "notice_turns"):
        for statement in protected("scheduler", table):
            op.execute(statement)
