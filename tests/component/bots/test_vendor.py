"""A vendor of recognition, by a plugin in an environment of its own."""

import asyncio
import os
import re
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

import pytest

from bots.domain.kind import Availability
from bots.engines import recogniser_from
from bots.engines.recognition import Busy, Recognised, RecogniserConfig, RecogniserFailed
from bots.engines.speech import Espeak
from bots.engines.vendor import vendor_recogniser
from bots.service.equipment import Gear
from common.capabilities import Standing
from tests.support.tones import pause, tone
from tests.support.vendors import KEY, VendorPlace, vendor_place

SECOND: Final = tone("alpha", 1.0)
GOOD_MORNING: Final = [["good", 0.1, 0.4], ["morning", 0.4, 0.9]]


@pytest.fixture
def place(tmp_path: Path) -> VendorPlace:
    return vendor_place(tmp_path)


def gear_of(config: RecogniserConfig) -> Gear:
    return Gear(config, "ffmpeg", Espeak("espeak-ng"), ())


async def heard(
    place: VendorPlace,
    pcm: bytes = SECOND,
    spoken: str = "en",
    options: Mapping[str, Any] | None = None,
    **behaviour: Any,
) -> Recognised:
    config = place.config(hears={"finals": [GOOD_MORNING], **behaviour}, options=options or {})
    async with aclosing(recogniser_from(config)) as recogniser:
        return await recogniser.recognise(pcm, language=spoken)


def times(found: Recognised) -> list[tuple[str, float, float]]:
    return [(one.text, one.start_seconds, one.end_seconds) for one in found.words]


async def test_a_vendor_that_takes_all_at_once_gives_words_with_times(place: VendorPlace) -> None:
    found = await heard(place)

    assert (found.text, found.language) == ("good morning", "en")
    assert times(found) == [("good", 0.1, 0.4), ("morning", 0.4, 0.9)]
    assert {word.confidence for word in found.words} == {0.9}
    assert place.told("bytes") == [len(SECOND)]
    assert place.told("language") == ["en"]


@pytest.mark.parametrize("mode", ["stream", "undeclared"])
async def test_a_vendor_that_takes_streams_is_fed_one_and_only_its_final_words_count(
    place: VendorPlace, mode: str
) -> None:
    finals = [[["good", 0.1, 0.4]], [["morning", 0.4, 0.9]]]

    found = await heard(place, mode=mode, finals=finals)

    assert found.text == "good morning"
    assert times(found) == [("good", 0.1, 0.4), ("morning", 0.4, 0.9)]
    assert (place.told("bytes"), place.told("pieces")) == ([len(SECOND)], [10])


async def test_a_stream_is_fed_no_faster_than_the_words_were_said_unless_that_is_allowed(
    place: VendorPlace,
) -> None:
    hears = {"finals": [GOOD_MORNING], "mode": "stream"}
    async with aclosing(recogniser_from(place.config(hears=hears, vendor_pace=1.0))) as recogniser:
        found = await recogniser.recognise(SECOND, language="en")

    assert found.text == "good morning"
    # The last of ten pieces, a tenth of a second each.
    (seconds,) = place.told("feeding_seconds")
    assert seconds > 0.85


async def test_a_stream_that_breaks_while_it_is_fed_is_begun_again(place: VendorPlace) -> None:
    hears = {"finals": [GOOD_MORNING], "mode": "stream", "troubles": ["breaks"]}
    async with aclosing(recogniser_from(place.config(hears=hears, vendor_pace=1.0))) as recogniser:
        found = await recogniser.recognise(SECOND, language="en")

    assert found.text == "good morning"
    broken, whole = place.told("pieces")
    assert broken < whole == 10


async def test_words_without_times_are_spread_over_the_clip(place: VendorPlace) -> None:
    found = await heard(place, finals=[[["good", None, None], ["morning", 0.4, 0.9]]])

    assert times(found) == [("good", 0.0, 0.5), ("morning", 0.5, 1.0)]


