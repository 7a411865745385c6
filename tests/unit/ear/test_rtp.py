"""RTP datagrams: what is read of them, and what is refused."""

import pytest

from session.media.rtp import InvalidExtensionId, NotRtp, Packet, check_extension_id, opus, parse

# What a media node forwarded: marker, sequence 11, timestamp 9600, SSRC 1000, two extensions.
FORWARDED = bytes.fromhex("90e4000b00002580000003e8bede000110302029") + b"sound"


def test_a_forwarded_packet_is_read_past_its_extensions() -> None:
    assert parse(FORWARDED) == Packet(1000, 11, 9600, True, b"sound")


def test_contributing_sources_and_padding_are_left_out() -> None:
    datagram = bytes.fromhex("a26f0001000003c000000007") + bytes(8) + b"sound" + b"\0\0\3"

    assert parse(datagram) == Packet(7, 1, 960, False, b"sound")


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        FORWARDED[:11],
        b"\x50" + FORWARDED[1:],
        bytes([FORWARDED[0], 200]) + FORWARDED[2:],
        FORWARDED[:14],
        FORWARDED[:14] + b"\xff\xff" + FORWARDED[16:],
        bytes.fromhex("a06f0001000003c000000007") + b"\x09",
        bytes.fromhex("a06f0001000003c000000007") + b"sound\0",
    ],
    ids=["empty", "short", "version", "rtcp", "torn", "extension", "padding", "no padding"],
)
def test_what_is_no_rtp_is_refused(datagram: bytes) -> None:
    with pytest.raises(NotRtp):
        parse(datagram)


def test_a_packet_that_is_sent_says_how_loud_it_is() -> None:
    packet = Packet(1000, 65535, 2**32 - 1, True, b"sound")

    datagram = opus(packet, level_id=3, level=30)

    assert parse(datagram) == packet
    assert datagram[12:20] == bytes.fromhex("bede0001 309e0000")
    assert opus(packet, level_id=3, level=127)[17] == 0x7F
    assert parse(opus(packet, level_id=0, level=30)) == packet


@pytest.mark.parametrize("number", [-1, 15])
def test_an_extension_has_an_id_of_one_byte(number: int) -> None:
    with pytest.raises(InvalidExtensionId):
        check_extension_id(number)
