"""Keywords in a session: told while they are said, confirmed or withdrawn by the final words."""

from dataclasses import dataclass

import pytest

from bots.domain.crew import Track
from bots.domain.reading import Engines, Reader, Reading, Said
from bots.domain.transcript import Segment, scripted
from bots.kinds.keywords import Keywords
from bots.service.ledger import Ledger
from bots.service.notebook import Notebook
from bots.store import CREW, Store
from common.leases import LeaseLost, Leases
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import SESSION, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.readers import insights
from tests.support.speech import opus_packets
from tests.support.tones import pause, said, tone

PROVISIONAL, CONFIRMED, WITHDRAWN = (
    pb.INSIGHT_STATE_PROVISIONAL, pb.INSIGHT_STATE_CONFIRMED, pb.INSIGHT_STATE_WITHDRAWN,
)  # fmt: skip


async def test_a_keyword_is_told_while_somebody_still_speaks_and_confirmed_afterwards(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("keywords", phrases=["alpha"])
    await stage.joins("ada", offset=5.0)
    await stage.ear.say("ada", opus_packets(pause(0.5) + tone("alpha", 3.0)))
    (first,) = await eventually(lambda: insights(stage))
    assert await stage.kept("segments") == 0
    await stage.ear.say("ada", opus_packets(pause(2.0)))
    await eventually(lambda: _count(stage, 2))

    provisional, confirmed = await insights(stage)
    assert first == provisional
    assert (provisional.state, confirmed.state) == (PROVISIONAL, CONFIRMED)
    assert (provisional.sequence, confirmed.sequence) == (1, 2)
    assert provisional.id == confirmed.id
    assert len(await stage.facts(facts.KeywordDetected)) == 2
    assert confirmed.speaker.name == "Ada"
    assert 5.0 < confirmed.start_seconds < confirmed.end_seconds < 9.0


async def test_only_what_is_listened_for_is_told(stage: Stage, replica: Replica) -> None:
    await stage.begins("keywords", phrases=["bravo"])
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "bravo", "charlie"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    assert {one.text for one in await insights(stage)} == {"bravo"}


@dataclass
class Bot:
    """A keywords bot that reads what a test gives it."""

    ledger: Ledger
    notebook: Notebook
    reader: Reader
    track: Track

    async def sees(self, text: str, at: float = 0.0) -> None:
        """Let it see words that are still being said."""
        said = Said(self._segment(text, at), final=False)
        reading = await self.reader.read(said, self.reader.state, self.notebook.now)
        await self.notebook.write_provisional(said, reading)

    async def hears(self, text: str, at: float = 0.0) -> None:
        """Let it read the same words once they are final."""
        segment = self._segment(text, at)
        await self.ledger.commit(self.track, int((at + 2) * 48_000), segment)
        for entry in await self.notebook.unread():
            state = self.notebook.place.state or self.reader.state
            reading = await self.reader.read(entry.event, state, self.notebook.now)
            await self.notebook.write(entry, reading)

    def _segment(self, text: str, at: float) -> Segment:
        return scripted(self.track, (int(at * 48_000), int((at + 2) * 48_000)), text)


async def a_bot(stage: Stage) -> Bot:
    await stage.begins("keywords", phrases=["off the record"])
    lease = await Leases(stage.database, "first").acquire(CREW + SESSION)
    store = Store(stage.database)
    crew = await store.crew(SESSION)
    assert lease is not None
    assert crew is not None
    ledger = Ledger(store, a_caller(), crew, lease)
    standing = await ledger.standing()
    (place,) = await ledger.places()
    notebook = Notebook(ledger, standing.bots[0], place, standing.now)
    reader = Keywords().reader(place.config, Engines())
    return Bot(ledger, notebook, reader, Track(SESSION, "ada", 1, "Ada", "", 0.0))


async def states(stage: Stage) -> list[pb.InsightState]:
    return [insight.state for insight in await insights(stage)]


async def test_a_keyword_that_the_final_words_do_not_have_is_withdrawn(stage: Stage) -> None:
    bot = await a_bot(stage)

    await bot.sees("this is off the record")
    await bot.hears("this is off the recorder")

    assert await states(stage) == [PROVISIONAL, WITHDRAWN]
    (withdrawn,) = await stage.facts(facts.InsightWithdrawn)
    assert withdrawn.insight.text == "off the record"


async def test_a_keyword_in_words_that_came_to_nothing_is_withdrawn_by_the_next_ones(
    stage: Stage,
) -> None:
    bot = await a_bot(stage)

    await bot.sees("off the record", at=0.0)
    await bot.hears("something else", at=5.0)

    assert await states(stage) == [PROVISIONAL, WITHDRAWN]


async def test_a_keyword_that_nothing_follows_is_withdrawn_when_the_session_ends(
    stage: Stage,
) -> None:
    bot = await a_bot(stage)
    await stage.joins("ada")
    await bot.sees("off the record")
    await stage.ends()

    await bot.ledger.flush([])

    assert await states(stage) == [PROVISIONAL, WITHDRAWN]
    assert (await stage.told())[-2:] == ["BotLeft", "CrewFlushed"]


async def test_a_keyword_is_told_of_once_however_often_the_words_are_seen(stage: Stage) -> None:
    bot = await a_bot(stage)

    await bot.sees("off the record")
    await bot.sees("off the record please")
    await bot.hears("off the record please")
    await bot.sees("off the record please")

    assert await states(stage) == [PROVISIONAL, CONFIRMED]


async def test_words_that_are_seen_after_they_are_final_tell_nothing(stage: Stage) -> None:
    bot = await a_bot(stage)

    await bot.hears("off we go")
    await bot.sees("off the record")

    assert await states(stage) == []


async def test_a_keyword_that_another_person_says_at_the_same_time_stays(stage: Stage) -> None:
    bot = await a_bot(stage)
    await bot.sees("off the record")

    bot.track = Track(SESSION, "bo", 1, "Bo", "", 0.0)
    await bot.hears("hello there", at=5.0)

    assert await states(stage) == [PROVISIONAL]


async def test_a_bot_that_was_taken_over_writes_nothing(stage: Stage) -> None:
    bot = await a_bot(stage)
    await bot.hears("hello")
    await stage.expire_leases()
    await Leases(stage.database, "second").acquire(CREW + SESSION)

    with pytest.raises(LeaseLost):
        await bot.sees("off the record")

    assert await states(stage) == []


async def test_two_readers_of_one_bot_cannot_both_go_on(stage: Stage) -> None:
    bot = await a_bot(stage)
    stale = Notebook(bot.ledger, bot.notebook.bot, bot.notebook.place, bot.notebook.now)
    await bot.hears("hello")
    (entry,) = await stale.unread()

    with pytest.raises(LeaseLost):
        await stale.write(entry, Reading({}))


async def _count(stage: Stage, count: int) -> bool:
    return len(await insights(stage)) == count
