"""Bots of every kind in one meeting that is really heard, while their service is killed."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.played import Clock, Heard, Turn, heard_of, of_turn, scenario_of, track_of
from benchmarks.spoken import Utterance
from bots.kinds import KINDS
from convene_cli import suite
from convene_cli.client import Api, Json
from convene_cli.suite import Installation
from tests.support.asr_server import MODEL, AsrServer, hearing
from tests.support.eventually import eventually
from tests.support.speech import RATE, lines_of, scenario_names
from tests.support.suite import Meeting, scheduled, user_of

PEOPLE: Final = ("Ada", "Bo", "Cy", "Di", "Ed", "Flo")
SAID: Final = "Good morning everybody."
# An installation lets so many into one session.
MOST_BOTS: Final = 10
# What a kind cannot do without; others take what they have.
CONFIGS: Final[Mapping[str, Json]] = {
    "checklist": {"items": [{"item": "greet", "text": "Greet", "phrases": ["good morning"]}]},
    "keywords": {"phrases": ["good morning"]},
    "transcriber": {"language": "en"},
    "translator": {"languages": ["es"]},
}
FIRST_SECOND: Final = 3.0
PAUSE_SECONDS: Final = (0.6, 1.2)
SPARE_SECONDS: Final = 8.0
# Of the share of the time that each kill has.
KILL_WITHIN: Final = (0.3, 0.6)
# Many short turns rather than a few long ones.
LONGEST_TURN_SECONDS: Final = 5.0
RESTART_SECONDS: Final = 30.0
# Of what somebody said so much has to be in segments; the rest is breath.
LEAST_COVERED: Final = 0.6
OVERLAP_SECONDS: Final = 0.05


@dataclass
class CrewVerdict:
    """How a run went; everything from *gaps* on has to be zero."""

    seed: int
    seconds: float
    kinds: list[str] = field(default_factory=list)
    kills: int = 0
    turns: int = 0
    segments: int = 0
    # What was said while nobody heard, and is there all the same.
    from_the_spool: int = 0
    insights: int = 0
    # From a kill to the next segment, where somebody spoke.
    slowest_takeover_seconds: float = 0.0
    gaps: int = 0
    turns_lost: int = 0
    segments_doubled: int = 0
    out_of_order: int = 0
    insights_lost: int = 0
    insights_doubled: int = 0
    bots_that_did_not_finish: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """What went wrong, by name."""
        names = list(asdict(self))
        found = {name: getattr(self, name) for name in names[names.index("gaps") :]}
        return {name: count for name, count in found.items() if count}


@asynccontextmanager
async def quickly_hearing(folder: Path) -> AsyncIterator[Installation]:
    """A suite whose recogniser is a server that hears the same greeting in everything."""
    async with hearing() as server:
        _greet(server)
        os.environ.update(
            {"BOTS_ASR_ENGINE": "openai", "BOTS_ASR_URL": server.url, "BOTS_ASR_MODEL": MODEL}
        )
        try:
            async with suite.running(folder) as installed:
                yield installed
        finally:
            for name in ("BOTS_ASR_ENGINE", "BOTS_ASR_URL", "BOTS_ASR_MODEL"):
                del os.environ[name]


async def play_crew(
    installed: Installation, folder: Path, *, seconds: float, kills: int, seed: int
) -> CrewVerdict:
    """Six people talk for *seconds* to bots of all kinds that are killed so often, and judge."""
    dice, verdict = random.Random(seed), CrewVerdict(seed, seconds)
    turns = turns_of(dice, seconds)
    tracks = {
        name: track_of((one for one in turns if one.person == name), seconds) for name in PEOPLE
    }
    clock, heard, deaths = Clock(folder), list[Heard](), list[float]()
    async with user_of(installed) as api:
        bots = [{"kind": kind, "config": CONFIGS.get(kind, {})} for kind in await _kinds(api)]
        verdict.kinds = [str(bot["kind"]) for bot in bots]
        scenario = scenario_of(tracks, SPARE_SECONDS)
        meeting = await scheduled(api, scenario, bots=bots)
        await meeting.until("participant.joined")
        killing = asyncio.create_task(_kill(installed, dice, seconds, kills, deaths))
        await _listen(meeting, clock, heard)
        await killing
        verdict.kills, verdict.turns = len(deaths), len(turns)
        _judge_hearing(turns, heard, verdict)
        _judge_takeovers([clock.seconds_since(death) for death in deaths], heard, verdict)
        await _judge_record(meeting, verdict)
    return verdict


def turns_of(dice: random.Random, seconds: float) -> list[Turn]:
    """Six people in turn, with what people say in the scenarios, until *seconds* have passed."""
    longest = 2 * RATE * LONGEST_TURN_SECONDS
    lines = [
        line for name in scenario_names() for line in lines_of(name) if len(line.pcm) <= longest
    ]
    dice.shuffle(lines)
    at, turns = FIRST_SECOND, list[Turn]()
    for person, line in zip(cycle(PEOPLE), cycle(lines), strict=False):
        turn = Turn(person, at, Utterance(line.name, line.pcm, line.text))
        # A file of the scenario ends between two turns.
        if turn.at // 30 != turn.over // 30:
            at = turn.over // 30 * 30 + 0.2
            turn = Turn(person, at, turn.utterance)
        if turn.over + 1 > seconds:
            return turns
        turns.append(turn)
        at = turn.over + dice.uniform(*PAUSE_SECONDS)
    return turns


def _greet(server: AsrServer) -> None:
    words = [
        {"word": word, "start": 0.3 + place / 5, "end": 0.5 + place / 5}
        for place, word in enumerate(SAID.split())
    ]
    server.answer = {"text": SAID, "language": "en", "duration": 1.0, "words": words}


async def _kinds(api: Api) -> list[str]:
    """Every kind that works here and that somebody may bring."""
    found = (await api.call("GET", "/v1/bot-kinds"))["items"]
    works = {one["kind"] for one in found if one["availability"] == "CONFIGURED"}
    return [name for name in sorted(works) if not KINDS[name].comes_with_recording][:MOST_BOTS]


async def _kill(
    installed: Installation, dice: random.Random, seconds: float, kills: int, deaths: list[float]
) -> None:
    begun = time.monotonic()
    for number in range(kills):
        moment = seconds * (number + dice.uniform(*KILL_WITHIN)) / kills
        await asyncio.sleep(max(begun + moment - time.monotonic(), 0))
        restarts = installed.supervisor.status()["bots"].restarts
        deaths.append(time.time())
        os.kill(installed.supervisor.pids()["bots"], signal.SIGKILL)
        await eventually(partial(_is_back, installed, restarts), ceiling=RESTART_SECONDS)


def _is_back(installed: Installation, restarts: int) -> bool:
    return installed.supervisor.status()["bots"].restarts > restarts


async def _listen(meeting: Meeting, clock: Clock, heard: list[Heard]) -> None:
    """Read the feed until everything is made of the meeting."""
    async for event in meeting.api.events(meeting.id):
        if not event["sequence"]:
            continue
        meeting.events.append(event)
        if event["type"] == "transcript.segment":
            heard.append(heard_of(event["data"]["segment"], time.time(), clock))
        if event["type"] == "artifacts.completed":
            return


def _judge_hearing(turns: Sequence[Turn], heard: Sequence[Heard], verdict: CrewVerdict) -> None:
    verdict.segments = len(heard)
    verdict.gaps = sum(not one.text for one in heard)
    for turn in turns:
        covered = sum(
            min(one.ends, turn.ends) - max(one.begins, turn.begins) for one in of_turn(turn, heard)
        )
        verdict.turns_lost += covered < LEAST_COVERED * (turn.ends - turn.begins)
    for name in PEOPLE:
        mine = sorted((one for one in heard if one.person == name), key=lambda one: one.begins)
        verdict.segments_doubled += sum(
            second.begins < first.ends - OVERLAP_SECONDS for first, second in pairwise(mine)
        )


def _judge_takeovers(deaths: Sequence[float], heard: Sequence[Heard], verdict: CrewVerdict) -> None:
    for death in deaths:
        later = [one for one in heard if one.came > death]
        if not later:
            continue
        taken_over = min(one.came for one in later)
        verdict.from_the_spool += sum(death < one.ends < taken_over for one in later)
        first_said = min((one.ends for one in later if one.ends > death), default=death)
        waited = taken_over - max(death, min(first_said, taken_over))
        verdict.slowest_takeover_seconds = round(max(verdict.slowest_takeover_seconds, waited), 1)


async def _judge_record(meeting: Meeting, verdict: CrewVerdict) -> None:
    """What is kept agrees with what was told, and each bot found all there was, once."""
    kept = await _all(meeting, "transcript", "segments")
    ids = [one["id"] for one in sorted(kept, key=lambda one: int(one["sequence"]))]
    told = [one["data"]["segment"]["id"] for one in meeting.of_type("transcript.segment")]
    sequences = [int(one["data"]["segment"]["sequence"]) for one in
                 meeting.of_type("transcript.segment")]  # fmt: skip
    verdict.out_of_order = int(ids != told or sequences != list(range(1, len(told) + 1)))
    verdict.segments_doubled += len(ids) - len(set(ids))
    insights = await _all(meeting, "insights", "items")
    verdict.insights = len(insights)
    found = Counter(
        (one["bot_id"], one["kind"], tuple(one["segment_ids"]), one["start_seconds"])
        for one in insights
    )
    verdict.insights_doubled = sum(count - 1 for count in found.values())
    keywords = {
        segment for one in insights if one["kind"] == "keyword" for segment in one["segment_ids"]
    }
    verdict.insights_lost = len(set(ids) - keywords)
    bots = (await meeting.api.call("GET", f"/v1/meetings/{meeting.id}/bots"))["items"]
    verdict.bots_that_did_not_finish = sum(one["state"] != "DONE" for one in bots)


async def _all(meeting: Meeting, what: str, name: str) -> list[dict[str, Any]]:
    found, token = list[dict[str, Any]](), ""
    while True:
        path = f"/v1/meetings/{meeting.id}/{what}?page_size=200&page_token={token}"
        page = await meeting.api.call("GET", path)
        found += page[name]
        if not (token := page["next_page_token"]):
            return found
