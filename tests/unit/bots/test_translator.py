"""What the translator makes of what is said, and how it says what it cannot."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.domain.kind import Availability, Equipment, InvalidConfig, Readiness
from bots.domain.reading import Event, Happened, Reading, Said, What
from bots.domain.translation import CannotTranslate, covers
from bots.kinds.translator import Translator, TranslatorReader
from tests.support.phrasebook import WORDS, Phrasebook
from tests.support.segments import a_segment

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EQUIPPED = Equipment(Readiness(), pairs=WORDS.keys())
LACKING = Equipment(
    Readiness(), translation=Readiness(Availability.NOT_CONFIGURED, "install a dictionary")
)


async def read(config: Mapping[str, Any], *events: Event, lost: str = "") -> list[Reading]:
    """What is made of *events*, one after the other."""
    reader = TranslatorReader(Translator().checked(config), [Phrasebook(lost)])
    readings = [Reading(reader.state)]
    for event in events:
        readings.append(await reader.read(event, readings[-1].state, NOW))
    return readings[1:]


def says(text: str, language: str = "en", **changes: Any) -> Said:
    return Said(a_segment(text, language=language), **changes)


async def test_what_is_said_is_found_in_every_language_that_is_wanted() -> None:
    (reading,) = await read({"languages": ["es", "pt"]}, says("alpha charlie"))

    assert [(one.kind, one.key, one.text) for one in reading.findings] == [
        ("translation", "es", "alfa carlos"),
        ("translation", "pt", "alfa carlos"),
    ]
    assert reading.findings[0].details == {
        "language": "es", "source_language": "en", "engine": "phrasebook",
    }  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        says("alpha", final=False),
        says(""),
        says("alpha", "es"),
        Happened(What.CHAT, "ada", {"text": "alpha"}),
    ],
    ids=["partial", "gap", "in that language already", "written"],
)
async def test_what_needs_no_translation_gets_none(event: Event) -> None:
    assert await read({"languages": ["es"]}, event) == [Reading({"told": []})]


async def test_a_language_that_nothing_translates_is_told_once_and_never_made_up() -> None:
    readings = await read(
        {"languages": ["es"]}, says("hallo", "de"), says("welt", "de"), says("alpha")
    )

    assert [one.complaint for one in readings] == ["nothing here translates de into es", "", ""]
    assert [[found.text for found in one.findings] for one in readings] == [[], [], ["alfa"]]


async def test_words_whose_language_is_not_known_are_taken_for_the_configured_one() -> None:
    (told,) = await read({"languages": ["es"]}, says("alpha", ""))
    (found,) = await read({"languages": ["es"], "language": "en"}, says("alpha", ""))

    assert (told.findings, told.complaint) == (
        (),
        "nothing here translates an unknown language into es",
    )
    assert [one.text for one in found.findings] == ["alfa"]


async def test_one_language_that_fails_takes_no_other_with_it() -> None:
    (reading,) = await read({"languages": ["es", "pt"]}, says("alpha"), lost="es")

    assert [one.key for one in reading.findings] == ["pt"]
    assert reading.complaint == "the page of es is torn out"


async def test_the_next_engine_is_asked_where_the_first_fails() -> None:
    reader = TranslatorReader(
        Translator().checked({"languages": ["es"]}), [Phrasebook("es"), Phrasebook()]
    )

    reading = await reader.read(says("alpha"), reader.state, NOW)

    assert ([one.text for one in reading.findings], reading.complaint) == (["alfa"], "")


async def test_what_fails_altogether_is_read_again() -> None:
    with pytest.raises(CannotTranslate):
        await read({"languages": ["es"]}, says("alpha"), lost="es")


@pytest.mark.parametrize(
    ("config", "field", "remedy"),
    [
        ({"languages": ["es", "de"]}, "config.languages[1]", "it has en to es, en to pt"),
        ({"languages": ["es"], "language": "fr"}, "config.languages[0]", "fr"),
    ],
)
def test_a_pair_that_nothing_translates_is_refused_by_its_field(
    config: dict[str, Any], field: str, remedy: str
) -> None:
    kind = Translator()

    with pytest.raises(InvalidConfig) as refused:
        kind.require(kind.checked(config), EQUIPPED)

    assert refused.value.field == field
    assert remedy in str(refused.value)


def test_without_an_engine_it_says_what_to_install() -> None:
    kind = Translator()

    with pytest.raises(InvalidConfig, match="install a dictionary"):
        kind.require(kind.checked({"languages": ["es"]}), LACKING)

    assert kind.readiness(LACKING) == LACKING.translation
    assert kind.readiness(EQUIPPED) == Readiness()


@pytest.mark.parametrize(
    ("languages", "language"),
    [
        ("es", ""),
        (["spanish"], ""),
        (["es_MX"], ""),
        ([["es"]], ""),
        (["es", "es"], ""),
        (["es", "es-MX"], ""),
        ([], "english"),
    ],
)
def test_what_is_no_language_is_refused(languages: Any, language: str) -> None:
    with pytest.raises(InvalidConfig):
        Translator().checked({"languages": languages, "language": language})


async def test_a_regions_tag_is_translated_into_its_language() -> None:
    config = Translator().checked({"languages": ["es-MX", "PT"], "language": "en-GB"})

    assert (config["languages"], config["language"]) == (["es", "pt"], "en")
    (reading,) = await read({"languages": ["es-MX"]}, says("alpha charlie"))
    assert [one.details["language"] for one in reading.findings] == ["es"]


@pytest.mark.parametrize(
    ("source", "target", "whether"),
    [("en", "es", True), ("", "es", True), ("es", "en", False), ("", "en", False)],
)
def test_pairs_lead_one_way(source: str, target: str, whether: bool) -> None:
    assert covers([("en", "es")], source, target) is whether
    assert covers([("*", "*")], source, target)
