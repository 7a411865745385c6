"""What a model says of itself, read from its file without loading it."""

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

# ONNX is protobuf: a model's `metadata_props`, and in each of them its `key` and its `value`.
_PROPERTY, _KEY, _VALUE = 14, 1, 2
# How a field is written: as a number, in eight bytes, behind its length, in four bytes.
_VARINT, _EIGHT, _LONG, _FOUR = 0, 1, 2, 5
_LONGEST_VARINT: Final = 10


class NotOnnx(ValueError):
    """The file is no ONNX model."""


def metadata_of(model: Path) -> Mapping[str, str]:
    """The properties of *model* by their names. Raises ``NotOnnx`` or ``OSError``."""
    with model.open("rb") as file:
        if not model.stat().st_size:
            raise NotOnnx(f"{model} is empty")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            try:
                properties = [
                    dict(_fields(content[first:end]))
                    for number, first, end in _places(content)
                    if number == _PROPERTY
                ]
            except IndexError:
                raise NotOnnx(f"{model} is no ONNX model, or cut off") from None
    return {
        one.get(_KEY, b"").decode(errors="replace"): one.get(_VALUE, b"").decode(errors="replace")
        for one in properties
    }


def _fields(content: bytes) -> Iterator[tuple[int, bytes]]:
    return ((number, content[first:end]) for number, first, end in _places(content))


def _places(content: bytes | mmap.mmap) -> Iterator[tuple[int, int, int]]:
    """Each field's number, and where it begins and ends. ``IndexError`` where it is broken."""
    place = 0
    while place < len(content):
        tag, place = _varint(content, place)
        length = 0
        if tag & 7 == _LONG:
            length, place = _varint(content, place)
        elif tag & 7 == _VARINT:
            length = _varint(content, place)[1] - place
        elif tag & 7 in (_EIGHT, _FOUR):
            length = 8 if tag & 7 == _EIGHT else 4
        if not tag >> 3 or tag & 7 not in (_VARINT, _EIGHT, _LONG, _FOUR):
            raise IndexError(place)
        if place + length > len(content):
            raise IndexError(place + length)
        yield tag >> 3, place, place + length
        place += length


def _varint(content: bytes | mmap.mmap, place: int) -> tuple[int, int]:
    """The number at *place*, and where it ends."""
    value = 0
    for nth in range(_LONGEST_VARINT):
        value |= (content[place + nth] & 127) << 7 * nth
        if content[place + nth] < 128:
            return value, place + nth + 1
    raise IndexError(place)
