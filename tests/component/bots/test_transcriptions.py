"""A recogniser far away: what it is asked, what its words become, and what when it is not there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from bots.domain.kind import Availability
from bots.engines import recogniser_from
from bots.engines.recognition import Busy, Recogniser, RecogniserConfig, RecogniserFailed
from bots.engines.speech import Espeak
from bots.service.equipment import Gear
from common.capabilities import Standing
from convene_cli.loopback import LOOPBACK, free_port
from tests.support.asr_server import MODEL, AsrServer, hearing
from tests.support.tones import tone

SECOND = tone("alpha", 1.0)
WORDS = [
    {"word": "good", "start": 0.1, "end": 0.4},
    {"word": "morning", "start": 0.4, "end": 0.9},
]
SEGMENT: dict[str, Any] = {
    "id": 0, "seek": 0, "start": 0.0, "end": 1.0, "text": " good morning", "tokens": [],
    "temperature": 0.0, "avg_logprob": -0.1, "compression_ratio": 1.0, "no_speech_prob": 0.0,
}  # fmt: skip


def an_answer(**changes: Any) -> dict[str, Any]:
    fields = {"text": "good morning", "language": "english", "duration": 1.0, "words": WORDS}
    return fields | {"segments": [SEGMENT]} | changes


def gear_of(config: RecogniserConfig) -> Gear:
    return Gear(config, "ffmpeg", Espeak("espeak-ng"), ())


@pytest.fixture
async def server() -> AsyncIterator[AsrServer]:
    async with hearing() as server:
        server.answer = an_answer()
        yield server


@pytest.fixture
async def recogniser(server: AsrServer) -> AsyncIterator[Recogniser]:
    async with aclosing(recogniser_from(server.config())) as recogniser:
        yield recogniser


async def test_the_server_is_asked_for_words_with_their_times(
    server: AsrServer, recogniser: Recogniser
) -> None:
    await recogniser.recognise(SECOND, language="en", hints=["Ada", "Lisbon"])

    (asked,) = server.heard
    assert (asked.pcm, asked.token) == (SECOND, "tok")
    assert asked.fields["model"] == [MODEL]
    assert asked.fields["response_format"] == ["verbose_json"]
    assert "word" in asked.fields["timestamp_granularities[]"]
    assert (asked.fields["language"], asked.fields["prompt"]) == (["en"], ["Ada, Lisbon"])


async def test_what_it_answers_becomes_words_with_times_and_confidence(
    recogniser: Recogniser,
) -> None:
    found = await recogniser.recognise(SECOND, language="")

    assert (found.text, found.language) == ("good morning", "en")
    assert [(one.text, one.start_seconds, one.end_seconds) for one in found.words] == [
        ("good", 0.1, 0.4),
        ("morning", 0.4, 0.9),
    ]
    assert found.words[0].confidence == pytest.approx(0.905, abs=0.001)


async def test_words_without_times_are_spread_over_the_stretch_they_are_in(
    server: AsrServer, recogniser: Recogniser
) -> None:
    server.answer = an_answer(words=None)

    found = await recogniser.recognise(SECOND, language="en")

    assert [(one.text, one.start_seconds, one.end_seconds) for one in found.words] == [
        ("good", 0.0, 0.5),
        ("morning", 0.5, 1.0),
    ]


async def test_a_server_that_is_busy_is_asked_again(
    server: AsrServer, recogniser: Recogniser
) -> None:
    server.refusals = [429, 503]

    found = await recogniser.recognise(SECOND, language="en")

    assert found.text == "good morning"
    assert len(server.heard) == 3


async def test_a_server_that_refuses_is_not_asked_again(
    server: AsrServer, recogniser: Recogniser
) -> None:
    server.refusals = [401]

    with pytest.raises(RecogniserFailed, match="BOTS_ASR_TOKEN"):
        await recogniser.recognise(SECOND, language="en")
    assert len(server.heard) == 1


async def test_an_answer_that_is_none_fails_with_a_name(
    server: AsrServer, recogniser: Recogniser
) -> None:
    server.answer = "good morning"
    with pytest.raises(RecogniserFailed, match="verbose_json"):
        await recogniser.recognise(SECOND, language="en")

    server.answer = b'{"text": "good mor'
    with pytest.raises(RecogniserFailed, match="JSON"):
        await recogniser.recognise(SECOND, language="en")


@pytest.mark.parametrize(
    "answer",
    [
        an_answer(words=[{"word": "good", "start": None, "end": None}]),
        an_answer(words=[{"word": None, "start": 0.1, "end": 0.4}]),
        an_answer(words="good morning"),
        an_answer(words=None, segments=[{"text": "good morning"}]),
        an_answer(words=None, segments=[SEGMENT | {"avg_logprob": "sure"}]),
        an_answer(language=7),
    ],
)
async def test_an_answer_that_makes_no_sense_is_this_clips_failure_and_no_crash(
    server: AsrServer, recogniser: Recogniser, answer: dict[str, Any]
) -> None:
    server.answer = answer

    with pytest.raises(RecogniserFailed, match="makes no sense"):
        await recogniser.recognise(SECOND, language="")


async def test_words_that_may_still_change_are_asked_for_only_where_that_is_wanted(
    server: AsrServer, recogniser: Recogniser
) -> None:
    with pytest.raises(Busy):
        await recogniser.recognise(SECOND, language="en", partial=True)
    assert server.heard == []

    async with aclosing(recogniser_from(server.config(remote_partials=True))) as eager:
        assert (await eager.recognise(SECOND, language="en", partial=True)).text == "good morning"


async def test_no_more_requests_are_made_at_once_than_are_allowed(server: AsrServer) -> None:
    async with aclosing(recogniser_from(server.config(max_pending=1))) as recogniser:
        first = asyncio.create_task(recogniser.recognise(SECOND, language="en"))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await recogniser.recognise(SECOND, language="en")
        await first


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"url": ""}, "BOTS_ASR_URL"),
        ({"model": ""}, "BOTS_ASR_MODEL"),
        ({"url": "asr.example.com"}, "https://"),
        ({"url": "https://me:secret@asr.example.com/v1"}, "BOTS_ASR_TOKEN"),
    ],
)
async def test_a_server_written_down_wrongly_is_misconfigured_and_says_why(
    server: AsrServer, changes: dict[str, str], setting: str
) -> None:
    found = await gear_of(server.config(**changes)).look()

    assert found.recogniser.availability is Availability.MISCONFIGURED
    assert setting in found.recogniser.remedy
    assert "secret@" not in found.recogniser.remedy


async def test_whoever_runs_the_installation_is_told_whether_the_server_answers(
    server: AsrServer,
) -> None:
    async def told(config: RecogniserConfig) -> tuple[Standing, str]:
        found = (await gear_of(config).capabilities())[0]
        assert found.name == "recogniser"
        return found.standing, found.detail

    well = await told(server.config())
    server.refusals = [401]
    without_token = await told(server.config())
    away = await told(server.config(url=f"http://{LOOPBACK}:{free_port()}/v1"))

    assert well[0] is Standing.CONFIGURED
    assert MODEL in well[1]
    assert (without_token[0], away[0]) == (Standing.MISCONFIGURED,) * 2
    assert "BOTS_ASR_TOKEN" in without_token[1]
    assert "does not answer" in away[1]
