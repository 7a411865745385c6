"""A scenario of open microphones, played to the whole suite, and what its live feed says of it."""

import asyncio
import io
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import av
import numpy as np

from benchmarks.measures import tree_cpu_seconds
from benchmarks.spoken import Utterance, levelled
from convene_cli.client import Api, Json
from convene_cli.suite import Installation
from tests.support.scenarios import zipped
from tests.support.speech import RATE
from tests.support.suite import scheduled, user_of

# Nobody's room is silent.
ROOM_DB: Final = -66.0
# A scenario takes files that are not long, and not many.
FILE_SECONDS: Final = 30.0
PACKET: Final = RATE // 50
FEED_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Turn:
    """*utterance* of *person*, from second *at* of the scenario on."""

    person: str
    at: float
    utterance: Utterance

    @property
    def begins(self) -> float:
        return self.at + self.utterance.spoken[0]

    @property
    def ends(self) -> float:
        return self.at + self.utterance.spoken[1]

    @property
    def over(self) -> float:
        return self.at + self.utterance.seconds


@dataclass(frozen=True)
class Heard:
    """A segment as it came; its times are seconds of the scenario, *lag* of the wall clock."""

    person: str
    begins: float
    ends: float
    text: str
    final: bool
    # When it came, in seconds after the scenario began.
    came: float


@dataclass
class Played:
    """What one meeting gave. CPU is that of the bots' process and the recogniser under it."""

    heard: list[Heard] = field(default_factory=list)
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0

    @property
    def finals(self) -> list[Heard]:
        return [one for one in self.heard if one.final]

    def lag(self, heard: Heard, second: float) -> float:
        """How long after *second* of the scenario it came."""
        return heard.came - second


async def played(
    installed: Installation,
    folder: Path,
    tracks: Mapping[str, bytes],
    *,
    spare_seconds: float = 5.0,
) -> Played:
    """Play *tracks* by person, each a microphone that is open to the end of it.

    They stay for *spare_seconds* of the scenario more, so that what was said last is heard.
    """
    found = Played()
    clock = Clock(folder)
    async with user_of(installed) as api:
        meeting = await scheduled(api, scenario_of(tracks, spare_seconds))
        await meeting.until("session.started")
        bots = installed.supervisor.pids()["bots"]
        cpu, wall = tree_cpu_seconds(bots), time.monotonic()
        await _listen(api, meeting.id, found, clock)
        found.cpu_seconds = tree_cpu_seconds(bots) - cpu
        found.wall_seconds = time.monotonic() - wall
    return found


def track_of(turns: Iterable[Turn], seconds: float) -> bytes:
    """One person's microphone for so long, the room's noise under what is said."""
    count = round(seconds * RATE)
    room = np.frombuffer(levelled(np.random.default_rng(3).normal(size=count), ROOM_DB), "<i2")
    track = room.astype(np.int32)
    for turn in turns:
        said = np.frombuffer(turn.utterance.pcm, "<i2")
        first = round(turn.at * RATE)
        track[first : first + len(said)] += said[: count - first]
    return bytes(np.clip(track, -32_768, 32_767).astype("<i2").tobytes())


def scenario_of(tracks: Mapping[str, bytes], spare_seconds: float) -> bytes:
    """The zip of a scenario in which each person's microphone is open from the first second on."""
    files: dict[str, bytes] = {}
    people = []
    for number, (name, track) in enumerate(tracks.items()):
        says, step = [], round(FILE_SECONDS * RATE) * 2
        for first in range(0, len(track), step):
            file = f"{name.lower()}-{first // step}.flac"
            # A packet in between: one line must not begin before the other is over.
            piece = track[first : first + step]
            files[file] = flac(piece[: -2 * PACKET] if len(piece) == step else piece)
            says.append({"at": f"{first / 2 / RATE:.3f}s", "audio": file})
        leaves = len(track) / 2 / RATE + spare_seconds
        role = "participant" if number else "host"
        people.append({"name": name, "role": role, "says": says, "leaves": f"{leaves:.3f}s"})
    script = json.dumps({"title": "Live speech", "engine": "recognise", "people": people})
    return zipped(files | {"scenario.yaml": script.encode()})


def flac(pcm: bytes) -> bytes:
    """*pcm* (s16le, mono, 16 kHz) as a FLAC file."""
    held = io.BytesIO()
    with av.open(held, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        samples = np.frombuffer(pcm, "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return held.getvalue()


class Clock:
    """When the scenario began, on the wall and on the session's time line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = {path.parent for path in folder.rglob("run.json")}
        self._started = self._opened = 0.0

    def seconds_since(self, moment: float) -> float:
        self._look()
        return moment - self._started

    def scenario_second(self, session_second: float) -> float:
        self._look()
        return session_second - (self._started - self._opened)

    def _look(self) -> None:
        if self._started:
            return
        for path in self._folder.rglob("run.json"):
            if path.parent not in self._before:
                self._started = json.loads(path.read_text())["started_at"]
                self._opened = json.loads((path.parents[2] / "room.json").read_text())["opened_at"]


async def _listen(api: Api, meeting_id: str, found: Played, clock: Clock) -> None:
    async with asyncio.timeout(FEED_SECONDS):
        async for event in api.events(meeting_id):
            if event["type"] == "transcript.segment":
                found.heard.append(heard_of(event["data"]["segment"], time.time(), clock))
            if event["type"] == "session.ended":
                return


def heard_of(segment: Json, moment: float, clock: Clock) -> Heard:
    """A segment as the feed told it at *moment*, in seconds since 1970."""
    return Heard(
        person=segment["speaker"]["name"],
        begins=clock.scenario_second(segment["start_seconds"]),
        ends=clock.scenario_second(segment["end_seconds"]),
        text="" if segment["gap"] else segment["text"],
        final=bool(segment["final"]),
        came=clock.seconds_since(moment),
    )


def of_turn(turn: Turn, heard: Sequence[Heard]) -> list[Heard]:
    """Those of *heard* that are of *turn*: the same person, mostly at the same time."""
    return [
        one
        for one in heard
        if one.person == turn.person
        and min(one.ends, turn.over) - max(one.begins, turn.at) > (one.ends - one.begins) / 2
    ]
