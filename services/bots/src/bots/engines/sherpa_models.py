"""Which files of a folder are a model for sherpa-onnx, and what kind of model they are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bots.engines.models import ModelMissing

ENDINGS: Final = (".onnx", ".ort")
TOKENS: Final = "tokens.txt"
# Of a file in several precisions, the one that a CPU is quickest with.
PREFERRED: Final = "int8"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of model is made of.

    *parts* says which words the file has in its name that goes into an argument of the library's
    *maker*; *fixed* are arguments that are the same for all.
    """

    maker: str
    parts: Mapping[str, str]
    fixed: Mapping[str, Any] = field(default_factory=dict)


# Those that their files tell apart come first, and the more particular before the others.
SHAPES: Final[Mapping[str, Shape]] = {
    "moonshine": Shape("from_moonshine_v2", {"encoder": "encoder", "decoder": "merged"}),
    "moonshine_v1": Shape(
        "from_moonshine",
        {
            "preprocessor": "preprocess",
            "encoder": "encode",
            "uncached_decoder": "uncached",
            "cached_decoder": "cached",
        },
    ),
    "transducer": Shape(
        "from_transducer",
        {"encoder": "encoder", "decoder": "decoder", "joiner": "joiner"},
        # The model says itself whether it is one of NeMo's.
        {"model_type": ""},
    ),
    "whisper": Shape(
        "from_whisper", {"encoder": "encoder", "decoder": "decoder"}, {"language": ""}
    ),
    "nemo_ctc": Shape("from_nemo_ctc", {"model": "model"}),
    "paraformer": Shape("from_paraformer", {"paraformer": "model"}),
    "sense_voice": Shape(
        "from_sense_voice", {"model": "model"}, {"language": "auto", "use_itn": True}
    ),
    "zipformer_ctc": Shape("from_zipformer_ctc", {"model": "model"}),
}
_TOLD_BY_FILES: Final = ("moonshine", "moonshine_v1", "transducer", "whisper")
REMEDY: Final = (
    "set BOTS_ASR_MODEL to a folder with an export for sherpa-onnx (its .onnx or .ort files and "
    f"tokens.txt) and, where it is one model.onnx, BOTS_ASR_MODEL_KIND to its kind: "
    f"{', '.join(kind for kind in SHAPES if kind not in _TOLD_BY_FILES)}"
)


@dataclass(frozen=True, slots=True)
class Export:
    """A model on disk: what makes a recogniser of it, and with which arguments."""

    maker: str
    arguments: Mapping[str, Any]


def find_sherpa(configured: str, kind: str) -> Export:
    """The model in the folder *configured*, of *kind*; empty for what its files tell.

    Raises ``ModelMissing`` with the remedy. Its weights are the operator's to trust.
    """
    if not configured:
        raise ModelMissing(f"BOTS_ASR_ENGINE=sherpa has no model of its own: {REMEDY}")
    folder = Path(configured).expanduser()
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    if kind and kind not in SHAPES:
        raise ModelMissing(
            f"BOTS_ASR_MODEL_KIND is {kind!r}; choose one of {', '.join(sorted(SHAPES))}"
        )
    for shape in (SHAPES[name] for name in ([kind] if kind else _TOLD_BY_FILES)):
        found = {argument: _files(files, mark) for argument, mark in shape.parts.items()}
        if all(found.values()):
            return Export(shape.maker, _arguments(shape, folder, files, found))
    raise ModelMissing(f"no {kind or 'known'} model for sherpa-onnx in {folder}: {REMEDY}")


def _arguments(
    shape: Shape, folder: Path, files: Sequence[Path], found: Mapping[str, Sequence[Path]]
) -> Mapping[str, Any]:
    tokens = [file for file in files if file.name.endswith(TOKENS)]
    chosen = {"tokens": tokens, **found}
    for argument, candidates in chosen.items():
        if len(candidates) != 1:
            names = ", ".join(file.name for file in candidates) or "none"
            raise ModelMissing(
                f"{folder} has to have one file for {argument}, and has {names}: {REMEDY}"
            )
    return {**shape.fixed, **{argument: str(one) for argument, (one,) in chosen.items()}}


def _files(files: Sequence[Path], mark: str) -> Sequence[Path]:
    """Those that have *mark* as a word in their names, in one precision."""
    word = re.compile(rf"(?<![a-z]){mark}(?![a-z])")
    named = [file for file in files if file.suffix in ENDINGS and word.search(file.stem)]
    return [file for file in named if PREFERRED in file.name] or named
