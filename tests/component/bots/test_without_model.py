"""Where no language model may be given what is said none is: by bot, or by a meeting's policy."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bots.domain.bot import Bot
from bots.domain.kind import InvalidConfig
from bots.domain.reading import Engines
from bots.engines.llm_translation import LlmTranslation
from bots.engines.meanings import WordMeanings
from bots.engines.model_moods import ModelMoods
from common.llm import Answer, LlmAway
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import events_pb2 as facts
from convene.common.v1.meeting_pb2 import Policy
from tests.support import crews
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.moods import WrittenMoods
from tests.support.phrasebook import Phrasebook
from tests.support.readers import insights
from tests.support.tones import said

ASKERS = {"notetaker": {}, "sentiment": {}, "translator": {"languages": ["es"]}}
OFF = {"language_model": False}


class Witness:
    """A language model that answers nothing and notes what it was given."""

    model = "witness"

    def __init__(self) -> None:
        self.given: list[Mapping[str, Any]] = []

    async def write(
        self,
        instruction: str,
        material: Mapping[str, Any],
        shape: type[Answer],
        *,
        seconds: float | None = None,
    ) -> Answer:
        self.given.append(material)
        raise LlmAway("it only watches")


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    """The language model of every replica, for all that one can do."""
    witness = Witness()
    engines = Engines(
        moods=ModelMoods(witness),
        plain_moods=WrittenMoods(),
        meanings=WordMeanings(),
        translations=[LlmTranslation(witness), Phrasebook()],
        llm=witness,
    )
    monkeypatch.setattr(crews, "ENGINES", engines)
    return witness


async def hears_all(stage: Stage) -> Sequence[pb.Insight]:
    """What was found in a session that is over."""
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))
    return await insights(stage)


async def present(replica: Replica) -> Sequence[Bot]:
    return (await replica.bots.page(a_caller(), MEETING, 10, ""))[0]


@pytest.mark.parametrize("by", ["policy", "bot"])
async def test_what_is_said_is_read_without_a_model_and_says_by_what(
    stage: Stage, witness: Witness, by: str
) -> None:
    replica = stage.new_replica("first")
    replica.start()
    if by == "policy":
        await stage.begins(specs=ASKERS, policy=Policy(language_model=False))
    else:
        await stage.begins(specs={kind: {**own, **OFF} for kind, own in ASKERS.items()})

    found = await hears_all(stage)

    assert witness.given == []
    engines = {one.kind: one.details["engine"] for one in found if "engine" in one.details}
    assert (engines["mood"], engines["translation"]) == ("written", "phrasebook")
    assert [bot.config["language_model"] for bot in await present(replica)] == [False] * 3


async def test_where_nobody_says_otherwise_the_model_is_asked(
    stage: Stage, witness: Witness, replica: Replica
) -> None:
    await stage.begins(specs={"translator": ASKERS["translator"]})

    await hears_all(stage)

    assert witness.given
    assert (await present(replica))[0].config["language_model"] is True


async def test_a_meetings_policy_holds_for_bots_that_come_later_and_for_what_they_are_told(
    stage: Stage, witness: Witness
) -> None:
    replica = stage.new_replica("first")
    await stage.begins(policy=Policy(language_model=False))
    asks = {"language_model": True}
    bot = await replica.bots.attach(a_caller(), MEETING, "sentiment", asks)
    assert bot.config["language_model"] is False

    await replica.commands.give(a_caller(), MEETING, bot.id, "configure", asks)

    assert (await present(replica))[0].config["language_model"] is False


async def test_a_language_that_only_the_model_knows_is_refused_without_it(
    stage: Stage, witness: Witness
) -> None:
    replica = stage.new_replica("first")
    await stage.begins()

    german = {"languages": ["de"]}
    with pytest.raises(InvalidConfig) as refused:
        await replica.bots.attach(a_caller(), MEETING, "translator", {**german, **OFF})
    assert refused.value.field == "config.languages[0]"

    await replica.bots.attach(a_caller(), MEETING, "translator", german)
