"""Scenarios of the sandbox: kept, armed for a meeting, watched."""

import asyncio
from collections.abc import Sequence

from common import pages
from common.idempotency import current_key
from common.ids import derived_id, new_id
from common.principal import Principal, as_system
from session.clients import SchedulerClient
from session.domain.cues import length_seconds
from session.domain.participants import Role
from session.domain.runs import (
    LARGEST_SCENARIO_BYTES,
    RealTimeOnly,
    RunId,
    ScenarioRun,
    ScenarioTooLarge,
    ScriptedPerson,
    StoredScenario,
)
from session.domain.scenarios import parse
from session.service.lists import cut, text_after
from session.store import Store

SCRIPT = "SCRIPT"


class Scenarios:
    def __init__(self, store: Store, scheduler: SchedulerClient) -> None:
        self._store = store
        self._scheduler = scheduler

    async def put(self, caller: Principal, name: str, content: bytes) -> StoredScenario:
        """Keep a scenario under *name*, over an earlier one; raises what its zip is refused for."""
        if len(content) > LARGEST_SCENARIO_BYTES:
            raise ScenarioTooLarge(len(content))
        # Decoding its audio takes too long for the loop that serves everybody.
        written = await asyncio.to_thread(parse, content)
        people = tuple(ScriptedPerson(one.name, Role(one.role.upper())) for one in written.people)
        async with self._store.begin(caller) as tx:
            scenario = StoredScenario(
                name=name,
                title=written.title or name,
                engine=written.engine.upper(),
                people=people,
                duration_seconds=length_seconds(written),
                create_time=tx.now,
            )
            await tx.put_scenario(scenario, content)
            return scenario

    async def list(
        self, caller: Principal, page_size: int, page_token: str
    ) -> tuple[Sequence[StoredScenario], str]:
        """The scenarios of the workspace, by name."""
        size, after = pages.page_size(page_size), text_after(page_token)
        async with self._store.begin(caller) as tx:
            found = await tx.scenarios(size + 1, after)
        return cut(found, size, lambda one: one.name)

    async def run(self, caller: Principal, name: str, meeting_id: str, speed: float) -> ScenarioRun:
        """Arm a run for a meeting, or for a new one that is started for it."""
        async with self._store.begin(caller) as tx:
            scenario = await tx.scenario(name)
        if speed not in (0, 1) and scenario.engine != SCRIPT:
            raise RealTimeOnly
        run_id = _run_id(caller)
        suite = as_system(caller, "session")
        if meeting_id:
            await self._scheduler.check_meeting(suite, meeting_id)
        else:
            meeting_id = await self._scheduler.start_meeting(suite, scenario.title, run_id)
        async with self._store.begin(caller) as tx:
            run = ScenarioRun(
                id=run_id,
                scenario=name,
                people=scenario.people,
                meeting_id=meeting_id,
                speed=speed or 1.0,
                create_time=tx.now,
            )
            await tx.add_run(run)
            return run

    async def find_run(self, caller: Principal, run_id: str) -> ScenarioRun:
        """How a run stands; raises ``ScenarioRunNotFound``."""
        async with self._store.begin(caller) as tx:
            return await tx.run_of(run_id)


def _run_id(caller: Principal) -> RunId:
    """The same id for a retried call, so that it neither starts nor arms anything twice."""
    key = current_key()
    if key:
        return RunId(derived_id("opn_ses", caller.workspace_id, caller.id, key))
    return RunId(new_id("opn_ses"))
