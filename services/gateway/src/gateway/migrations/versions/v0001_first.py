"""Workspaces, API keys, the event log, webhook endpoints and deliveries, the audit log."""

from alembic import op

from common.foundation import foundation, protected

revision = "0001"
down_revision = None

_TABLES = (
    """
    create table workspaces (
        workspace_id text primary key,
        create_time timestamptz not null
    )""",
    """
    create table api_keys (
        workspace_id text not null,
        id text primary key,
        acts_in text not null,
        name text not null,
        prefix text not null,
        hash text not null unique,
        scopes text[] not null,
        test boolean not null,
        expire_time timestamptz,
        revoked boolean not null default false,
        create_time timestamptz not null
    )""",
    "create index api_keys_newest on api_keys (workspace_id, create_time desc, id desc)",
    # One row per meeting: whoever takes the next number holds it until commit, so numbers have
    # no gap and become visible in order.
    """
    create table meeting_counters (
        workspace_id text not null,
        meeting_id text not null,
        sequence bigint not null,
        primary key (workspace_id, meeting_id)
    )""",
    """
    create table event_log (
        workspace_id text not null,
        event_id text primary key,
        meeting_id text not null,
        sequence bigint not null,
        type text not null,
        body text not null,
        test boolean not null,
        traceparent text not null,
        written_at timestamptz not null default clock_timestamp()
    )""",
    """
    create unique index event_log_in_order on event_log (workspace_id, meeting_id, sequence)
        where sequence > 0""",
    "create index event_log_old on event_log (written_at)",
    """
    create table webhook_endpoints (
        workspace_id text not null,
        id text primary key,
        url text not null,
        description text not null,
        event_types text[] not null,
        state text not null,
        secret text not null,
        old_secret text not null default '',
        old_secret_until timestamptz,
        failures int not null default 0,
        failing_since timestamptz,
        paused_until timestamptz,
        claimed_at timestamptz not null default '-infinity',
        deleted boolean not null default false,
        version int not null default 1,
        create_time timestamptz not null
    )""",
    """
    create index webhook_endpoints_newest on webhook_endpoints
        (workspace_id, create_time desc, id desc) where not deleted""",
    """
    create table deliveries (
        workspace_id text not null,
        id text primary key,
        endpoint_id text not null,
        event_id text not null,
        event_type text not null,
        state text not null,
        tries int not null default 0,
        attempts int not null default 0,
        next_attempt_time timestamptz,
        lease text not null default '',
        leased_until timestamptz,
        create_time timestamptz not null,
        written_at timestamptz not null default clock_timestamp(),
        unique (endpoint_id, event_id)
    )""",
    """
    create index deliveries_due on deliveries (endpoint_id, next_attempt_time)
        where state = 'PENDING'""",
    "create index deliveries_newest on deliveries (endpoint_id, create_time desc, id desc)",
    "create index deliveries_leased on deliveries (endpoint_id, leased_until) where lease <> ''",
    "create index deliveries_old on deliveries (written_at)",
    """
    create table attempts (
        workspace_id text not null,
        delivery_id text not null references deliveries (id) on delete cascade,
        number int not null,
        time timestamptz not null,
        status int not null,
        detail text not null,
        duration_milliseconds int not null,
        primary key (delivery_id, number)
    )""",
    # A move of the sandbox clock that has not reached every service yet.
    """
    create table clock_moves (
        workspace_id text primary key,
        key text not null,
        seconds bigint not null,
        lease text not null,
        leased_until timestamptz not null
    )""",
    """
    create table audit_heads (
        workspace_id text primary key,
        sequence bigint not null,
        hash text not null
    )""",
    """
    create table audit_log (
        workspace_id text not null,
        sequence bigint not null,
        id text not null unique,
        actor_kind text not null,
        actor_id text not null,
        action text not null,
        target text not null,
        trace_id text not null,
        time timestamptz not null,
        previous_hash text not null,
        hash text not null,
        primary key (workspace_id, sequence)
    )""",
    """
    create function refuse_change() returns trigger language plpgsql as $$
    begin
        raise exception 'the audit log is only ever added to';
    end $$""",
    """
    create trigger append_only before update or delete or truncate on audit_log
        for each statement execute function refuse_change()""",
)
_PROTECTED = (
    "workspaces",
    "api_keys",
    "meeting_counters",
    "event_log",
    "webhook_endpoints",
    "deliveries",
    "attempts",
    "clock_moves",
    "audit_heads",
    "audit_log",
)


def upgrade() -> None:
    for statement in (*foundation("gateway"), *_TABLES):
        op.execute(statement)
    for table in _PROTECTED:
        for statement in protected("gateway", table):
            op.execute(statement)
