"""Talk against the truth: real speech at known times, heard by the ear as it hears a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from session.media.records import FRAME
from session.media.spool import Spool, TrackKey
from session.media.talk import Talk, Talks
from tests.support.eventually import eventually
from tests.support.speech import RATE, opus_packets, people_of

SESSION = "ses_1"
LENGTH_SECONDS = 66
# A stretch of sound this much below the loudest is no speech; a shorter pause belongs to it.
FLOOR, PAUSE_SECONDS, TURN_PAUSE_SECONDS = 0.03, 0.5, 1.5
HOP = RATE // 50

Stretch = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """What one person says: their track begins at *offset* of the session's time line."""

    name: str
    offset: float
    packets: list[bytes]
    speech: Sequence[Stretch]


def part(name: str, offset: float, says: Sequence[tuple[float, bytes]]) -> Part:
    """*says* has clips by their time in the session."""
    track, speech = bytearray(2 * LENGTH_SECONDS * RATE), []
    for at, clip in says:
        first = 2 * round((at - offset) * RATE)
        track[first : first + len(clip)] = clip
        speech += [(at + start, at + end) for start, end in _loud(clip)]
    return Part(name, offset, opus_packets(bytes(track)), _bridged(speech))


def _loud(clip: bytes) -> list[Stretch]:
    samples = np.frombuffer(clip, "<i2").astype(float)
    hops = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    power = np.sqrt((hops**2).mean(axis=1))
    loud = np.flatnonzero(power > FLOOR * power.max()) * HOP / RATE
    return [(float(at), float(at) + HOP / RATE) for at in loud]


def _bridged(speech: Sequence[Stretch], pause: float = PAUSE_SECONDS) -> list[Stretch]:
    bridged: list[Stretch] = []
    for start, end in speech:
        touches = bridged and start - bridged[-1][1] < pause
        bridged.append((bridged.pop()[0] if touches else start, end))
    return bridged


def overlapped(one: Part, others: Sequence[Part]) -> list[Stretch]:
    """The stretches in which *one* speaks and somebody else does."""
    grid = np.zeros(round(100 * (LENGTH_SECONDS + 10)), bool)
    own = grid.copy()
    for other in others:
        for start, end in other.speech:
            grid[round(start * 100) : round(end * 100)] = True
    for start, end in one.speech:
        own[round(start * 100) : round(end * 100)] = True
    both = np.flatnonzero(own & grid) / 100
    return _bridged([(float(at), float(at) + 0.01) for at in both])


def seconds(stretches: Sequence[Stretch]) -> float:
    return sum(end - start for start, end in stretches)


@pytest.fixture(scope="module")
def meeting() -> list[Part]:
    """A minute of three people who talk in turn, and now and then at once."""
    clips = {
        name: [line.pcm for line in people_of("planning")[name] + people_of("kick-off")[name]]
        for name in ("Ada", "Bo", "Cy")
    }
    ada, bo, cy = clips["Ada"], clips["Bo"], clips["Cy"]
    return [
        part("Ada", 0.0, [(1, ada[0]), (8, ada[4]), (24, ada[6]), (34, ada[7]), (52, ada[4])]),
        part("Bo", 3.5, [(11, bo[0]), (17, bo[1]), (35, bo[5]), (46, bo[3]), (58, bo[0])]),
        part("Cy", 5.0, [(20, cy[0]), (26, cy[1]), (36.5, cy[0]), (54, cy[2])]),
    ]


async def heard(talks: Talks, parts: Sequence[Part], spool: Spool, share: float) -> dict[str, Talk]:
    """What the ear makes of that share of *parts* from their beginning."""
    ends = {}
    for one in parts:
        key = TrackKey(SESSION, one.name, 1)
        track = spool.begin(key)
        packets = one.packets[: round(len(one.packets) * share)]
        if not track.head:
            talks.follow(key, track, one.offset)
        track.write(packets, 0)
        ends[one.name] = len(packets) * FRAME

    async def all_heard() -> dict[str, Talk] | None:
        found = dict(talks.of(SESSION))
        done = all(name in found and found[name].cursor == end for name, end in ends.items())
        return found if done else None

    found = await eventually(all_heard, 30)
    assert found is not None
    return found


async def test_talk_is_within_a_twentieth_of_the_truth(meeting: list[Part], tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10**9)
    talks = Talks(spool, tmp_path)
    async with talks.running():
        found = await heard(talks, meeting, spool, 1)
        spool.close()

    for one in meeting:
        talk, others = found[one.name], [other for other in meeting if other != one]
        both, turns = overlapped(one, others), _bridged(one.speech, TURN_PAUSE_SECONDS)
        assert talk.speaking_seconds == pytest.approx(seconds(one.speech), rel=0.05)
        assert talk.speech.overlap_samples / 48_000 == pytest.approx(seconds(both), rel=0.05)
        assert talk.speech.overlaps == len(both)
        assert talk.turns == len(turns)
        longest = max(end - start for start, end in turns)
        assert talk.longest_turn / 48_000 == pytest.approx(longest, rel=0.1)


async def test_an_ear_that_is_restarted_counts_on(meeting: list[Part], tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10**9)
    talks = Talks(spool, tmp_path)
    async with talks.running():
        before = await heard(talks, meeting, spool, 0.5)
        spool.close()

    spool = Spool(tmp_path, 10**9)
    talks = Talks(spool, tmp_path)
    async with talks.running():
        found = await heard(talks, meeting, spool, 1)
        spool.close()

    for one in meeting:
        talk, both = found[one.name], overlapped(one, [o for o in meeting if o != one])
        assert before[one.name].samples < talk.samples
        assert talk.speaking_seconds == pytest.approx(seconds(one.speech), rel=0.05)
        assert talk.speech.overlap_samples / 48_000 == pytest.approx(seconds(both), rel=0.05)
