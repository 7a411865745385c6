"""Which files are a model for sherpa-onnx, and when its words were said."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bots.engines.models import ModelMissing
from bots.engines.sherpa_models import find_sherpa
from bots.engines.sherpa_worker import words_of

ZIPFORMER = (
    "encoder-epoch-9-avg-1.onnx",
    "decoder-epoch-9-avg-1.onnx",
    "joiner-epoch-9-avg-1.onnx",
)


@dataclass
class AResult:
    text: str
    tokens: Sequence[str]
    timestamps: Sequence[float] = ()
    durations: Sequence[float] = ()
    ys_log_probs: Sequence[float] = ()
    lang: str = ""


def a_folder(folder: Path, *names: str, tokens: str = "tokens.txt") -> str:
    for name in (*names, tokens, "README.md"):
        (folder / name).touch()
    return str(folder)


def told(result: AResult, seconds: float = 3.0) -> list[tuple[str, float, float, float]]:
    return [
        (one.text, one.start_seconds, round(one.end_seconds, 3), one.confidence)
        for one in words_of(result, seconds)
    ]


@pytest.mark.parametrize(
    ("names", "kind", "maker"),
    [
        (ZIPFORMER, "", "from_transducer"),
        (("tiny.en-encoder.onnx", "tiny.en-decoder.onnx"), "", "from_whisper"),
        (("encoder_model.ort", "decoder_model_merged.ort"), "", "from_moonshine_v2"),
        (
            ("preprocess.onnx", "encode.onnx", "uncached_decode.onnx", "cached_decode.onnx"),
            "",
            "from_moonshine",
        ),
        (("model.onnx",), "paraformer", "from_paraformer"),
        (("model.onnx",), "sense_voice", "from_sense_voice"),
    ],
)
def test_a_model_is_known_by_its_files_or_by_the_kind_that_is_named(
    tmp_path: Path, names: Sequence[str], kind: str, maker: str
) -> None:
    found = find_sherpa(a_folder(tmp_path, *names), kind)

    files = {value for value in found.arguments.values() if str(value).startswith(str(tmp_path))}
    assert found.maker == maker
    assert files == {str(tmp_path / name) for name in (*names, "tokens.txt")}


def test_tokens_may_be_named_after_the_model(tmp_path: Path) -> None:
    names = ("tiny-encoder.onnx", "tiny-decoder.onnx")

    found = find_sherpa(a_folder(tmp_path, *names, tokens="tiny-tokens.txt"), "")

    assert found.arguments["tokens"] == str(tmp_path / "tiny-tokens.txt")


def test_of_several_precisions_the_quickest_is_taken(tmp_path: Path) -> None:
    small = [name.replace(".onnx", ".int8.onnx") for name in ZIPFORMER]

    found = find_sherpa(a_folder(tmp_path, *ZIPFORMER, *small), "")

    assert found.arguments["encoder"] == str(tmp_path / small[0])


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (("model.onnx",), "BOTS_ASR_MODEL_KIND"),
        (("model-1.onnx", "model-2.onnx"), "model-1.onnx, model-2.onnx"),
        ((), "no paraformer model"),
    ],
)
def test_what_a_folder_lacks_or_has_too_much_of_is_named(
    tmp_path: Path, names: Sequence[str], complaint: str
) -> None:
    kind = "" if complaint.startswith("BOTS") else "paraformer"

    with pytest.raises(ModelMissing, match=complaint):
        find_sherpa(a_folder(tmp_path, *names), kind)


@pytest.mark.parametrize(
    "tokens",
    [
        ["▁good", "▁mor", "ning", "."],
        [" good", " mor", "ning", "."],
        ["good", "mor@@", "ning", "."],
    ],
)
def test_words_are_put_together_from_tokens_however_they_are_joined(tokens: Sequence[str]) -> None:
    found = told(AResult("good morning.", tokens, [0.1, 1.0, 1.2, 1.4]))

    assert found == [("good", 0.1, 0.5, 0.5), ("morning.", 1.0, 1.8, 0.5)]


def test_a_word_ends_where_the_next_begins_at_the_latest_and_the_last_with_the_clip() -> None:
    found = told(AResult("so well", [" so", " well"], [0.1, 0.3]), seconds=0.6)

    assert [(start, end) for _, start, end, _ in found] == [(0.1, 0.3), (0.3, 0.6)]


def test_durations_and_likelihoods_are_used_where_they_are_told() -> None:
    result: Any = AResult("well", [" we", "ll"], [0.1, 0.3], [0.2, 0.1], [-0.1, -0.3])

    assert told(result) == [("well", 0.1, 0.4, 0.819)]


@pytest.mark.parametrize(
    "result",
    [
        AResult("good morning", [" good", " morning"]),
        AResult("twenty", ["2", "0"], [0.1, 0.2]),
        AResult("", []),
    ],
)
def test_tokens_that_do_not_tell_give_no_times(result: AResult) -> None:
    assert told(result) == []
