"""What lists find meetings by, as row-level security lets an index be used; templates, schemas."""

from alembic import op
from sqlalchemy import Connection, text

from common.foundation import protected
from scheduler.domain.traits import traits_of
from scheduler.store.meetings import definition_from

revision = "0004"
down_revision = "0003"

BATCH = 500

_TABLES = (
    # Texts are compared byte by byte, whatever the database's language: beginnings are looked for.
    """
    create table traits (
        workspace_id text not null,
        meeting_id text not null references meetings (id) on delete cascade,
        trait text collate "C" not null,
        create_time timestamptz not null,
        primary key (meeting_id, trait)
    )""",
    "create index traits_found on traits (workspace_id, trait, create_time desc, meeting_id desc)",
    # Under row-level security no GIN index was ever read: its operators are not leakproof.
    "alter table meetings drop column tags, drop column metadata, drop column external_refs",
    "create index meetings_in_state on meetings (workspace_id, state, create_time desc, id desc)",
    """
    create index meetings_live on meetings (workspace_id, create_time desc, id desc)
        where active_session_id <> ''""",
    """
    create table templates (
        workspace_id text not null,
        id text primary key,
        name text not null,
        draft jsonb not null,
        version int not null,
        create_time timestamptz not null,
        update_time timestamptz not null
    )""",
    "create index templates_newest on templates (workspace_id, create_time desc, id desc)",
    """
    create table custom_fields_schemas (
        workspace_id text primary key,
        schema jsonb not null,
        version int not null,
        update_time timestamptz not null
    )""",
    "drop index occurrences_when",
    "create index occurrences_calendar on occurrences (workspace_id, start_time, id)",
    """
    create index occurrences_next on occurrences (workspace_id, start_time, id)
        where state in ('PENDING', 'OPEN')""",
)


def upgrade() -> None:
    # The owner sees every workspace while it reads the rows of all.
    op.execute("alter table meetings no force row level security")
    for statement in _TABLES:
        op.execute(statement)
    _fill(op.get_bind())
    op.execute("alter table meetings force row level security")
    for table in ("traits", "templates", "custom_fields_schemas"):
        for statement in protected("scheduler", table):
            op.execute(statement)


def _fill(connection: Connection) -> None:
    """Note the traits of the meetings that are there."""
    last = ""
    while True:
        rows = connection.execute(
            text("select * from meetings where id > :last order by id limit :batch"),
            {"last": last, "batch": BATCH},
        ).all()
        if not rows:
            return
        traits = [
            {"w": row.workspace_id, "m": row.id, "t": trait, "at": row.create_time}
            for row in rows
            for trait in traits_of(definition_from(row.definition))
        ]
        if traits:
            connection.execute(text("insert into traits values (:w, :m, :t, :at)"), traits)
        last = rows[-1].id
