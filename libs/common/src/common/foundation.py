"""The tables that every service has: its promises on events, timers and retries stand on them."""

from collections.abc import Iterator

PARTITIONS = 8

# `convene_now` is the one clock: the database's, moved forward for a test workspace.
_TABLES = """
create table clock_offsets (
    workspace_id text primary key,
    by_seconds bigint not null check (by_seconds >= 0),
    last_key text not null default ''
);
create function convene_now(workspace text) returns timestamptz language sql stable as $$
    select clock_timestamp() + make_interval(secs =>
        coalesce((select by_seconds from clock_offsets where workspace_id = workspace), 0))
$$;
create table aggregates (
    workspace_id text not null,
    aggregate_id text not null,
    sequence bigint not null,
    primary key (workspace_id, aggregate_id)
);
create table outbox (
    workspace_id text not null,
    position bigint generated always as identity primary key,
    event_id text not null unique,
    aggregate_id text not null,
    aggregate_sequence bigint not null,
    partition smallint not null,
    message text not null,
    envelope bytea not null,
    written_at timestamptz not null default clock_timestamp(),
    published_at timestamptz,
    stream_sequence bigint,
    unique (aggregate_id, aggregate_sequence)
);
create index outbox_waiting on outbox (partition, position) where published_at is null;
create index outbox_stored on outbox (stream_sequence) where published_at is not null;
create table inbox (
    workspace_id text not null,
    consumer text not null,
    event_id text not null,
    applied_at timestamptz not null default clock_timestamp(),
    primary key (consumer, event_id)
);
create table progress (
    workspace_id text not null,
    consumer text not null,
    aggregate_id text not null,
    sequence bigint not null,
    primary key (consumer, aggregate_id)
);
create table parked (
    workspace_id text not null,
    consumer text not null,
    aggregate_id text not null,
    aggregate_sequence bigint not null,
    envelope bytea not null,
    attempts int not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    dead boolean not null default false,
    error text not null default '',
    primary key (consumer, aggregate_id, aggregate_sequence)
);
create table timers (
    workspace_id text not null,
    key text not null,
    kind text not null,
    due_at timestamptz not null,
    payload jsonb not null default '{}',
    traceparent text not null default '',
    continues boolean not null default false,
    attempts int not null default 0,
    token text not null default '',
    test boolean not null default false,
    leased_until timestamptz,
    primary key (workspace_id, key)
);
create index timers_due on timers (due_at);
create table leases (
    name text primary key,
    owner text not null,
    epoch bigint not null,
    address text not null default '',
    expires_at timestamptz not null
);
create table idempotency (
    workspace_id text not null,
    caller text not null,
    method text not null,
    key text not null,
    fingerprint text not null,
    answer bytea,
    written_at timestamptz not null default clock_timestamp(),
    primary key (workspace_id, caller, method, key)
);
create index idempotency_old on idempotency (written_at)
"""

# Leases are not among them: they hold names and epochs, and every transaction may be fenced.
_TENANT_TABLES = (
    "clock_offsets",
    "aggregates",
    "outbox",
    "inbox",
    "progress",
    "parked",
    "timers",
    "idempotency",
)


def foundation(service: str) -> Iterator[str]:
    """The statements that lay the foundation in *service*'s database, for its first migration."""
    yield from _statements(_TABLES)
    for table in _TENANT_TABLES:
        yield from protected(service, table)


def timers_by_lease() -> Iterator[str]:
    """The statements that let a million timers wait: a leased one is not looked at again."""
    yield "drop index timers_due"
    yield "create index timers_next on timers (greatest(due_at, leased_until))"
    yield "create index timers_of_test on timers (workspace_id, due_at) where test"


def protected(service: str, table: str) -> Iterator[str]:
    """The statements that keep *table*'s rows to their workspace.

    The service's own role sees the workspace set for the transaction; the ``…_system`` role,
    which only relay, timers and sweepers take on, sees every one.
    """
    mine = "workspace_id = current_setting('convene.workspace', true)"
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    yield f"create policy workspace on {table} using ({mine}) with check ({mine})"
    yield f"create policy system on {table} to {service}_system using (true) with check (true)"


def _statements(script: str) -> Iterator[str]:
    yield from (statement for statement in script.split(";\n") if statement.strip())
