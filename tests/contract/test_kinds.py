"""Every kind of bot goes through the same script: it is brought, it leaves, it says what it is."""

from collections.abc import AsyncIterator

import pytest

from bots.domain.bot import BotState
from bots.domain.kind import Availability, Equipment, InvalidConfig, Readiness
from bots.kinds import KINDS
from tests.support.crews import KEY, MEETING, Replica, Stage, a_caller, migrated, staged
from tests.support.ear import listening
from tests.support.eventually import eventually
from tests.support.servers import MakeDatabase
from tests.support.tones import said


@pytest.fixture
async def stage(database: MakeDatabase) -> AsyncIterator[Stage]:
    copy = await database("bots", migrated)
    async with listening(KEY) as ear, staged(copy.app_url, ear) as stage:
        yield stage


@pytest.fixture
async def replica(stage: Stage) -> Replica:
    replica = stage.new_replica("first")
    replica.start()
    return replica


# The others come with a recording: `tests/component/bots/test_recorder.py`.
BROUGHT = sorted(name for name, kind in KINDS.items() if not kind.comes_with_recording)


@pytest.mark.parametrize("kind", BROUGHT)
async def test_a_bot_of_this_kind_joins_when_brought_and_leaves_when_told(
    stage: Stage, replica: Replica, kind: str
) -> None:
    await stage.begins()
    await stage.joins("ada")
    bot = await replica.bots.attach(a_caller(), MEETING, kind, {})
    await stage.ear.say("ada", said("alpha"))

    async def state() -> BotState:
        return (await replica.bots.get(a_caller(), MEETING, bot.id)).state

    async def has_joined() -> bool:
        return await state() is BotState.JOINED

    async def is_done() -> bool:
        return await state() is BotState.DONE

    await eventually(has_joined)
    await replica.bots.leave(a_caller(), MEETING, bot.id)
    await eventually(is_done)
    assert [name for name in await stage.told() if name.startswith("Bot")] == [
        "BotJoining",
        "BotJoined",
        "BotLeft",
    ]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_describes_itself_and_gives_a_remedy_for_what_it_lacks(kind: str) -> None:
    lacking = Readiness(Availability.NOT_CONFIGURED, "bring it")
    nothing = Equipment(lacking, lacking)

    readiness = KINDS[kind].readiness(nothing)

    assert KINDS[kind].description.endswith(".")
    assert readiness.availability is Availability.CONFIGURED or readiness.remedy


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_refuses_a_field_that_it_does_not_know(kind: str) -> None:
    with pytest.raises(InvalidConfig) as refused:
        KINDS[kind].checked({"no_such_field": 1})

    assert refused.value.field == "config.no_such_field"


# What is said would be recognised in it, where no other bot says better.
WITH_LANGUAGE = [name for name in BROUGHT if "language" in KINDS[name].checked({})]


@pytest.mark.parametrize("kind", WITH_LANGUAGE)
@pytest.mark.parametrize("language", ["klingon", "xyz", "tlh-GB", "en_GB", "en\n", 7, ["en"]])
def test_a_kind_refuses_a_language_that_nothing_recognises(kind: str, language: object) -> None:
    with pytest.raises(InvalidConfig) as refused:
        KINDS[kind].checked({"language": language})

    assert refused.value.field == "config.language"
    assert "af, am, ar" in refused.value.complaint


@pytest.mark.parametrize("kind", WITH_LANGUAGE)
@pytest.mark.parametrize(
    ("tag", "code"), [("en-GB", "en"), ("EN", "en"), ("pt-BR", "pt"), ("zh-Hant-TW", "zh")]
)
def test_a_kind_takes_a_tag_for_its_language_which_is_what_it_keeps(
    kind: str, tag: str, code: str
) -> None:
    assert KINDS[kind].checked({"language": tag})["language"] == code


def test_a_speaker_cannot_detect_what_it_is_to_say() -> None:
    with pytest.raises(InvalidConfig) as refused:
        KINDS["speaker"].checked({"language": "auto"})

    assert refused.value.field == "config.language"
