"""What one replica notes of pauses and leaves holds at others, also of the last version."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from bots.service import crew
from bots.service.commands import Commands
from bots.service.nudges import Nudges
from bots.store import Store
from tests.component.bots.test_moments import Scene, counters
from tests.support.crews import MEETING, Replica, Stage, a_caller, equipped
from tests.support.eventually import eventually
from tests.support.tones import said


@pytest.fixture
def scene(stage: Stage, replica: Replica) -> Scene:
    return Scene(stage, replica)


async def last_version_writes(stage: Stage, *, paused: bool) -> None:
    """Have the transcriber's pause be written by a replica that knows no stretches."""
    async with stage.database.begin_system() as connection:
        changed = await connection.execute(
            text("update bots set paused = :paused where kind = 'transcriber'"), {"paused": paused}
        )
        assert changed.rowcount == 1


async def orders_told(stage: Stage) -> list[dict[str, Any]]:
    """What bots were told to do, in order, as the rows have it."""
    async with stage.database.begin_system() as connection:
        found = await connection.execute(
            text(
                "select cast(details as text) from happenings "
                "where what = 'COMMAND' order by position"
            )
        )
        return [json.loads(details) for details in found.scalars()]


async def test_what_is_said_after_a_replica_of_the_last_version_paused_a_bot_is_not_kept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "counter")
    await scene.begins("counter", "transcriber")
    await scene.stage.is_at(10, "ada", "bo")
    await last_version_writes(scene.stage, paused=True)
    await scene.is_said("ada", "alpha", at=12)
    await scene.finds("counter", "alpha")
    await scene.stage.is_at(20, "ada", "bo")
    await scene.resumes("transcriber")
    await scene.is_said("bo", "bravo", at=22)
    await scene.finds("counter", "alpha", "bravo")

    assert await scene.stage.transcript() == ["bravo"]


async def test_what_is_said_after_a_replica_of_the_last_version_resumed_a_bot_is_kept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "counter")
    await scene.begins("counter", "transcriber")
    await scene.stage.is_at(10, "ada", "bo")
    await scene.pauses("transcriber")
    await scene.is_said("ada", "alpha", at=12)
    await scene.finds("counter", "alpha")
    await last_version_writes(scene.stage, paused=False)
    await scene.is_said("bo", "bravo", at=22)
    await scene.finds("counter", "alpha", "bravo")

    assert await scene.stage.transcript() == ["bravo"]


async def test_who_leaves_goes_by_what_it_was_told_before_at_replicas_of_the_last_version_too(
    scene: Scene,
) -> None:
    await scene.begins("compliance")
    await scene.stage.is_at(10, "ada", "bo")
    await scene.replica.die()
    bot = await scene.bot("compliance")
    changes = {"language": "de"}
    await scene.replica.commands.give(a_caller(), MEETING, bot.id, "configure", changes)
    await scene.leaves("compliance")

    configured, left = await orders_told(scene.stage)
    assert left == {
        "bot_id": bot.id,
        "command_id": "",
        "verb": "leave",
        "paused": True,
        "config": configured["config"],
    }
    assert left["config"]["language"] == "de"
    assert "ada" in left["config"]["people"]


async def test_words_of_a_pause_are_not_shown_before_the_crews_replica_knows_of_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "TICK_SECONDS", 60.0)
    await scene.begins("transcriber")
    await scene.stage.is_at(10, "ada", "bo")
    # Its crew hears nothing of what is told by another replica.
    elsewhere = Commands(Store(scene.stage.database), Nudges(), equipped)
    await elsewhere.pause(a_caller(), MEETING, (await scene.bot("transcriber")).id)
    free = scene.replica.recogniser.held.setdefault("alpha", asyncio.Event())
    await scene.stage.ear.rest("ada", 12)
    await scene.stage.ear.say("ada", said("alpha")[:55])
    await eventually(lambda: scene.replica.recogniser.waiting)
    free.set()
    await eventually(lambda: not scene.replica.recogniser.waiting)
    await scene.stage.ear.say("ada", said("alpha")[55:])

    async def is_heard() -> bool:
        return await scene.kept("max(cursor_sample) from tracks") > 12 * 48_000

    await eventually(is_heard)
    assert scene.replica.recogniser.heard == ["alpha"]
    assert scene.replica.partials.shown == []