async def test_words_whose_times_are_no_numbers_are_spread_over_the_clip(
    place: VendorPlace,
) -> None:
    found = await heard(place, finals=[[["good", float("nan"), 0.4], ["morning", 0.4, 0.9]]])

    assert times(found) == [("good", 0.0, 0.5), ("morning", 0.5, 1.0)]


async def test_a_clip_without_words_is_heard_as_silence(place: VendorPlace) -> None:
    found = await heard(place, pause(1.0), finals=[])

    assert (found.text, found.words) == ("", ())


async def test_a_language_that_nobody_names_is_the_one_the_vendor_tells(
    place: VendorPlace,
) -> None:
    found = await heard(place, spoken="", options={"language": "pt-BR"})

    assert found.language == "pt"
    assert place.told("language") == [None]


async def test_a_form_of_a_language_that_the_operator_chose_is_kept(place: VendorPlace) -> None:
    config = place.config(hears={"finals": [GOOD_MORNING]}, options={"language": "en-GB"})
    async with aclosing(recogniser_from(config)) as recogniser:
        await recogniser.recognise(SECOND, language="en")
        await recogniser.recognise(SECOND, language="fr")

    assert place.told("language") == [None, "fr"]


async def test_a_vendor_that_is_away_or_does_not_answer_is_asked_again(place: VendorPlace) -> None:
    hears = {"finals": [GOOD_MORNING], "troubles": ["away", "hangs"]}
    config = place.config(hears=hears, deadline_seconds=1.0)
    async with aclosing(recogniser_from(config)) as recogniser:
        found = await recogniser.recognise(SECOND, language="en")

    assert found.text == "good morning"
    assert len(place.told("bytes")) == 3
    assert len(place.told("environment")) == 1


async def test_a_vendor_that_refuses_is_not_asked_again_and_the_next_clip_is_heard(
    place: VendorPlace,
) -> None:
    config = place.config(hears={"finals": [GOOD_MORNING], "troubles": ["refused"]})
    async with aclosing(recogniser_from(config)) as recogniser:
        with pytest.raises(RecogniserFailed, match="we do not serve you"):
            await recogniser.recognise(SECOND, language="en")

        assert (await recogniser.recognise(SECOND, language="en")).text == "good morning"


async def test_a_clip_survives_the_death_of_the_plugins_process(place: VendorPlace) -> None:
    found = await heard(place, troubles=["dies"])

    assert found.text == "good morning"
    assert len(place.told("environment")) == 2


async def test_a_vendor_is_asked_for_several_clips_at_once(place: VendorPlace) -> None:
    config = place.config(hears={"finals": [GOOD_MORNING], "together": 3}, max_pending=3)
    async with aclosing(recogniser_from(config)) as recogniser:
        clips = [tone("alpha", 1.0 + length / 10) for length in range(3)]
        found = await asyncio.gather(*(recogniser.recognise(clip, language="en") for clip in clips))

    assert [one.text for one in found] == ["good morning"] * 3
    assert len(place.told("environment")) == 1


async def test_all_clips_survive_the_death_that_one_of_them_brings(place: VendorPlace) -> None:
    hears = {"finals": [GOOD_MORNING], "together": 2, "troubles": ["dies", "dies"]}
    async with aclosing(recogniser_from(place.config(hears=hears))) as recogniser:
        found = await asyncio.gather(
            *(recogniser.recognise(SECOND, language="en") for _ in range(2))
        )

    assert [one.text for one in found] == ["good morning"] * 2
    assert len(place.told("environment")) == 2


async def test_words_that_may_still_change_are_asked_for_only_where_that_is_wanted(
    place: VendorPlace,
) -> None:
    hears = {"finals": [GOOD_MORNING]}
    async with aclosing(recogniser_from(place.config(hears=hears))) as thrifty:
        with pytest.raises(Busy):
            await thrifty.recognise(SECOND, language="en", partial=True)
    assert place.told("environment") == []

    config = place.config(hears=hears, remote_partials=True)
    async with aclosing(recogniser_from(config)) as eager:
        assert (await eager.recognise(SECOND, language="en", partial=True)).text == "good morning"


