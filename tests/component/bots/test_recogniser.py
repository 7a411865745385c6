"""The recogniser with its real weights, and what becomes of it when things go wrong."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from bots.engines import UnknownEngine, recogniser_from
from bots.engines.child_recogniser import ChildRecogniser
from bots.engines.models import ModelMissing
from bots.engines.opus import OpusDecoder
from bots.engines.recognition import (
    BadAudio,
    Busy,
    RecogniserClosed,
    RecogniserConfig,
    RecogniserFailed,
)
from bots.engines.vad import SegmentClosed, Segmenter, SileroVad
from bots.engines.whisper import one_whisper
from tests.support.eventually import eventually
from tests.support.speech import (
    Line,
    lines_of,
    opus_packets,
    people_of,
    scenario_names,
    track_of,
    word_error_rate,
)

LONG: Final = next(lines_of("kick-off"))
SHORT: Final = people_of("planning")["Bo"][1]


# One child for the whole module: loading the weights for each test would cost a minute. A test
# that kills it leaves the next one a recogniser that starts another.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recogniser(whisper_model: Path) -> AsyncIterator[ChildRecogniser]:
    recogniser = one_whisper(RecogniserConfig(models_dir=whisper_model, max_pending=2))
    yield recogniser
    await recogniser.aclose()


async def begun(recogniser: ChildRecogniser, line: Line) -> "asyncio.Task[str]":
    """Return a request that is in the child's hands."""
    await recogniser.recognise(SHORT.pcm, language="en")

    async def text() -> str:
        return (await recogniser.recognise(line.pcm, language="en")).text

    task = asyncio.create_task(text())
    await eventually(lambda: recogniser.pending == 1)
    return task


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("scenario", scenario_names())
async def test_a_scenarios_lines_are_recognised(recogniser: ChildRecogniser, scenario: str) -> None:
    lines = list(lines_of(scenario))

    heard = [(await recogniser.recognise(line.pcm, language="en")).text for line in lines]

    assert word_error_rate([line.text for line in lines], heard) < 0.15


async def test_a_track_sent_as_opus_and_cut_by_the_voice_detector_is_recognised(
    recogniser: ChildRecogniser,
) -> None:
    lines = people_of("kick-off")["Ada"]
    decoder, segmenter = OpusDecoder(), Segmenter(SileroVad())

    events = [
        event
        for number, packet in enumerate(opus_packets(track_of(lines)))
        for event in segmenter.feed(decoder.decode(packet), number * 320)
    ]
    segments = [event for event in events + segmenter.flush() if isinstance(event, SegmentClosed)]
    heard = [(await recogniser.recognise(s.pcm, language="en")).text for s in segments]

    assert len(segments) >= len(lines)
    assert word_error_rate([" ".join(line.text for line in lines)], [" ".join(heard)]) < 0.15


