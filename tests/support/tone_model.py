"""A model for sherpa-onnx that is a test's own: it hears tones as words, by their pitch.

It is a CTC model as NeMo exports them, of one matrix.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.support.onnx_file import (
    FLOAT,
    INT64,
    in_order,
    integer,
    integers,
    model,
    node,
    takes,
    tells,
    tensor,
)
from tests.support.tones import PITCHES

BANDS: Final = 80
# Where the mel scale that the library's features have is straight, one mel is so many hertz.
HERTZ_PER_MEL: Final = 200 / 3
MELS: Final = 45.245
# So loud is a band, as a logarithm, in which a tone is.
THRESHOLD: Final = -8.0
WORDS: Final = ("alpha", "bravo")


def write_tone_model(folder: Path) -> Path:
    """Put the model into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(_model())
    lines = [f"▁{word} {number}" for number, word in enumerate(WORDS)]
    (folder / "tokens.txt").write_text("\n".join([*lines, f"<blk> {len(WORDS)}", ""]))
    return folder


def _weights() -> NDArray[np.float32]:
    """Each word is the mean of the bands around its pitch; nothing said is the threshold."""
    weights = np.zeros((BANDS, len(WORDS) + 1), np.float32)
    for number, word in enumerate(WORDS):
        band = round(PITCHES[word] / HERTZ_PER_MEL / MELS * (BANDS + 1)) - 1
        weights[band - 1 : band + 2, number] = 1 / 3
    return weights


def _model() -> bytes:
    bias = np.array([0.0] * len(WORDS) + [THRESHOLD], np.float32)
    graph = in_order(
        node("Transpose", ["audio_signal"], "turned", integers("perm", [0, 2, 1])),
        node("MatMul", ["turned", "weights"], "bands"),
        node("Add", ["bands", "bias"], "scores"),
        node("LogSoftmax", ["scores"], "logprobs", integer("axis", 2)),
        tensor("weights", _weights()),
        tensor("bias", bias),
        takes("audio_signal", FLOAT, ["n", BANDS, "t"]),
        takes("length", INT64, ["n"]),
        tells("logprobs", FLOAT, ["n", "t", len(WORDS) + 1]),
    )
    says = {
        "model_type": "EncDecCTCModelBPE",
        "vocab_size": str(len(WORDS)),
        "subsampling_factor": "1",
        "normalize_type": "",
    }
    return model(graph, says)
