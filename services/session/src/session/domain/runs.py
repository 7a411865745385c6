"""Runs of a sandbox scenario: armed for a meeting, played into its session."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from common.errors import InvalidInput, NotFound
from common.machine import advance
from session.domain.participants import Role

RunId = NewType("RunId", str)
LARGEST_SCENARIO_BYTES = 32 * 1024 * 1024


class RunState(Enum):
    ARMED = "ARMED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class RunAction(Enum):
    PLAY = "PLAY"
    FINISH = "FINISH"
    FAIL = "FAIL"


TRANSITIONS = {
    (RunState.ARMED, RunAction.PLAY): RunState.RUNNING,
    (RunState.ARMED, RunAction.FAIL): RunState.FAILED,
    (RunState.RUNNING, RunAction.FINISH): RunState.DONE,
    (RunState.RUNNING, RunAction.FAIL): RunState.FAILED,
}


class ScenarioNotFound(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"no scenario {name}; upload it first", scenario=name)


class ScenarioRunNotFound(NotFound):
    def __init__(self, run_id: str) -> None:
        super().__init__(f"no scenario run {run_id}", run_id=run_id)


class ScenarioTooLarge(InvalidInput):
    def __init__(self, size: int) -> None:
        super().__init__(
            f"the scenario has {size} bytes; upload at most {LARGEST_SCENARIO_BYTES}",
            field="content",
        )


class RealTimeOnly(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "only a scenario with engine: script runs at another speed; leave speed out",
            field="speed",
        )


@dataclass(frozen=True, slots=True)
class ScriptedPerson:
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class StoredScenario:
    """A kept scenario without its content."""

    name: str
    title: str
    # RECOGNISE or SCRIPT.
    engine: str
    people: tuple[ScriptedPerson, ...]
    duration_seconds: float
    create_time: datetime


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    id: RunId
    scenario: str
    people: tuple[ScriptedPerson, ...]
    meeting_id: str
    speed: float
    create_time: datetime
    session_id: str = ""
    state: RunState = RunState.ARMED
    reason: str = ""
    play_time: datetime | None = None

    def playing(self, session_id: str, now: datetime) -> "ScenarioRun":
        state = advance(TRANSITIONS, self.state, RunAction.PLAY)
        return replace(self, state=state, session_id=session_id, play_time=now)

    def finished(self) -> "ScenarioRun":
        return replace(self, state=advance(TRANSITIONS, self.state, RunAction.FINISH))

    def failed(self, reason: str) -> "ScenarioRun":
        return replace(self, state=advance(TRANSITIONS, self.state, RunAction.FAIL), reason=reason)

    def position_seconds(self, now: datetime) -> float:
        """How far into the scenario it is at *now*."""
        if self.play_time is None:
            return 0.0
        return (now - self.play_time).total_seconds() * self.speed
