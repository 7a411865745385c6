"""Finding the weights."""

import tomllib
from pathlib import Path

import pytest

from bots.engines.models import (
    MINILM_SHA256,
    WHISPER_BASE_SHA256,
    ModelDamaged,
    ModelMissing,
    find_minilm,
    find_whisper,
)
from scripts.fetch_models import LOCK

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")


def a_model(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names or FILES:
        (folder / name).write_text("{}")
    return folder


def test_a_configured_folder_wins_and_is_trusted(tmp_path: Path) -> None:
    own = a_model(tmp_path / "own")

    assert find_whisper(str(own), tmp_path / "models") == own


def test_an_incomplete_folder_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    own = a_model(tmp_path / "own", "model.bin", "vocabulary.json")

    with pytest.raises(ModelMissing, match=r"config\.json, tokenizer\.json not there"):
        find_whisper(str(own), tmp_path / "models")


def test_other_weights_under_our_name_are_refused(tmp_path: Path) -> None:
    a_model(tmp_path / "whisper-base")

    with pytest.raises(ModelDamaged, match=r"delete .* `make models`"):
        find_whisper("", tmp_path)


def test_what_is_fetched_is_what_is_trusted() -> None:
    files = tomllib.loads(LOCK.read_text())["whisper-base"]["files"]

    assert {f["name"]: f["sha256"] for f in files}["model.bin"] == WHISPER_BASE_SHA256
    assert {f["name"] for f in files} == set(FILES)


def test_a_sentence_model_of_ones_own_is_trusted_and_an_incomplete_one_refused(
    tmp_path: Path,
) -> None:
    own = a_model(tmp_path / "own", "model.onnx", "tokenizer.json")

    assert find_minilm(str(own), tmp_path) == own
    with pytest.raises(ModelMissing, match=r"model\.onnx, tokenizer\.json not there.*MEANINGS"):
        find_minilm("", tmp_path)


def test_another_sentence_model_under_our_name_is_refused(tmp_path: Path) -> None:
    a_model(tmp_path / "minilm-l6", "model.onnx", "tokenizer.json")

    with pytest.raises(ModelDamaged, match=r"model\.onnx is not the published model"):
        find_minilm("", tmp_path)


def test_the_sentence_model_that_is_fetched_is_the_one_that_is_trusted() -> None:
    files = tomllib.loads(LOCK.read_text())["minilm-l6"]["files"]

    assert {f["name"]: f["sha256"] for f in files}["model.onnx"] == MINILM_SHA256
