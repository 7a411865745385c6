"""A model for sherpa-onnx that is a test's own: it hears tones as words, by their pitch.

It is a CTC model as NeMo exports them, of one matrix. ONNX is protobuf, and so little of it that
it is written here field by field.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.support.tones import PITCHES

BANDS: Final = 80
# Where the mel scale that the library's features have is straight, one mel is so many hertz.
HERTZ_PER_MEL: Final = 200 / 3
MELS: Final = 45.245
# So loud is a band, as a logarithm, in which a tone is.
THRESHOLD: Final = -8.0
WORDS: Final = ("alpha", "bravo")
_FLOAT, _INT64 = 1, 7
_INTS, _INT = 7, 2


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
    graph = [
        _node("Transpose", ["audio_signal"], "turned", _list("perm", [0, 2, 1])),
        _node("MatMul", ["turned", "weights"], "bands"),
        _node("Add", ["bands", "bias"], "scores"),
        _node("LogSoftmax", ["scores"], "logprobs", _number("axis", 2)),
        _text(2, "tones"),
        _field(5, _tensor("weights", _weights())),
        _field(5, _tensor("bias", bias)),
        _field(11, _value("audio_signal", _FLOAT, ["n", BANDS, "t"])),
        _field(11, _value("length", _INT64, ["n"])),
        _field(12, _value("logprobs", _FLOAT, ["n", "t", len(WORDS) + 1])),
    ]
    says = {
        "model_type": "EncDecCTCModelBPE",
        "vocab_size": str(len(WORDS)),
        "subsampling_factor": "1",
        "normalize_type": "",
    }
    return b"".join(
        [
            _varint(1, 6),
            _field(7, b"".join(graph)),
            _field(8, _text(1, "") + _varint(2, 11)),
            *(_field(14, _text(1, key) + _text(2, value)) for key, value in says.items()),
        ]
    )


def _node(operator: str, inputs: Sequence[str], output: str, attribute: bytes = b"") -> bytes:
    named = b"".join(_text(1, name) for name in inputs)
    own = _field(5, attribute) if attribute else b""
    return _field(1, named + _text(2, output) + _text(3, output) + _text(4, operator) + own)


def _list(name: str, numbers: Sequence[int]) -> bytes:
    return _text(1, name) + b"".join(_varint(8, one) for one in numbers) + _varint(20, _INTS)


def _number(name: str, number: int) -> bytes:
    return _text(1, name) + _varint(3, number) + _varint(20, _INT)


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    dimensions = b"".join(_varint(1, size) for size in values.shape)
    return dimensions + _varint(2, _FLOAT) + _text(8, name) + _field(9, values.tobytes())


def _value(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    sizes = b"".join(
        _field(1, _varint(1, size) if isinstance(size, int) else _text(2, size)) for size in shape
    )
    return _text(1, name) + _field(2, _field(1, _varint(1, kind) + _field(2, sizes)))


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _field(number: int, content: bytes) -> bytes:
    return _bits(number << 3 | 2) + _bits(len(content)) + content


def _varint(number: int, value: int) -> bytes:
    return _bits(number << 3) + _bits(value)


def _bits(value: int) -> bytes:
    if value < 128:
        return bytes([value])
    return bytes([value & 127 | 128]) + _bits(value >> 7)
