"""A track on disk: read from any sample, kept over a restart, bounded."""

import os
import time
from pathlib import Path

import pytest

from session.media.records import FRAME, RATE, Kind, Record
from session.media.track import EarStopping, Track

SECOND = RATE // FRAME


def packets(first: int, count: int) -> list[bytes]:
    return [b"%d" % number for number in range(first, first + count)]


def a_track(folder: Path, seconds: int) -> Track:
    """A track with *seconds* of packets that carry their own numbers, 100 bytes each."""
    track = Track(folder)
    for second in range(seconds):
        some = [packet.ljust(500) for packet in packets(second * SECOND, SECOND)]
        track.write(some, second * RATE)
    return track


async def heard(track: Track, start: int = 0) -> list[Record]:
    """Everything from *start* on; the track must have ended."""
    return [record async for records in track.read(start) for record in records]


def shape(records: list[Record]) -> list[tuple[Kind, int, int]]:
    return [(record.kind, record.start, record.end) for record in records]


async def test_a_reader_begins_at_the_packet_with_its_sample(tmp_path: Path) -> None:
    track = a_track(tmp_path / "1", 2)
    track.finish()

    records = await heard(track, RATE + 10)

    assert records[0] == Record(Kind.PACKET, RATE, RATE + FRAME, b"50".ljust(500))
    assert records[-1] == Record(Kind.END, 2 * RATE, 2 * RATE)
    assert len(records) == SECOND + 1


async def test_a_jump_forward_is_a_gap_of_exactly_its_length(tmp_path: Path) -> None:
    track = Track(tmp_path / "1")
    track.write([b"a"], 0)
    track.write([b"b"], 5 * FRAME)
    track.finish(10 * FRAME)

    assert shape(await heard(track)) == [
        (Kind.PACKET, 0, FRAME),
        (Kind.GAP, FRAME, 5 * FRAME),
        (Kind.PACKET, 5 * FRAME, 6 * FRAME),
        (Kind.GAP, 6 * FRAME, 10 * FRAME),
        (Kind.END, 10 * FRAME, 10 * FRAME),
    ]


async def test_what_was_written_already_is_left_out(tmp_path: Path) -> None:
    track = Track(tmp_path / "1")
    track.write([b"a", b"b"], 0)
    track.write([b"b again", b"c"], FRAME)
    track.mark(Kind.SILENCE, 0, 4 * FRAME)
    track.finish()

    records = await heard(track)

    assert [record.payload for record in records[:3]] == [b"a", b"b", b"c"]
    assert shape(records[3:]) == [
        (Kind.SILENCE, 3 * FRAME, 4 * FRAME),
        (Kind.END, 4 * FRAME, 4 * FRAME),
    ]


async def test_silence_is_told_from_the_sample_that_was_asked_for(tmp_path: Path) -> None:
    track = Track(tmp_path / "1")
    track.mark(Kind.SILENCE, 0, RATE)
    track.finish()

    assert shape(await heard(track, 1000))[0] == (Kind.SILENCE, 1000, RATE)


async def test_a_track_is_found_again_with_its_torn_end_left_out(tmp_path: Path) -> None:
    track = a_track(tmp_path / "1", 3)
    track.close()
    last = max((tmp_path / "1").iterdir())
    with last.open("ab") as file:
        file.write(b"\x40\0\0\0half a record")

    again = Track(tmp_path / "1")
    again.finish(4 * RATE)

    records = await heard(again)
    assert again.head == 4 * RATE
    assert [record.payload.strip() for record in records[:-2]] == packets(0, 3 * SECOND)
    assert shape(records[-2:]) == [(Kind.GAP, 3 * RATE, 4 * RATE), (Kind.END, 4 * RATE, 4 * RATE)]


async def test_damage_in_the_middle_is_a_gap_and_the_rest_is_heard(tmp_path: Path) -> None:
    track = a_track(tmp_path / "1", 25)
    track.finish()
    second = sorted((tmp_path / "1").iterdir())[1]
    content = bytearray(second.read_bytes())
    content[100] ^= 1
    second.write_bytes(content)

    records = await heard(Track(tmp_path / "1"))

    assert [one for one in shape(records) if one[0] is not Kind.PACKET] == [
        (Kind.GAP, 10 * RATE, 20 * RATE),
        (Kind.END, 25 * RATE, 25 * RATE),
    ]
    assert len(records) == 15 * SECOND + 2


async def test_two_minutes_are_kept_and_what_is_older_is_a_gap(tmp_path: Path) -> None:
    track = a_track(tmp_path / "1", 60)
    for path in (tmp_path / "1").iterdir():
        long_ago = time.time() - 1000
        os.utime(path, (long_ago, long_ago))
    for second in range(60, 200):
        track.write([b"x".ljust(500)] * SECOND, second * RATE)
    track.finish()

    records = await heard(track)

    gap, first = records[0], records[1]
    assert (gap.kind, gap.start, gap.end) == (Kind.GAP, 0, first.start)
    assert 0 < first.start <= 80 * RATE
    assert len(list((tmp_path / "1").iterdir())) < 20


async def test_a_fast_scripted_track_is_kept_by_the_wall_clock_too(tmp_path: Path) -> None:
    track = a_track(tmp_path / "1", 300)
    track.finish()

    assert shape(await heard(track))[0] == (Kind.PACKET, 0, FRAME)


async def test_a_reader_is_sent_away_when_the_ear_stops(tmp_path: Path) -> None:
    track = a_track(tmp_path / "1", 1)
    reading = track.read(0)
    await anext(reading)

    track.close()

    with pytest.raises(EarStopping):
        await anext(reading)
