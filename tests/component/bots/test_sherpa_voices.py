"""Voices told apart by the real sherpa-onnx, with a model of tones; what is said without one."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path

import pytest

from bots.domain.kind import Availability
from bots.engines.diarisers import diariser_from, readiness_of, shown
from bots.engines.diarising import CannotDiarise, DiariserConfig, Turn
from bots.engines.sherpa_voices import SherpaDiariser
from tests.support.eventually import eventually
from tests.support.speaker_model import SAYS, write_speaker_model
from tests.support.tone_model import write_tone_model
from tests.support.tones import tone

LOW, HIGH = tone("alpha", 3.0), tone("hotel", 3.0)


def a_config(model: Path | str, **changes: str) -> DiariserConfig:
    return DiariserConfig(**{"name": "sherpa", "model": str(model)} | changes)  # type: ignore[arg-type]


@pytest.fixture
async def diariser(tmp_path: Path) -> AsyncIterator[SherpaDiariser]:
    config = a_config(write_speaker_model(tmp_path / "speaker.onnx"))
    async with aclosing(SherpaDiariser(config)) as one:
        yield one


def voices(turns: list[Turn]) -> list[str]:
    return [turn.voice for turn in turns]


async def test_two_voices_in_one_stretch_are_two_turns_of_the_real_library(
    diariser: SherpaDiariser,
) -> None:
    turns = list(await diariser.split(LOW + HIGH, "room"))

    assert voices(turns) == ["1", "2"]
    first, second = turns
    assert (first.start_seconds, second.end_seconds) == (0.0, 6.0)
    assert first.end_seconds == second.start_seconds == pytest.approx(3.0, abs=0.8)
    assert all(0.5 < turn.confidence <= 1.0 for turn in turns)


async def test_a_voice_keeps_its_name_in_its_stream_and_over_the_death_of_the_child(
    diariser: SherpaDiariser,
) -> None:
    await diariser.split(LOW, "room")
    assert voices(list(await diariser.split(HIGH, "room"))) == ["2"]
    assert voices(list(await diariser.split(HIGH, "another"))) == ["1"]
    first = diariser.worker_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    async def told() -> list[str]:
        try:
            return voices(list(await diariser.split(HIGH, "room")))
        except CannotDiarise:
            return []

    assert await eventually(told) == ["2"]
    assert diariser.worker_pid not in (None, first)


async def test_a_stretch_that_takes_too_long_is_given_up_and_its_child_too(tmp_path: Path) -> None:
    model = write_speaker_model(tmp_path / "speaker.onnx")
    async with aclosing(SherpaDiariser(a_config(model), deadline_seconds=0.001)) as hasty:
        for _ in range(2):
            with pytest.raises(CannotDiarise, match="did not get ready"):
                await hasty.split(LOW, "room")
            assert hasty.worker_pid is None
        # It is left alone for a while now, and who asks meanwhile need not wait.
        with pytest.raises(CannotDiarise, match="started again"):
            await hasty.split(LOW, "room")


async def test_a_sound_too_short_to_tell_asks_nobody(diariser: SherpaDiariser) -> None:
    assert await diariser.split(tone("alpha", 0.3), "room") == ()
    assert diariser.worker_pid is None


async def test_whoever_asks_a_closed_one_is_told_so(diariser: SherpaDiariser) -> None:
    await diariser.split(LOW, "room")
    await diariser.aclose()

    with pytest.raises(CannotDiarise, match="closed"):
        await diariser.split(LOW, "room")
    assert diariser.worker_pid is None


async def test_a_model_that_the_library_refuses_is_a_failure_and_not_an_end(tmp_path: Path) -> None:
    model = tmp_path / "speaker.onnx"
    model.write_bytes(b"not a model")

    async with aclosing(SherpaDiariser(a_config(model))) as diariser:
        with pytest.raises(CannotDiarise):
            await diariser.split(LOW, "room")


def test_a_speaker_model_that_is_there_is_told_by_its_file(tmp_path: Path) -> None:
    config = a_config(write_speaker_model(tmp_path / "speaker.onnx"))

    assert readiness_of(config).availability is Availability.CONFIGURED
    assert str(tmp_path / "speaker.onnx") in shown(config)
    assert isinstance(diariser_from(config), SherpaDiariser)


def without(name: str) -> Mapping[str, str]:
    return {key: value for key, value in SAYS.items() if key != name}


@pytest.mark.parametrize(
    ("says", "complaint"),
    [
        ({}, "lack framework, language, output_dim, sample_rate"),
        (without("output_dim"), "lack output_dim"),
        (without("normalize_samples"), "lack normalize_samples"),
        ({**SAYS, "framework": "nemo"}, "lack feat_dim, window_size_ms, window_stride_ms"),
        ({**SAYS, "framework": "parrot"}, "parrot"),
    ],
)
def test_a_model_of_something_else_is_told_before_it_is_loaded(
    tmp_path: Path, says: Mapping[str, str], complaint: str
) -> None:
    found = readiness_of(a_config(write_speaker_model(tmp_path / "speaker.onnx", says)))

    assert found.availability is Availability.MISCONFIGURED
    assert complaint in found.remedy
    assert "BOTS_DIARISER_MODEL" in found.remedy


@pytest.mark.parametrize("content", [b"", b"not a model", bytes(64), b"\xff" * 64])
def test_a_file_that_is_no_model_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    model = tmp_path / "speaker.onnx"
    model.write_bytes(content)

    found = readiness_of(a_config(model))

    assert found.availability is Availability.MISCONFIGURED
    assert "BOTS_DIARISER_MODEL" in found.remedy


@pytest.mark.parametrize("model", ["", "/nowhere/speaker.onnx", "/"])
def test_a_model_that_is_not_there_is_told_with_what_to_do(model: str) -> None:
    found = readiness_of(a_config(model))

    assert found.availability is Availability.MISCONFIGURED
    assert "BOTS_DIARISER_MODEL" in found.remedy


def test_a_recognisers_model_tells_no_voices_apart(tmp_path: Path) -> None:
    write_tone_model(tmp_path)

    found = readiness_of(a_config(tmp_path / "model.onnx"))

    assert "no speaker model" in found.remedy


def test_without_the_library_that_is_what_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)

    found = readiness_of(a_config(write_speaker_model(tmp_path / "speaker.onnx")))

    assert found.availability is Availability.MISCONFIGURED
    assert "sherpa-onnx is not there" in found.remedy
