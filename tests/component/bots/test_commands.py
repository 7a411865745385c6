"""What bots are told to do: a receipt at once, and later what became of it, in its place."""

from collections.abc import Mapping
from typing import Any

import pytest

from bots.domain.act import ActRefused
from bots.domain.bot import Bot, BotId
from bots.domain.command import BotGone, Command, CommandState, InvalidArgument, UnknownVerb
from bots.domain.kind import InvalidConfig
from bots.domain.reading import Do
from common.errors import DomainError
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.readers import counting, doing, found
from tests.support.speech import opus_packets
from tests.support.tones import pause, said

A_WHILE = opus_packets(pause(8.0))


class Caller:
    """Somebody who tells the session's only bot what to do."""

    def __init__(self, stage: Stage, replica: Replica) -> None:
        self._stage = stage
        self._replica = replica

    async def bot(self) -> Bot:
        (bot,), _ = await self._replica.bots.page(a_caller(), MEETING, 10, "")
        return bot

    async def gives(self, verb: str, arguments: Mapping[str, Any] | None = None) -> Command:
        bot = await self.bot()
        return await self._replica.commands.give(a_caller(), MEETING, bot.id, verb, arguments or {})

    async def settled(self, command: Command) -> Command:
        """The receipt once it says what became of *command*."""

        async def receipt() -> Command | None:
            page, _ = await self._replica.commands.page(a_caller(), MEETING, command.bot_id, 10, "")
            (one,) = [one for one in page if one.id == command.id]
            return one if one.state is not CommandState.ACCEPTED else None

        settled = await eventually(receipt)
        assert settled is not None
        return settled


@pytest.fixture
def caller(stage: Stage, replica: Replica) -> Caller:
    return Caller(stage, replica)


async def test_a_bot_goes_on_as_it_is_configured_from_then_on(stage: Stage, caller: Caller) -> None:
    await stage.begins("keywords", phrases=["alpha"])
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "bravo"))
    await eventually(lambda: found(stage, "keywords"))

    added = await caller.gives("add_phrase", {"phrase": "charlie"})
    assert added.state is CommandState.ACCEPTED
    assert (await caller.settled(added)).state is CommandState.APPLIED
    await stage.ear.say("ada", said("bravo", "charlie"))
    await eventually(lambda: _found(stage, "alpha", "charlie"))
    await caller.settled(await caller.gives("configure", {"phrases": ["delta"]}))
    await stage.ear.say("ada", said("alpha", "delta"))

    await eventually(lambda: _found(stage, "alpha", "charlie", "delta"))
    assert (await caller.bot()).config["phrases"] == ["delta"]
    told = await stage.facts(facts.BotActionCompleted)
    assert [one.verb for one in told] == ["add_phrase", "configure"]
    assert told[0].command_id == added.id