async def test_words_come_in_order_within_the_clip_after_the_sound_begins(
    recogniser: ChildRecogniser,
) -> None:
    quiet_second = bytes(32_000)

    found = await recogniser.recognise(quiet_second + SHORT.pcm, language="en")

    times = [t for word in found.words for t in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert times[0] >= 1.0
    assert times[-1] <= 1.0 + len(SHORT.pcm) / 32_000
    assert [round(t, 3) for t in times] == times
    assert all(0 < word.confidence <= 1 for word in found.words)
    assert " ".join(word.text for word in found.words) == found.text


async def test_hints_help_a_name_to_be_heard(recogniser: ChildRecogniser) -> None:
    line = people_of("planning")["Ada"][2]

    found = await recogniser.recognise(line.pcm, language="en", hints=["Ada", "Bo", "Cy"])

    assert found.text.startswith("Bo,")


async def test_nothing_is_made_up_about_the_last_instant_of_a_clip(
    recogniser: ChildRecogniser,
) -> None:
    line = people_of("planning")["Cy"][1]

    found = await recogniser.recognise(line.pcm, language="en", hints=["Ada", "Bo", "Cy"])

    assert found.text.endswith("by Wednesday.")


async def test_the_language_is_found_when_none_is_given(recogniser: ChildRecogniser) -> None:
    found = await recogniser.recognise(LONG.pcm, language="")

    assert found.language == "en"
    assert found.language_confidence > 0.8
    assert "Dashwood" in found.text


async def test_silence_has_no_words(recogniser: ChildRecogniser) -> None:
    found = await recogniser.recognise(bytes(32_000 * 5), language="en")

    assert (found.text, found.words) == ("", ())


async def test_a_request_survives_the_death_of_the_child(recogniser: ChildRecogniser) -> None:
    request = await begun(recogniser, LONG)
    first = recogniser.worker_pid
    assert first is not None

    os.kill(first, signal.SIGKILL)

    assert "Dashwood" in await request
    assert recogniser.worker_pid not in (None, first)


async def test_a_clip_that_kills_the_child_twice_is_given_up_and_the_next_is_heard(
    recogniser: ChildRecogniser,
) -> None:
    request = await begun(recogniser, LONG)
    first = recogniser.worker_pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    second = await eventually(lambda: recogniser.worker_pid not in (None, first), ceiling=60)
    assert second
    assert recogniser.worker_pid is not None
    os.kill(recogniser.worker_pid, signal.SIGKILL)

    with pytest.raises(RecogniserFailed):
        await request
    assert "Monday" in (await recogniser.recognise(SHORT.pcm, language="en")).text


async def test_a_child_that_hangs_is_replaced(whisper_model: Path) -> None:
    recogniser = one_whisper(RecogniserConfig(models_dir=whisper_model, deadline_seconds=3))
    request = await begun(recogniser, LONG)
    first = recogniser.worker_pid
    assert first is not None

    os.kill(first, signal.SIGSTOP)

    assert "Dashwood" in await request
    assert not is_running(first)
    await recogniser.aclose()


async def test_a_partial_gives_way_while_other_work_is_in_hand(
    recogniser: ChildRecogniser,
) -> None:
    request = await begun(recogniser, LONG)

    with pytest.raises(Busy):
        await recogniser.recognise(SHORT.pcm, language="en", partial=True)

    assert "Dashwood" in await request
    partial = await recogniser.recognise(SHORT.pcm, language="en", partial=True)
    assert "Monday" in partial.text


async def test_other_work_waits_its_turn_until_the_queue_is_full(
    recogniser: ChildRecogniser,
) -> None:
    request = await begun(recogniser, LONG)
    waiting = asyncio.create_task(recogniser.recognise(SHORT.pcm, language="en"))
    await eventually(lambda: recogniser.pending == 2)

    with pytest.raises(Busy, match="try again later"):
        await recogniser.recognise(SHORT.pcm, language="en")

    assert "Dashwood" in await request
    assert "Monday" in (await waiting).text


async def test_an_answer_nobody_waits_for_is_not_taken_for_the_next(
    recogniser: ChildRecogniser,
) -> None:
    request = await begun(recogniser, LONG)

    request.cancel()
    found = await recogniser.recognise(SHORT.pcm, language="en")

    assert "Monday" in found.text


async def test_closing_ends_the_child_and_refuses_more(whisper_model: Path) -> None:
    recogniser = one_whisper(RecogniserConfig(models_dir=whisper_model))
    await recogniser.recognise(SHORT.pcm, language="en")
    child = recogniser.worker_pid
    assert child is not None

    await recogniser.aclose()

    assert not is_running(child)
    with pytest.raises(RecogniserClosed):
        await recogniser.recognise(SHORT.pcm, language="en")


async def test_a_prepared_recogniser_has_its_child_before_the_first_words(
    whisper_model: Path,
) -> None:
    recogniser = recogniser_from(RecogniserConfig(models_dir=whisper_model))
    assert isinstance(recogniser, ChildRecogniser)

    await recogniser.prepare()

    assert recogniser.worker_pid is not None
    await recogniser.aclose()


async def test_weights_that_cannot_be_loaded_are_a_failure(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).write_text("{}")
    recogniser = recogniser_from(RecogniserConfig(models_dir=tmp_path, model=str(tmp_path)))

    with pytest.raises(RecogniserFailed, match="does not start"):
        await recogniser.prepare()


async def test_missing_weights_are_named_with_the_remedy(tmp_path: Path) -> None:
    recogniser = recogniser_from(RecogniserConfig(models_dir=tmp_path))

    with pytest.raises(ModelMissing, match=r"make models.*BOTS_ASR_MODEL"):
        await recogniser.recognise(SHORT.pcm, language="en")


async def test_a_clip_longer_than_the_model_hears_is_refused(tmp_path: Path) -> None:
    recogniser = recogniser_from(RecogniserConfig(models_dir=tmp_path))

    with pytest.raises(BadAudio, match="Segmenter"):
        await recogniser.recognise(bytes(32_000 * 31), language="en")


async def test_an_unknown_engine_is_refused_with_the_ones_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownEngine, match="whisper"):
        recogniser_from(RecogniserConfig(models_dir=tmp_path, engine="parrot"))
