"""Transactions over all tables of the service, and what sees every workspace."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy import text

from common.db import Database
from common.principal import Principal
from session.store.checklists import ChecklistRows
from session.store.commands import CommandRows
from session.store.consents import ConsentRows
from session.store.links import LinkRows
from session.store.metrics import MetricsRows
from session.store.participants import ParticipantRows
from session.store.prompts import PromptRows
from session.store.recordings import RecordingRows
from session.store.scenarios import ScenarioRows
from session.store.sessions import SessionRows


class SessionTransaction(
    SessionRows,
    ParticipantRows,
    LinkRows,
    CommandRows,
    PromptRows,
    ConsentRows,
    MetricsRows,
    ChecklistRows,
    RecordingRows,
    ScenarioRows,
):
    """One transaction of one workspace."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Whose a session is, where its media runs, and the trace that it began in."""

    workspace_id: str
    test: bool
    node: str
    traceparent: str


class Store:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, caller: Principal) -> AbstractAsyncContextManager[SessionTransaction]:
        return self._db.begin(caller, SessionTransaction)

    async def unowned(self) -> Sequence[str]:
        """The ids of sessions that are not over and that no replica holds."""
        async with self._db.begin_system() as connection:
            rows = await connection.execute(
                text("""
                    select id from sessions
                    where state not in ('ENDED', 'FAILED') and not exists (
                        select 1 from leases where name = 'session ' || sessions.id
                        and expires_at > clock_timestamp())
                    order by id""")
            )
            return [row.id for row in rows]

    async def whereabouts(self, session_id: str) -> Whereabouts:
        """Raises ``NoResultFound`` for a session that never was."""
        async with self._db.begin_system() as connection:
            rows = await connection.execute(
                text("select workspace_id, test, node, traceparent from sessions where id = :id"),
                {"id": session_id},
            )
            row = rows.one()
            return Whereabouts(row.workspace_id, row.test, row.node, row.traceparent)
