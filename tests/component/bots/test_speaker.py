"""A bot that speaks: heard in a real room, cut off by who speaks over it or by a word to stop."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from grpc import aio

from bots.clients import EarClient
from bots.domain.act import ActRefused
from bots.domain.bot import Bot
from bots.domain.command import BotPaused, Command, CommandState, InvalidArgument, SpeaksTooMuch
from bots.domain.reading import Do
from bots.domain.saying import CannotSpeak
from bots.engines.speech import Espeak
from bots.service import ledger, speeches
from bots.service.speaking import Speaking, Throat
from bots.store import Store
from common import rpc
from common.errors import DomainError
from common.leases import Leases
from convene.bots.v1 import events_pb2 as facts
from convene.session.v1 import ear_pb2
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1 import session_pb2 as pb
from session.domain.prompts import voice_of
from session.domain.sessions import SessionId
from session.media.node import hearing
from tests.support.crews import MEETING, SESSION, Replica, Stage, a_caller
from tests.support.ear_node import Ear, FakeSessions, ear_settings, packets, served_sessions
from tests.support.eventually import eventually
from tests.support.scenarios import a_person, a_script, a_tone, a_zip
from tests.support.services import KEY
from tests.support.speech import people_of, wav_of

VOICE = voice_of(SessionId(SESSION)).id
LONG = "This is a rather long text, which takes quite some time until all of it has been said. " * 3


class Shelf:
    """Sounds by their address."""

    def __init__(self) -> None:
        self.sounds = {"https://sounds.example/gong.wav": a_tone(0.5)}

    async def fetch(self, url: str) -> bytes:
        if url not in self.sounds:
            raise CannotSpeak("no sound to play: status 404")
        return self.sounds[url]


class Room:
    """A real ear with a room, and a session that does what the bot's prompts ask."""

    def __init__(self, stage: Stage, replica: Replica, ear: Ear, address: str) -> None:
        self.stage = stage
        self.replica = replica
        self.ear = ear
        self.address = address
        self._prompted = 0

    async def prompt(self) -> None:
        """Turn what the bot has asked for into prompts, as the session service does."""
        while True:
            for act in self.replica.hands.done[self._prompted :]:
                assert act.do is Do.PROMPT
                self._prompted += 1
                sent = session_facts.PromptSent(
                    prompt=pb.Prompt(
                        id=f"pmt_{self._prompted}",
                        kind=pb.PROMPT_KIND_SPOKEN,
                        text=act.arguments["text"],
                    ),
                    voice_participant_id=VOICE,
                    ear_address=self.address,
                    reference=act.arguments["reference"],
                )
                await self.stage.tell(sent)
            await asyncio.sleep(0.02)

    async def bot(self) -> Bot:
        (bot,), _ = await self.replica.bots.page(a_caller(), MEETING, 10, "")
        return bot

    async def tell(self, verb: str, arguments: Mapping[str, Any] | None = None) -> Command:
        bot = await self.bot()
        return await self.replica.commands.give(a_caller(), MEETING, bot.id, verb, arguments or {})

    async def receipts(self) -> list[Command]:
        """What the bot was told, in that order."""
        bot = await self.bot()
        page, _ = await self.replica.commands.page(a_caller(), MEETING, bot.id, 50, "")
        return sorted(page, key=lambda command: command.create_time)

    async def settled(self, count: int) -> list[Command]:
        async def all_are() -> list[Command]:
            found = await self.receipts()
            return found if len(found) == count and not any(one.is_open for one in found) else []

        return await eventually(all_are)

    async def is_heard(self) -> bool:
        """Whether the voice says something in the room."""
        roster = await self.ear.roster()
        return any(one.participant_id == VOICE for one in roster.connections)

    async def said_seconds(self) -> float:
        """How much of the voice is on its track."""
        await self.ear.close_voice(VOICE)
        return len(packets(await self.ear.listen(VOICE))) * 0.02