async def test_a_paused_bot_reads_nothing_of_what_is_said_and_goes_on_behind_it(
    stage: Stage, replica: Replica, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "counter")
    await stage.begins("counter")
    await stage.joins("ada")
    other = await replica.bots.attach(a_caller(), MEETING, "transcriber", {})
    bots, _ = await replica.bots.page(a_caller(), MEETING, 10, "")
    bot = next(one for one in bots if one.id != other.id)
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: found(stage, "counter"))
    await stage.is_at(10)
    assert (await replica.commands.pause(a_caller(), MEETING, bot.id)).paused
    await stage.ear.rest("ada", 15)
    await stage.ear.say("ada", said("bravo"))
    await eventually(lambda: _transcribed(stage, "alpha", "bravo"))
    await stage.is_at(20)
    assert not (await replica.commands.resume(a_caller(), MEETING, bot.id)).paused
    await stage.ear.rest("ada", 25)
    await stage.ear.say("ada", said("charlie"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    assert await found(stage, "counter") == ["alpha", "charlie"]
    assert await stage.facts(facts.BotDegraded) == []


async def test_what_is_said_while_the_transcriber_is_paused_is_not_in_the_transcript(
    stage: Stage, replica: Replica, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "counter")
    await stage.begins("counter", "transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: _transcribed(stage, "alpha"))
    bots, _ = await replica.bots.page(a_caller(), MEETING, 10, "")
    writer = next(bot for bot in bots if bot.kind == "transcriber")
    await stage.is_at(10)
    await replica.commands.pause(a_caller(), MEETING, writer.id)
    await stage.ear.rest("ada", 15)
    await stage.ear.say("ada", said("bravo"))
    await eventually(lambda: _counted(stage, "alpha", "bravo"))
    await stage.is_at(20)
    await replica.commands.resume(a_caller(), MEETING, writer.id)
    await stage.ear.rest("ada", 25)
    await stage.ear.say("ada", said("charlie"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    assert await stage.transcript() == ["alpha", "charlie"]


async def test_a_paused_bot_stays_paused_when_its_crew_is_taken_over(
    stage: Stage, replica: Replica, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "counter", "listener")
    await stage.begins("counter")
    await stage.joins("ada")
    await caller.settled(await caller.gives("pause"))
    await replica.bots.attach(a_caller(), MEETING, "listener", {})
    await replica.die()
    stage.new_replica("second").start()
    await stage.expire_leases()
    await stage.ear.say("ada", said("alpha"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    assert (await found(stage, "counter"), await found(stage, "listener")) == ([], ["alpha"])


async def test_what_was_said_while_nobody_listened_is_heard_by_no_bot_that_comes_later(
    stage: Stage, replica: Replica, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "late")
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: _transcribed(stage, "alpha"))
    await caller.gives("pause")
    await replica.die()
    await stage.ear.say("ada", [*said("bravo"), *A_WHILE])
    await stage.joined_ago(seconds=4.5)
    await replica.bots.attach(a_caller(), MEETING, "late", {})
    await stage.ear.say("ada", said("charlie"))
    await stage.ear.end("ada")
    stage.new_replica("second").start()
    await stage.expire_leases()
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    assert await found(stage, "late") == ["charlie"]


async def test_a_bot_answers_what_its_kind_can_be_asked(
    stage: Stage, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    doing(monkeypatch, "doer")
    await stage.begins("doer")
    await stage.joins("ada")

    asked = await caller.settled(await caller.gives("how_many"))
    refused = await caller.settled(await caller.gives("how_many", {"of": "lies"}))

    assert (asked.state, asked.answer) == (CommandState.APPLIED, {"count": 0})
    assert (refused.state, refused.reason) == (CommandState.REFUSED, "nobody counts lies")


async def test_a_bot_says_what_it_is_told_to_say_or_why_it_cannot(
    stage: Stage, replica: Replica, caller: Caller
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")

    spoken = await caller.settled(await caller.gives("say", {"text": "hello"}))
    replica.hands.failures = [ActRefused("the session is held")]
    unsaid = await caller.settled(await caller.gives("say", {"text": "hello again"}))

    (act,) = replica.hands.done
    assert (act.do, act.arguments) == (Do.PROMPT, {"kind": "SPOKEN", "text": "hello"})
    assert spoken.state is CommandState.APPLIED
    assert (unsaid.state, unsaid.reason) == (
        CommandState.REFUSED,
        "ACT_REFUSED: the session is held",
    )


async def test_a_transcriber_takes_on_another_language_at_once(
    stage: Stage, caller: Caller
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")

    command = await caller.gives("set_language", {"language": "pt-BR"})

    assert command.state is CommandState.APPLIED
    assert (await caller.bot()).config["language"] == "pt"


@pytest.mark.parametrize(
    ("verb", "arguments", "error", "field"),
    [
        ("dance", {}, UnknownVerb, "verb"),
        ("configure", {"phrases": 1.0}, InvalidConfig, "config.phrases"),
        ("add_phrase", {}, InvalidArgument, "arguments.phrase"),
        ("add_phrase", {"phrase": "..."}, InvalidArgument, "arguments.phrase"),
        ("set_language", {"language": "klingon"}, InvalidArgument, "arguments.language"),
        ("set_language", {"language": "en_GB"}, InvalidArgument, "arguments.language"),
        ("add_phrase", {"phrase": "x", "loud": True}, InvalidArgument, "arguments.loud"),
        ("say", {"text": ""}, InvalidArgument, "arguments.text"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_leaves_no_receipt(
    stage: Stage,
    caller: Caller,
    verb: str,
    arguments: Mapping[str, Any],
    error: type[DomainError],
    field: str,
) -> None:
    await stage.begins("keywords", phrases=["alpha"])

    with pytest.raises(error) as refused:
        await caller.gives(verb, arguments)

    assert refused.value.field == field
    assert await stage.kept("commands") == 0


async def test_a_bot_that_has_left_takes_no_commands(
    stage: Stage, replica: Replica, caller: Caller
) -> None:
    await stage.begins("keywords")
    bot = await caller.bot()
    await replica.bots.leave(a_caller(), MEETING, bot.id)
    await eventually(lambda: stage.facts(facts.BotLeft))

    with pytest.raises(BotGone):
        await replica.commands.give(a_caller(), MEETING, BotId(bot.id), "pause", {})


async def test_what_a_bot_was_told_that_leaves_before_it_came_is_refused(
    stage: Stage, caller: Caller, replica: Replica
) -> None:
    await replica.stop()
    await stage.begins("keywords", phrases=["alpha"])
    told = await caller.gives("add_phrase", {"phrase": "bravo"})
    await replica.bots.leave(a_caller(), MEETING, told.bot_id)

    receipt = await caller.settled(told)
    assert (receipt.state, receipt.reason) == (CommandState.REFUSED, "the bot is DONE")


async def _found(stage: Stage, *words: str) -> bool:
    return list(dict.fromkeys(await found(stage, "keywords"))) == list(words)


async def _counted(stage: Stage, *words: str) -> bool:
    return await found(stage, "counter") == list(words)


async def _transcribed(stage: Stage, *words: str) -> bool:
    return await stage.transcript() == list(words)