async def test_the_plugins_process_is_given_the_vendors_variables_and_none_of_ours(
    place: VendorPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDIN_API_KEY", "from-the-environment")
    monkeypatch.setenv("BOTS_DATABASE_URL", "postgresql://bots:secret@db/bots")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    async with aclosing(recogniser_from(place.config(token=""))) as recogniser:
        await recogniser.prepare()

    (environment,) = place.told("environment")
    assert place.told("key") == ["from-the-environment"]
    assert {"STANDIN_API_KEY", "PATH"} <= set(environment)
    assert not {"BOTS_DATABASE_URL", "AWS_SECRET_ACCESS_KEY"} & set(environment)


async def test_closing_ends_the_plugin_and_its_process(place: VendorPlace) -> None:
    recogniser = vendor_recogniser(place.config())
    await recogniser.prepare()
    child = recogniser.worker_pid
    assert child is not None

    await recogniser.aclose()

    assert place.told("closed") == [True]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"vendor": ""}, "BOTS_ASR_VENDOR"),
        ({"vendor": "../evil"}, "BOTS_ASR_VENDOR"),
        ({"vendor_python": ""}, "pip install livekit-agents==.* livekit-plugins-standin"),
        ({"vendor_python": "/nowhere/bin/python"}, "no program /nowhere/bin/python"),
        ({"vendor": "deepgram"}, "bin/pip install .* livekit-plugins-deepgram"),
        ({"vendor_options": "[1]"}, "BOTS_ASR_VENDOR_OPTIONS"),
        ({"vendor_options": "{"}, "BOTS_ASR_VENDOR_OPTIONS"),
    ],
)
async def test_a_vendor_written_down_wrongly_is_misconfigured_and_says_what_to_do(
    place: VendorPlace, changes: dict[str, Any], setting: str
) -> None:
    config = place.config(**changes)

    found = (await gear_of(config).look()).recogniser

    assert found.availability is Availability.MISCONFIGURED
    assert re.search(setting, found.remedy)
    async with aclosing(recogniser_from(config)) as recogniser:
        with pytest.raises(RecogniserFailed, match=setting):
            await recogniser.prepare()


async def test_whoever_runs_the_installation_is_told_what_the_plugin_says(
    place: VendorPlace,
) -> None:
    async def told(config: RecogniserConfig) -> tuple[Standing, str]:
        found = (await gear_of(config).capabilities())[0]
        assert found.name == "recogniser"
        return found.standing, found.detail

    well = await told(place.config())
    without_key = await told(place.config(token=""))
    strange = await told(place.config(options={"colour": "red"}))
    refused = await told(place.config(token="refuse-me"))

    assert well == (Standing.CONFIGURED, f"standin by {place.python}")
    assert {one[0] for one in (without_key, strange, refused)} == {Standing.MISCONFIGURED}
    assert "STANDIN_API_KEY" in without_key[1]
    assert "colour" in strange[1]
    assert "wrong form" in refused[1]
    assert "refuse-me" not in refused[1]


async def test_a_key_from_the_environment_or_from_within_an_option_is_not_told(
    place: VendorPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def complaint(config: RecogniserConfig) -> str:
        return (await gear_of(config).capabilities())[0].detail

    nested = place.config(options={"account": {"private_key": "refuse-me"}}, token="")
    assert "the key *** has the wrong form" in await complaint(nested)

    monkeypatch.setenv("STANDIN_API_KEY", "refuse-me")
    assert "the key *** has the wrong form" in await complaint(place.config(token=""))


def test_no_secret_of_a_vendor_is_shown() -> None:
    config = RecogniserConfig(Path(), token=KEY, vendor_options='{"speech_key": "hush"}')

    assert KEY not in repr(config)
    assert "hush" not in repr(config)
