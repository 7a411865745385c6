"""What there is for bots here, as `convene doctor` tells it."""

from pathlib import Path

from bots.engines.diarising import DiariserConfig
from bots.engines.recognition import RecogniserConfig
from bots.engines.speech import Espeak
from bots.engines.translating import translations_from
from bots.service.equipment import Gear
from common.capabilities import Standing
from tests.support.phrasebook import Phrasebook
from tests.support.speaker_model import write_speaker_model


async def test_what_is_lacking_is_told_with_what_to_do(tmp_path: Path) -> None:
    nothing = Gear(
        RecogniserConfig(models_dir=tmp_path),
        "no-such-ffmpeg",
        Espeak("no-such-espeak"),
        translations_from(tmp_path),
    )

    told = {one.name: one for one in await nothing.capabilities()}

    lacking = {"recogniser", "speech", "translation", "diariser", "recordings"}
    assert {name for name in lacking if told[name].standing is Standing.NOT_CONFIGURED} == lacking
    assert "apertium-eng-spa" in told["translation"].detail
    assert "espeak-ng" in told["speech"].detail
    assert "BOTS_DIARISER" in told["diariser"].detail


async def test_what_is_there_is_told_with_what_it_can_do(tmp_path: Path) -> None:
    gear = Gear(
        RecogniserConfig(models_dir=tmp_path),
        "ffmpeg",
        Espeak("espeak-ng"),
        [Phrasebook()],
        diariser=DiariserConfig("magic"),
    )

    told = {one.name: one for one in await gear.capabilities()}

    assert (told["translation"].standing, told["translation"].detail) == (
        Standing.CONFIGURED,
        "phrasebook: en→es, en→pt",
    )
    assert told["speech"].standing is Standing.CONFIGURED
    assert told["diariser"].standing is Standing.MISCONFIGURED
    assert "'magic'" in told["diariser"].detail


async def test_a_diariser_is_told_by_its_model_or_by_what_is_wrong_with_it(tmp_path: Path) -> None:
    model = tmp_path / "speaker.onnx"
    gear = Gear(
        RecogniserConfig(models_dir=tmp_path),
        "ffmpeg",
        Espeak("espeak-ng"),
        (),
        diariser=DiariserConfig("sherpa", str(model)),
    )

    without = {one.name: one for one in await gear.capabilities()}["diariser"]
    write_speaker_model(model)
    having = {one.name: one for one in await gear.capabilities()}["diariser"]

    assert without.standing is Standing.MISCONFIGURED
    assert "BOTS_DIARISER_MODEL" in without.detail
    assert having.standing is Standing.CONFIGURED
    assert str(model) in having.detail