@pytest.fixture
async def room(stage: Stage, replica: Replica, tmp_path: Path) -> AsyncIterator[Room]:
    async with (
        served_sessions(FakeSessions()) as sessions,  # type: ignore[abstract]
        hearing(ear_settings(tmp_path, sessions)) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        AsyncExitStack() as channels,
    ):
        ears = EarClient(rpc.Caller(KEY, "bots"), channels)
        throat = Throat(Espeak("espeak-ng"), Shelf(), ears)
        speaking = Speaking(Store(stage.database), Leases(stage.database, "voices"), throat, 5)
        room = Room(stage, replica, Ear(channel), f"127.0.0.1:{port}")
        await room.ear.open_room()
        running = [asyncio.create_task(speaking.run()), asyncio.create_task(room.prompt())]
        yield room
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_what_it_says_is_heard_in_the_room_to_its_end_and_is_no_persons(room: Room) -> None:
    await room.stage.begins("speaker", greeting="Welcome, everybody.")
    await room.stage.joins("ada")
    await eventually(room.is_heard)
    await room.tell("say", {"text": "Bienvenidos a todos.", "language": "es-MX"})
    (said,) = await room.settled(1)

    assert said.state is CommandState.APPLIED
    assert said.answer["spoken_seconds"] == pytest.approx(said.answer["total_seconds"])
    greeting, told = await _told(room, 2)
    assert (greeting.verb, greeting.error, told.command_id) == ("say", "", said.id)
    assert greeting.prompt_id
    assert told.spoken_seconds == pytest.approx(said.answer["spoken_seconds"])
    both = greeting.spoken_seconds + told.spoken_seconds
    assert await room.said_seconds() == pytest.approx(both)
    assert VOICE not in await room.ear.talk()


async def test_it_greets_once_however_often_its_crew_is_taken_over(room: Room) -> None:
    room.replica.hands.free.clear()
    await room.stage.begins("speaker", greeting="Welcome.")
    await eventually(lambda: room.stage.facts(facts.BotJoined))
    await room.replica.die()
    second = room.stage.new_replica("second")
    second.start()
    await room.stage.expire_leases()

    await eventually(lambda: _acts(second, 1))
    await room.stage.ends()
    await eventually(lambda: room.stage.facts(facts.CrewFlushed))
    assert [act.arguments["text"] for act in second.hands.done] == ["Welcome."]


async def test_who_speaks_over_it_cuts_it_off_and_the_receipt_says_where(room: Room) -> None:
    await room.stage.begins("speaker", interruptible={"after_milliseconds": 300, "roles": []})
    await room.stage.joins("prt_Ada")
    await room.ear.perform(_speaking("Ada"))
    await room.tell("say", {"text": LONG * 2})

    (said,) = await room.settled(1)

    assert said.state is CommandState.INTERRUPTED
    spoken, total = said.answer["spoken_seconds"], said.answer["total_seconds"]
    assert 0 < spoken < total
    assert said.answer["interrupted_by"] == "prt_Ada"
    assert said.reason == f"interrupted after {spoken:.1f} of {total:.1f} s: prt_Ada spoke"
    (told,) = await _told(room, 1)
    assert (told.interrupted_by, told.spoken_seconds) == ("prt_Ada", spoken)
    assert await room.said_seconds() == pytest.approx(spoken)


@pytest.mark.parametrize("interruptible", [False, {"roles": ["OBSERVER"]}])
async def test_those_who_may_not_interrupt_are_spoken_over(
    room: Room, interruptible: object
) -> None:
    await room.stage.begins("speaker", interruptible=interruptible)
    await room.stage.joins("prt_Ada")
    await room.ear.perform(_speaking("Ada"))
    await eventually(lambda: _speaks(room.ear, "prt_Ada"))
    await room.tell("say", {"text": LONG[:87]})

    (said,) = await room.settled(1)
    assert said.state is CommandState.APPLIED


async def test_a_word_to_stop_ends_what_is_said_and_forgets_what_waits(room: Room) -> None:
    await room.stage.begins("speaker")
    await room.tell("say", {"text": LONG})
    await room.tell("say", {"text": "And another thing."})
    await eventually(room.is_heard)
    await room.tell("stop")

    first, second, stop = await room.settled(3)

    assert [one.state for one in (first, second, stop)] == [
        CommandState.INTERRUPTED,
        CommandState.INTERRUPTED,
        CommandState.APPLIED,
    ]
    assert 0 < first.answer["spoken_seconds"] < first.answer["total_seconds"]
    assert second.answer["spoken_seconds"] == 0
    assert await room.said_seconds() == pytest.approx(first.answer["spoken_seconds"])


async def test_what_interrupts_is_said_at_once(room: Room) -> None:
    await room.stage.begins("speaker")
    await room.tell("say", {"text": LONG})
    await eventually(room.is_heard)
    await room.tell("say", {"text": "Stop, please.", "interrupt": True})

    first, second = await room.settled(2)
    assert (first.state, second.state) == (CommandState.INTERRUPTED, CommandState.APPLIED)


async def test_a_sound_is_played_or_refused_with_the_reason(room: Room) -> None:
    await room.stage.begins("speaker")
    await room.tell("play", {"url": "https://sounds.example/gong.wav?loud=1"})
    await room.tell("play", {"url": "https://sounds.example/gong.wav"})

    missing, played = await room.settled(2)

    assert (missing.state, missing.reason) == (
        CommandState.REFUSED,
        "no sound to play: status 404",
    )
    assert played.state is CommandState.APPLIED
    assert played.answer["total_seconds"] == pytest.approx(0.5, abs=0.05)
    assert room.replica.hands.done[0].arguments["text"] == "♪ gong.wav"


