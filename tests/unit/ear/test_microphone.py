"""A join's sound on a clock of its own: whenever it begins, all of it is kept."""

from pathlib import Path

import pytest

from session.media.microphone import Microphone
from session.media.records import FRAME, RATE, Kind, Record, decode
from session.media.rtp import Packet
from session.media.track import Track

TICK_SECONDS = 0.1
OPUS_OF_20_MS = bytes([0x48])


class Room:
    """A microphone for which time passes when the test says so, in seconds since the join."""

    def __init__(self, folder: Path) -> None:
        self.track = Track(folder)
        self.microphone = Microphone(self.track)
        self.microphone.tune(1)
        self._ticked = 0.0

    def wait_until(self, moment: float) -> None:
        while self._ticked + TICK_SECONDS <= moment:
            self._ticked += TICK_SECONDS
            self.microphone.pass_time(self._ticked, round(self._ticked * RATE))

    def say(self, count: int, at: float, first: int = 0) -> None:
        """Packets numbered from *first*, one every 20 ms from the moment *at*."""
        for number in range(count):
            moment = at + number * 0.02
            self.wait_until(moment)
            sequence = first + number
            payload = OPUS_OF_20_MS + sequence.to_bytes(4, "big")
            packet = Packet(1, sequence & 0xFFFF, sequence * FRAME, False, payload)
            self.microphone.take(packet, moment, round(moment * RATE))

    def kept(self) -> list[Record]:
        self.microphone.close()
        self.track.close()
        return [
            record for one in self.track.segments for record, _ in decode(one.path.read_bytes())
        ]


def sounds(records: list[Record]) -> dict[int, float]:
    """Where each packet lies, in seconds, by its number."""
    return {
        int.from_bytes(one.payload[1:], "big"): one.start / RATE
        for one in records
        if one.kind is Kind.PACKET
    }


@pytest.mark.parametrize("late", [0.0, 1.0, 3.0, 9.95, 10.0, 12.0, 12.07, 60.0, 3600.0])
def test_whoever_speaks_first_long_after_they_were_seated_loses_nothing(
    tmp_path: Path, late: float
) -> None:
    room = Room(tmp_path)

    room.say(500, late)

    found = sounds(room.kept())
    assert list(found) == list(range(500))
    assert found[0] == pytest.approx(late, abs=0.05)
    assert found[499] - found[0] == pytest.approx(499 * 0.02)


def test_a_pause_of_a_minute_costs_nothing_of_what_follows(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.say(100, 1.0)

    room.say(100, 61.0, first=3000)

    found = sounds(room.kept())
    assert list(found) == [*range(100), *range(3000, 3100)]
    assert found[3000] - found[99] == pytest.approx(58.02, abs=0.05)
