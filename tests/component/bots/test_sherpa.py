"""sherpa-onnx for real, with a model of tones; and what it says where there is no model."""

from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from bots.domain.kind import Availability
from bots.engines import recogniser_from
from bots.engines.models import ModelMissing
from bots.engines.recognition import Recognised, RecogniserConfig, RecogniserFailed
from bots.engines.speech import Espeak
from bots.service.equipment import Gear
from common.capabilities import Standing
from tests.support.tone_model import write_tone_model
from tests.support.tones import pause, tone


def a_config(folder: Path, **changes: Any) -> RecogniserConfig:
    fields: dict[str, Any] = {
        "engine": "sherpa",
        "model": str(folder),
        "model_kind": "nemo_ctc",
        "cpu_threads": 1,
    }
    return RecogniserConfig(folder, **fields | changes)


def gear_of(config: RecogniserConfig) -> Gear:
    return Gear(config, "ffmpeg", Espeak("espeak-ng"), ())


async def heard(folder: Path, pcm: bytes) -> Recognised:
    async with aclosing(recogniser_from(a_config(write_tone_model(folder)))) as recogniser:
        return await recogniser.recognise(pcm, language="en")


async def test_a_model_in_a_folder_is_heard_with_by_the_real_library(tmp_path: Path) -> None:
    said = pause(0.5) + tone("alpha", 0.6) + pause(0.5) + tone("bravo", 0.6) + pause(0.5)

    found = await heard(tmp_path, said)

    assert (found.text, found.language) == ("alpha bravo", "en")
    alpha, bravo = found.words
    assert (alpha.text, bravo.text) == ("alpha", "bravo")
    assert alpha.start_seconds == pytest.approx(0.5, abs=0.05)
    assert bravo.start_seconds == pytest.approx(1.6, abs=0.05)
    assert alpha.end_seconds < bravo.start_seconds


async def test_silence_has_no_words(tmp_path: Path) -> None:
    found = await heard(tmp_path, pause(1.0))

    assert (found.text, found.words) == ("", ())


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({"model": ""}, Availability.NOT_CONFIGURED),
        ({"model": "/nowhere"}, Availability.MISCONFIGURED),
        ({"model_kind": ""}, Availability.MISCONFIGURED),
        ({"model_kind": "whisper"}, Availability.MISCONFIGURED),
        ({"model_kind": "parrot"}, Availability.MISCONFIGURED),
    ],
)
async def test_a_folder_without_such_a_model_is_told_with_what_to_do(
    tmp_path: Path, changes: dict[str, Any], standing: Availability
) -> None:
    config = a_config(write_tone_model(tmp_path), **changes)

    found = (await gear_of(config).look()).recogniser

    assert found.availability is standing
    assert "BOTS_ASR_MODEL" in found.remedy
    async with aclosing(recogniser_from(config)) as recogniser:
        with pytest.raises(ModelMissing, match="BOTS_ASR_MODEL"):
            await recogniser.prepare()


async def test_a_model_that_is_there_is_told_by_its_folder(tmp_path: Path) -> None:
    found = (await gear_of(a_config(write_tone_model(tmp_path))).capabilities())[0]

    assert (found.standing, found.detail) == (Standing.CONFIGURED, f"{tmp_path} by sherpa-onnx")


async def test_a_file_that_is_no_model_is_a_failure_and_not_an_end(tmp_path: Path) -> None:
    write_tone_model(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"not a model")

    async with aclosing(recogniser_from(a_config(tmp_path))) as recogniser:
        with pytest.raises(RecogniserFailed):
            await recogniser.prepare()