async def test_what_the_session_refuses_is_refused(room: Room) -> None:
    room.replica.hands.failures = [ActRefused("the voice was removed")]
    await room.stage.begins("speaker")
    await room.tell("say", {"text": "hello"})

    (said,) = await room.settled(1)
    assert (said.state, said.reason) == (
        CommandState.REFUSED,
        "ACT_REFUSED: the voice was removed",
    )


async def test_what_the_session_takes_and_then_does_not_say_is_refused(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SAID_WITHIN", timedelta(seconds=0.2))
    await stage.begins("speaker")
    (bot,), _ = await replica.bots.page(a_caller(), MEETING, 10, "")

    await replica.commands.give(a_caller(), MEETING, bot.id, "say", {"text": "hello"})

    (told,) = await eventually(lambda: stage.facts(facts.BotActionCompleted))
    assert told.error == ledger.UNSAID


async def test_a_paused_speaker_is_silent_until_it_is_resumed(room: Room) -> None:
    await room.stage.begins("speaker")
    await room.tell("say", {"text": LONG})
    await eventually(room.is_heard)
    await room.tell("pause")

    with pytest.raises(BotPaused):
        await room.tell("say", {"text": "hello"})
    await room.tell("resume")
    await room.tell("say", {"text": "hello"})

    cut_off, _, _, said = await room.settled(4)
    assert (cut_off.state, said.state) == (CommandState.INTERRUPTED, CommandState.APPLIED)


async def test_a_speaker_that_leaves_falls_silent(room: Room) -> None:
    await room.stage.begins("speaker")
    await room.tell("say", {"text": LONG})
    await eventually(room.is_heard)
    await room.replica.bots.leave(a_caller(), MEETING, (await room.bot()).id)

    (said,) = await room.settled(1)
    assert (said.state, said.reason) == (CommandState.REFUSED, "the bot is DONE")
    told = await _told(room, 2)
    assert told[-1].spoken_seconds < told[-1].total_seconds


async def test_so_much_waits_and_no_more(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speeches, "MOST_WAITING", 2)
    room.replica.hands.free.clear()
    await room.stage.begins("speaker")
    await room.tell("say", {"text": "one"})
    await room.tell("say", {"text": "two"})

    with pytest.raises(SpeaksTooMuch) as refused:
        await room.tell("say", {"text": "three"})

    assert refused.value.retry_after
    assert len(await room.receipts()) == 2


@pytest.mark.parametrize(
    ("verb", "arguments", "field"),
    [
        ("say", {"text": ""}, "arguments.text"),
        ("say", {"text": "hello", "loud": True}, "arguments.loud"),
        ("say", {"text": "hello", "language": "english"}, "arguments.language"),
        ("say", {"text": "hello", "interrupt": "yes"}, "arguments.interrupt"),
        ("play", {}, "arguments.url"),
        ("play", {"url": "x" * 2001}, "arguments.url"),
        ("stop", {"now": True}, "arguments.now"),
    ],
)
async def test_what_cannot_be_said_is_refused_and_leaves_no_receipt(
    room: Room, verb: str, arguments: Mapping[str, Any], field: str
) -> None:
    await room.stage.begins("speaker")

    with pytest.raises(DomainError) as refused:
        await room.tell(verb, arguments)

    assert isinstance(refused.value, InvalidArgument)
    assert refused.value.field == field
    assert await room.receipts() == []


async def _told(room: Room, count: int) -> list[facts.BotActionCompleted]:
    async def there() -> list[facts.BotActionCompleted]:
        found = await room.stage.facts(facts.BotActionCompleted)
        return found if len(found) >= count else []

    return await eventually(there)


async def _acts(replica: Replica, count: int) -> bool:
    return len(replica.hands.done) == count


async def _speaks(ear: Ear, participant_id: str) -> bool:
    talk: Mapping[str, ear_pb2.Talk] = await ear.talk()
    return participant_id in talk and talk[participant_id].speaking_seconds > 0.5


def _speaking(name: str) -> bytes:
    """A scenario in which somebody speaks from a second on."""
    clip = wav_of(people_of("kick-off")["Ada"][0].pcm)
    says = [{"at": "1s", "audio": "clip.wav"}, {"at": "12s", "audio": "clip.wav"}]
    return a_zip(a_script(a_person(name=name, says=says, leaves="40s")), clip=clip)
