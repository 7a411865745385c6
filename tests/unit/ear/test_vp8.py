"""VP8 in RTP: descriptors of every shape are read, and only whole frames come out."""

import pytest

from session.media.vp8 import MOST_FRAME_BYTES, Assembly, Fragment, Frame, fragment

KEY, DELTA = b"\x10key", b"\x11delta"


@pytest.mark.parametrize(
    ("descriptor", "begins"),
    [
        ("10", True),
        ("00", False),
        ("30", True),
        ("11", False),
        ("908012", True),
        ("90808123", True),
        ("904005", True),
        ("902040", True),
        ("901040", True),
        ("90f081234567", True),
        ("80f081234567", False),
    ],
)
def test_a_fragment_is_found_behind_its_descriptor(descriptor: str, begins: bool) -> None:
    assert fragment(bytes.fromhex(descriptor) + b"vp8") == Fragment(begins, b"vp8")


@pytest.mark.parametrize("payload", ["", "10", "90", "9080", "908081", "90f08123", "90f081234567"])
def test_what_has_no_picture_in_it_is_no_fragment(payload: str) -> None:
    assert fragment(bytes.fromhex(payload)) is None


def take(
    assembly: Assembly,
    timestamp: int,
    payload: bytes,
    *,
    begins: bool = False,
    last: bool = False,
    missing: bool = False,
) -> Frame | None:
    descriptor = b"\x10" if begins else b"\x00"
    return assembly.take(timestamp, descriptor + payload, last=last, missing=missing)


def test_fragments_become_a_frame_at_the_marker() -> None:
    assembly = Assembly()

    assert take(assembly, 90, KEY, begins=True) is None
    assert take(assembly, 90, b"more") is None
    assert take(assembly, 90, b"end", last=True) == Frame(90, True, KEY + b"moreend")
    assert take(assembly, 180, DELTA, begins=True, last=True) == Frame(180, False, DELTA)
    assert not assembly.lost


def test_a_frame_with_a_hole_is_dropped_and_told() -> None:
    assembly = Assembly()
    take(assembly, 90, KEY, begins=True)

    assert take(assembly, 90, b"end", last=True, missing=True) is None
    assert assembly.lost
    assert take(assembly, 180, DELTA, begins=True, last=True) == Frame(180, False, DELTA)


def test_a_frame_whose_end_is_missing_is_dropped_when_the_next_begins() -> None:
    assembly = Assembly()
    take(assembly, 90, KEY, begins=True)

    assert take(assembly, 180, DELTA, begins=True, last=True, missing=True) is not None
    assert assembly.lost


def test_a_frame_that_never_ends_is_given_up() -> None:
    assembly = Assembly()
    take(assembly, 90, KEY, begins=True)

    for _ in range(MOST_FRAME_BYTES // 1000 + 1):
        take(assembly, 90, bytes(1000))

    assert assembly.lost
    assert take(assembly, 90, b"end", last=True) is None
