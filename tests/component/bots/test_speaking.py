"""Spoken prompts: made into sound, said one after the other, and told of either way."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bots.domain.kind import Availability
from bots.domain.saying import CannotSpeak, Courtesy, Saying, Spoken
from bots.engines.opus import OpusDecoder
from bots.engines.sounds import opus_of
from bots.engines.speech import Espeak
from bots.service.speaking import Speaking, Throat
from bots.store import Store
from common.leases import Leases
from common.principal import Principal
from convene.bots.v1.events_pb2 import BotActionCompleted
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1 import session_pb2 as pb
from tests.support.crews import KEY, SESSION, NoSounds, Stage, migrated, staged
from tests.support.ear import listening
from tests.support.eventually import eventually
from tests.support.servers import MakeDatabase


class Mouth:
    """Keeps what is said; *broken* says that nothing can be."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []
        self.broken = False
        # It says on and on until this is set.
        self.free = asyncio.Event()
        self.free.set()

    async def speak(
        self,
        caller: Principal,
        saying: Saying,
        packets: Sequence[bytes],
        courtesy: Courtesy,
        stop: asyncio.Event,
    ) -> Spoken:
        if self.broken:
            raise CannotSpeak("the ear is gone")
        self.said.append((saying.text, len(packets)))
        await self.free.wait()
        return Spoken(len(packets) * 0.02, len(packets) * 0.02)


@pytest.fixture
async def stage(database: MakeDatabase) -> AsyncIterator[Stage]:
    copy = await database("bots", migrated)
    async with listening(KEY) as ear, staged(copy.app_url, ear) as stage:
        yield stage


@asynccontextmanager
async def voices(stage: Stage, mouth: Mouth, program: str = "espeak-ng") -> AsyncIterator[None]:
    """A replica that says what is to be said."""
    leases = Leases(stage.database, "voices")
    throat = Throat(Espeak(program), NoSounds(), mouth)
    speaking = Speaking(Store(stage.database), leases, throat, 5)
    running = asyncio.create_task(speaking.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def prompted(stage: Stage, prompt_id: str, text: str, voice: str = "prt_voice") -> None:
    kind = pb.PROMPT_KIND_SPOKEN if voice else pb.PROMPT_KIND_CHAT
    sent = session_facts.PromptSent(
        prompt=pb.Prompt(id=prompt_id, kind=kind, text=text),
        voice_participant_id=voice,
        ear_address="ear:1" if voice else "",
    )
    await stage.tell(sent)


async def until_told(stage: Stage, count: int) -> list[BotActionCompleted]:
    async def there() -> list[BotActionCompleted] | None:
        found = await stage.facts(BotActionCompleted)
        return found if len(found) == count else None

    found = await eventually(there)
    assert found is not None
    return found


async def test_spoken_prompts_are_said_in_order_and_told_of(stage: Stage) -> None:
    mouth = Mouth()
    await prompted(stage, "pmt_1", "We begin.")
    await prompted(stage, "pmt_2", "Only shown.", voice="")
    await prompted(stage, "pmt_3", "We begin in a moment, please take your seats.")

    async with voices(stage, mouth):
        told = await until_told(stage, 2)

    assert [(one.prompt_id, one.error) for one in told] == [("pmt_1", ""), ("pmt_3", "")]
    (first, short), (second, long) = mouth.said
    assert (first, second) == ("We begin.", "We begin in a moment, please take your seats.")
    assert 0 < short < long


async def test_what_cannot_be_said_is_told_with_the_reason(stage: Stage) -> None:
    mouth = Mouth()
    mouth.broken = True
    await prompted(stage, "pmt_1", "We begin.")

    async with voices(stage, mouth):
        (told,) = await until_told(stage, 1)

    assert (told.prompt_id, told.error) == ("pmt_1", "the ear is gone")


async def test_without_an_engine_it_says_how_to_get_one(stage: Stage) -> None:
    await prompted(stage, "pmt_1", "We begin.")

    async with voices(stage, Mouth(), "no-such-program"):
        (told,) = await until_told(stage, 1)

    assert "install espeak-ng" in told.error
    assert Espeak("no-such-program").readiness().availability is Availability.NOT_CONFIGURED


async def test_espeak_makes_packets_of_20_ms_that_are_loud() -> None:
    packets = opus_of(await Espeak("espeak-ng").sound("Good morning, everybody."))

    decoder = OpusDecoder()
    sound = b"".join(decoder.decode(packet) for packet in packets)

    assert 1 < len(packets) * 0.02 < 5
    assert len(sound) == len(packets) * 640
    assert max(sound) > 0


async def test_what_was_said_is_not_said_again(stage: Stage) -> None:
    mouth = Mouth()
    async with voices(stage, mouth):
        await prompted(stage, "pmt_1", "We begin.")
        await until_told(stage, 1)

    assert [text for text, _ in mouth.said] == ["We begin."]
    assert await Store(stage.database).next_saying(SESSION) is None


async def noted(stage: Stage) -> float | None:
    """How far the first saying has come, as far as is written down."""
    async with stage.database.begin_system() as connection:
        found = await connection.execute("select spoken_seconds from sayings order by position")
        first = found.first()
    return first.spoken_seconds if first else None


async def test_what_a_replica_was_saying_when_it_died_is_not_said_from_the_beginning_again(
    stage: Stage,
) -> None:
    mouth = Mouth()
    mouth.free.clear()
    await prompted(stage, "pmt_1", "We begin in a moment, please take your seats.")
    await prompted(stage, "pmt_2", "Now.")
    async with voices(stage, mouth):
        await eventually(lambda: noted(stage))
    so_far = await noted(stage)

    mouth.free.set()
    async with voices(stage, mouth):
        cut, whole = await until_told(stage, 2)

    assert [text for text, _ in mouth.said] == [
        "We begin in a moment, please take your seats.",
        "Now.",
    ]
    assert (cut.prompt_id, cut.spoken_seconds) == ("pmt_1", so_far)
    assert 0 < cut.spoken_seconds <= cut.total_seconds
    assert "the service that said it was restarted" in cut.error
    assert (whole.prompt_id, whole.error) == ("pmt_2", "")


async def test_what_had_not_begun_when_its_replica_died_is_said_by_the_next(stage: Stage) -> None:
    mouth = Mouth()
    await prompted(stage, "pmt_1", "We begin.")
    await prompted(stage, "pmt_2", "Now.")
    mouth.free.clear()
    async with voices(stage, mouth):
        await eventually(lambda: noted(stage))
    mouth.free.set()
    mouth.said.clear()

    async with voices(stage, mouth):
        await until_told(stage, 2)

    assert [text for text, _ in mouth.said] == ["Now."]
