"""Models that tests write: ONNX is protobuf, and they need so little of it that it is here."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

FLOAT, INT64 = 1, 7
IR_VERSION: Final = 6
OPERATORS: Final = 11
_INTS, _INT = 7, 2


def model(graph: bytes, says: Mapping[str, str]) -> bytes:
    """A model of *graph*, with what it *says* of itself."""
    properties = (_field(14, _text(1, key) + _text(2, value)) for key, value in says.items())
    operators = _field(8, _text(1, "") + _varint(2, OPERATORS))
    return _varint(1, IR_VERSION) + _field(7, graph) + operators + b"".join(properties)


def in_order(*parts: bytes) -> bytes:
    """A graph of nodes, tensors, what it takes and what it tells."""
    return b"".join(parts) + _text(2, "graph")


def node(operator: str, inputs: Sequence[str], output: str, attribute: bytes = b"") -> bytes:
    named = b"".join(_text(1, name) for name in inputs)
    own = _field(5, attribute) if attribute else b""
    return _field(1, named + _text(2, output) + _text(3, output) + _text(4, operator) + own)


def integers(name: str, numbers: Sequence[int]) -> bytes:
    """An attribute of a node."""
    return _text(1, name) + b"".join(_varint(8, one) for one in numbers) + _varint(20, _INTS)


def integer(name: str, number: int) -> bytes:
    """An attribute of a node."""
    return _text(1, name) + _varint(3, number) + _varint(20, _INT)


def tensor(name: str, values: NDArray[np.float32]) -> bytes:
    dimensions = b"".join(_varint(1, size) for size in values.shape)
    return _field(5, dimensions + _varint(2, FLOAT) + _text(8, name) + _field(9, values.tobytes()))


def takes(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    return _field(11, _value(name, kind, shape))


def tells(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    return _field(12, _value(name, kind, shape))


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
