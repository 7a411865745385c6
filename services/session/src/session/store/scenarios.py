"""Rows of scenarios and of their runs."""

import json
from collections.abc import Sequence
from typing import Any

from common.db import Transaction
from session.domain.participants import Role
from session.domain.runs import (
    RunId,
    RunState,
    ScenarioNotFound,
    ScenarioRun,
    ScenarioRunNotFound,
    ScriptedPerson,
    StoredScenario,
)

_COLUMNS = "name, title, engine, people, duration_seconds, create_time"
_RUN_COLUMNS = """
    id, scenario, people, meeting_id, speed, create_time, session_id, state, reason, play_time"""


class ScenarioRows(Transaction):
    async def put_scenario(self, scenario: StoredScenario, content: bytes) -> None:
        """Write it, over an earlier one of its name."""
        await self.run(
            """
            insert into scenarios (workspace_id, name, title, engine, people, duration_seconds,
                                   content, create_time)
            values (:w, :name, :title, :engine, cast(:people as jsonb), :duration,
                    :content, :created)
            on conflict (workspace_id, name) do update set title = :title, engine = :engine,
                people = cast(:people as jsonb), duration_seconds = :duration, content = :content,
                create_time = :created""",
            w=self.caller.workspace_id,
            name=scenario.name,
            title=scenario.title,
            engine=scenario.engine,
            people=json.dumps([[one.name, one.role.value] for one in scenario.people]),
            duration=scenario.duration_seconds,
            content=content,
            created=scenario.create_time,
        )

    async def scenario(self, name: str) -> StoredScenario:
        """Raises ``ScenarioNotFound``."""
        rows = await self.run(f"select {_COLUMNS} from scenarios where name = :name", name=name)
        row = rows.one_or_none()
        if row is None:
            raise ScenarioNotFound(name)
        return _scenario(row)

    async def scenarios(self, limit: int, after: str = "") -> Sequence[StoredScenario]:
        """By name."""
        rows = await self.run(
            f"select {_COLUMNS} from scenarios where name > :after order by name limit :limit",
            after=after,
            limit=limit,
        )
        return [_scenario(row) for row in rows]

    async def add_run(self, run: ScenarioRun) -> None:
        """Insert it, with a copy of its scenario as it is now; one that is there stays."""
        await self.run(
            """
            insert into scenario_runs (workspace_id, id, scenario, people, content, meeting_id,
                session_id, speed, state, reason, create_time)
            select :w, :id, :scenario, people, content, :m, '', :speed, :state, '', :created
            from scenarios where name = :scenario
            on conflict (id) do nothing""",
            w=self.caller.workspace_id,
            id=run.id,
            scenario=run.scenario,
            m=run.meeting_id,
            speed=run.speed,
            state=run.state.value,
            created=run.create_time,
        )

    async def save_run(self, run: ScenarioRun) -> None:
        await self.run(
            """
            update scenario_runs set session_id = :session, state = :state, reason = :reason,
                play_time = :played where id = :id""",
            id=run.id,
            session=run.session_id,
            state=run.state.value,
            reason=run.reason,
            played=run.play_time,
        )

    async def run_of(self, run_id: str) -> ScenarioRun:
        """Raises ``ScenarioRunNotFound``."""
        rows = await self.run(f"select {_RUN_COLUMNS} from scenario_runs where id = :id", id=run_id)
        row = rows.one_or_none()
        if row is None:
            raise ScenarioRunNotFound(run_id)
        return _run(row)

    async def unfinished_runs(self, meeting_id: str, session_id: str) -> Sequence[ScenarioRun]:
        """What is armed for the meeting or runs in the session."""
        rows = await self.run(
            f"""
            select {_RUN_COLUMNS} from scenario_runs where meeting_id = :m
            and (state = 'ARMED' or (state = 'RUNNING' and session_id = :s))
            order by create_time, id""",
            m=meeting_id,
            s=session_id,
        )
        return [_run(row) for row in rows]

    async def was_hurried(self, session_id: str) -> bool:
        """Whether a scenario was played in the session faster than in real time."""
        rows = await self.run(
            "select exists (select from scenario_runs where session_id = :s and speed > 1)",
            s=session_id,
        )
        return bool(rows.scalar_one())

    async def content_of_run(self, run_id: str) -> bytes:
        rows = await self.run("select content from scenario_runs where id = :id", id=run_id)
        return bytes(rows.scalar_one())


def _people(row: Any) -> tuple[ScriptedPerson, ...]:
    return tuple(ScriptedPerson(name, Role(role)) for name, role in row.people)


def _scenario(row: Any) -> StoredScenario:
    return StoredScenario(**dict(row._mapping) | {"people": _people(row)})


def _run(row: Any) -> ScenarioRun:
    return ScenarioRun(
        **dict(row._mapping)
        | {"id": RunId(row.id), "state": RunState(row.state), "people": _people(row)}
    )
