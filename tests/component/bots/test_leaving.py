"""A bot that leaves while its session goes on makes something of what it read, once and in time."""

from datetime import timedelta

import pytest

from bots.domain.bot import Bot
from bots.domain.reading import What
from bots.service import crew
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.readers import counting, found
from tests.support.tones import said


async def speaks(stage: Stage, *words: str) -> None:
    await stage.joins("ada")
    await stage.ear.say("ada", said(*words))


async def the_bot(replica: Replica, kind: str) -> Bot:
    bots, _ = await replica.bots.page(a_caller(), MEETING, 10, "")
    return next(one for one in bots if one.kind == kind)


async def leaves(stage: Stage, replica: Replica, kind: str) -> None:
    """Have the bot of this *kind* leave, and wait until it has."""
    bot = await the_bot(replica, kind)
    await replica.bots.leave(a_caller(), MEETING, bot.id)
    await eventually(lambda: stage.facts(facts.BotLeft))


async def has_found(stage: Stage, kind: str, words: list[str]) -> bool:
    return await found(stage, kind) == words


async def has_heard(stage: Stage, count: int) -> bool:
    return len(await stage.transcript()) == count


async def test_a_bot_that_leaves_early_is_told_so_last_and_alone(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver, stayer = counting(monkeypatch, "leaver", "stayer")
    leaver.sums_up = True
    await stage.begins("transcriber", "leaver", "stayer")
    await speaks(stage, "alpha", "bravo")
    await eventually(lambda: has_found(stage, "leaver", ["alpha", "bravo"]))
    await leaves(stage, replica, "leaver")
    await stage.ear.say("ada", said("charlie"))
    await eventually(lambda: has_found(stage, "stayer", ["alpha", "bravo", "charlie"]))

    assert await found(stage, "leaver") == ["alpha", "bravo", "2"]
    assert (leaver.closings, stayer.closings) == (1, 0)
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))
    assert (leaver.closings, stayer.closings) == (1, 1)


async def test_a_bot_that_alone_wants_words_leaves_when_what_was_said_is_read(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (leaver,) = counting(monkeypatch, "leaver")
    leaver.sums_up = True
    replica.recogniser.free.clear()
    await stage.begins("leaver")
    await speaks(stage, "alpha")
    await eventually(lambda: replica.recogniser.waiting)
    bot = await the_bot(replica, "leaver")
    await stage.is_at(10, "ada")
    await replica.bots.leave(a_caller(), MEETING, bot.id)
    await stage.ear.rest("ada", 20)
    replica.recogniser.free.set()
    await eventually(lambda: stage.facts(facts.BotLeft))

    assert await found(stage, "leaver") == ["alpha", "1"]


async def test_a_paused_bot_that_leaves_still_makes_something_of_what_it_read(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (leaver,) = counting(monkeypatch, "leaver")
    leaver.sums_up = True
    await stage.begins("transcriber", "leaver")
    await speaks(stage, "alpha")
    await eventually(lambda: has_found(stage, "leaver", ["alpha"]))
    bot = await the_bot(replica, "leaver")
    await replica.commands.pause(a_caller(), MEETING, bot.id)
    await leaves(stage, replica, "leaver")

    assert await found(stage, "leaver") == ["alpha", "1"]


async def test_a_bot_that_is_killed_as_it_leaves_finishes_once_at_the_next_replica(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (leaver,) = counting(monkeypatch, "leaver")
    leaver.sums_up, leaver.hold_at = True, What.CLOSING
    await stage.begins("transcriber", "leaver")
    await speaks(stage, "alpha")
    await eventually(lambda: has_found(stage, "leaver", ["alpha"]))
    bot = await the_bot(replica, "leaver")
    await replica.bots.leave(a_caller(), MEETING, bot.id)
    await eventually(lambda: leaver.closings == 1)
    await replica.die()
    leaver.free.set()
    await stage.ear.say("ada", said("bravo"))
    stage.new_replica("second").start()
    await stage.expire_leases()
    await eventually(lambda: stage.facts(facts.BotLeft))
    await eventually(lambda: has_heard(stage, 2))

    assert await found(stage, "leaver") == ["alpha", "1"]
    assert leaver.words == ["alpha"]
    assert await stage.facts(facts.BotDegraded) == []


async def test_a_bot_that_does_not_finish_leaves_all_the_same_and_is_told_of(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "LEAVE_WITHIN", timedelta(seconds=0.3))
    (slow,) = counting(monkeypatch, "slow")
    slow.free.clear()
    await stage.begins("transcriber", "slow")
    await speaks(stage, "alpha")
    await eventually(lambda: has_heard(stage, 1))
    await leaves(stage, replica, "slow")

    (degraded,) = await stage.facts(facts.BotDegraded)
    assert degraded.reason == "it left before it had read everything"
