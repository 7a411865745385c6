"""From the last word of a forbidden phrase to the webhook that tells of it, in the whole suite.

A sandbox meeting hears recorded voices; half of the phrases end a turn, half stand in the middle of
a monologue. The real recogniser, a compliance bot, the gateway and a receiver on loopback; the live
clock. Writes results/phrase_latency.json.
"""

import argparse
import asyncio
import json
import tempfile
import time
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.measures import machine, percentile, revision, versions
from convene_cli import client, suite
from convene_cli.client import Json
from convene_cli.receiver import Receiver
from session.domain.scenarios import pack
from tests.support.servers import data_folder
from tests.support.speech import RATE, SCENARIOS, pcm_of
from tests.support.suite import hooked, scheduled
from tests.support.voices import speech_in

RESULT = Path(__file__).parent / "results" / "phrase_latency.json"
# A run takes no longer, whatever happens.
LONGEST_SECONDS = 300
# So near to where it was said a hit has to stand.
NEAR_SECONDS = 2.5
FIRST_AT_SECONDS = 3.0
BREATH_SECONDS = 0.15
SILENCE_SECONDS = 3.5
# Each clip ends with its phrase.
PHRASES: Mapping[str, str] = {
    "kick-off/ada-3": "to be ill disposed",
    "kick-off/ada-5": "made amiable himself",
    "kick-off/bo-1": "ten of clubs",
    "kick-off/bo-2": "seven of hearts",
    "kick-off/cy-1": "ten meters",
    "kick-off/cy-2": "do something",
}
# What is said before and after them in a monologue.
BEFORE, AFTER = "kick-off/ada-4", "kick-off/ada-2"


@dataclass(frozen=True)
class Case:
    """One phrase, said last at *end_seconds* of the speaker's track."""

    rule: str
    phrase: str
    is_monologue: bool
    end_seconds: float


@dataclass
class Told:
    """When the first and the confirming webhook of a case came, in seconds of the clock."""

    first: float | None = None
    confirmed: float | None = None
    first_state: str = ""
    # What was recognised around it.
    heard: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--json", type=Path, default=RESULT)
    arguments = parser.parse_args()
    report = asyncio.run(measured(arguments.cases))
    arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps({name: report[name] for name in ("turn", "monologue", "all")}, indent=1))


async def measured(count: int) -> Json:
    """The report of one run with *count* cases."""
    with tempfile.TemporaryDirectory() as folder, data_folder() as kept:
        cases = written(count, Path(folder))
        load = machine()
        async with asyncio.timeout(LONGEST_SECONDS), suite.running(kept) as up:
            told, skew, strays = await heard(up, cases, pack(Path(folder) / "scenario"))
    rows = [_row(case, told[case]) for case in cases]
    groups = {
        "turn": [row for row in rows if not row["monologue"]],
        "monologue": [row for row in rows if row["monologue"]],
        "all": rows,
    }
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": revision(),
        "machine": machine() | {"load_average_before": load["load_average"]},
        "versions": versions("faster-whisper", "ctranslate2"),
        **{name: _summary(some) for name, some in groups.items()},
        "recognised_end_minus_said_end_seconds": skew,
        "webhooks_of_nothing_said": strays,
        "cases": rows,
    }


def written(count: int, folder: Path) -> Sequence[Case]:
    """Write a scenario of *count* cases into *folder*, and say where each phrase ends."""
    place = folder / "scenario"
    place.mkdir()
    says, cases, at = [], [], FIRST_AT_SECONDS
    for number in range(count):
        clip = list(PHRASES)[number // 2 % len(PHRASES)]
        is_monologue = number % 2 == 1
        before = _spoken(BEFORE) + _silent(BREATH_SECONDS) if is_monologue else b""
        ends = at + _seconds(before + _spoken(clip))
        after = _silent(BREATH_SECONDS) + _spoken(AFTER) if is_monologue else b""
        pcm = before + _spoken(clip) + after
        _write(place / f"case-{number}.wav", pcm)
        says.append({"at": f"{at:.3f}s", "audio": f"case-{number}.wav"})
        cases.append(Case(_rule_of(clip), PHRASES[clip], is_monologue, ends))
        at += round(_seconds(pcm) + SILENCE_SECONDS, 3)
    person = {"name": "Ada", "role": "host", "joins": "0s", "says": says, "leaves": f"{at:.3f}s"}
    script = {"title": "Phrases", "seed": 7, "engine": "recognise", "people": [person]}
    (place / "scenario.yaml").write_text(json.dumps(script))
    return cases


async def heard(
    up: suite.Installation, cases: Sequence[Case], scenario: bytes
) -> tuple[Mapping[Case, Told], float | None, int]:
    """When each case was told of, how far recognised ends are off, and how many were of nothing."""
    arrivals: dict[str, float] = {}
    async with (
        client.connected(up.suite.base_url, up.suite.api_key) as api,
        hooked(api) as hooks,
        asyncio.TaskGroup() as tasks,
    ):
        noting = tasks.create_task(_note(hooks, arrivals))
        bots = [
            {"kind": "compliance", "config": {"language": "en", "rules": _rules()}},
            {"kind": "transcriber", "config": {"language": "en"}},
        ]
        meeting = await scheduled(api, scenario, bots=bots)
        await meeting.until("session.ended", seconds=LONGEST_SECONDS)
        await asyncio.sleep(2.0)
        noting.cancel()
    joined = meeting.of_type("participant.joined")[0]["data"]
    opened = await _room_opened(up, meeting.of_type("session.ended")[0]["session_id"])
    began = opened + float(joined["offset_seconds"])
    offset = float(joined["offset_seconds"])
    events = [one for one in hooks.events.values() if one["type"] == "policy.violated"]
    told, skew, strays = _matched(cases, events, arrivals, began, offset)
    segments = [one["data"]["segment"] for one in meeting.of_type("transcript.segment")]
    for case in cases:
        ends = case.end_seconds + offset
        told[case].heard = " / ".join(
            one["text"]
            for one in segments
            if one["start_seconds"] - 1 < ends < one["end_seconds"] + 1
        )
    return told, skew, strays


def _matched(
    cases: Sequence[Case],
    events: Sequence[Json],
    arrivals: Mapping[str, float],
    began: float,
    offset: float,
) -> tuple[Mapping[Case, Told], float | None, int]:
    told = {case: Told() for case in cases}
    skews, strays = [], 0
    for event in sorted(events, key=lambda one: arrivals[one["id"]]):
        insight = event["data"]["insight"]
        ends = float(insight["end_seconds"]) - offset
        near = [
            case
            for case in cases
            if case.rule == insight["details"]["rule"]
            and abs(case.end_seconds - ends) < NEAR_SECONDS
        ]
        if not near:
            strays += 1
            continue
        case, late = near[0], arrivals[event["id"]] - began - near[0].end_seconds
        skews.append(ends - case.end_seconds)
        if told[case].first is None:
            told[case].first, told[case].first_state = late, insight["state"]
        if insight["state"] == "CONFIRMED":
            told[case].confirmed = late
    return told, round(percentile(skews, 0.5), 3) if skews else None, strays


async def _note(hooks: Receiver, arrivals: dict[str, float]) -> None:
    """Write down when each webhook comes, until cancelled."""
    while True:
        await hooks.arrived.wait()
        hooks.arrived.clear()
        now = time.time()
        for event_id in hooks.events.keys() - arrivals.keys():
            arrivals[event_id] = now


async def _room_opened(up: suite.Installation, session_id: str) -> float:
    """The instant that the session's seconds count from."""
    connection = await asyncpg.connect(up.suite.database_url["session"])
    try:
        await connection.execute("set role session_system")
        at = await connection.fetchval(
            "select room_open_time from sessions where id = $1", session_id
        )
    finally:
        await connection.close()
    opened: datetime = at
    return opened.timestamp()


def _rules() -> Sequence[dict[str, Any]]:
    return [
        {
            "id": _rule_of(clip),
            "when": {"phrases": [phrase]},
            "then": [{"do": "alert"}],
            "cooldown_seconds": 1,
        }
        for clip, phrase in PHRASES.items()
    ]


def _row(case: Case, told: Told) -> dict[str, Any]:
    return {
        "phrase": case.phrase,
        "monologue": case.is_monologue,
        "end_seconds": round(case.end_seconds, 2),
        "first_seconds": _rounded(told.first),
        "first_state": told.first_state,
        "confirmed_seconds": _rounded(told.confirmed),
        "heard": told.heard,
    }


def _summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = [row["first_seconds"] for row in rows if row["first_seconds"] is not None]
    confirmed = [row["confirmed_seconds"] for row in rows if row["confirmed_seconds"] is not None]
    return {
        "cases": len(rows),
        "told": len(first),
        "confirmed": len(confirmed),
        "provisional_first": sum(row["first_state"] == "PROVISIONAL" for row in rows),
        "first_p50_seconds": percentile(first, 0.5) if first else None,
        "first_p95_seconds": percentile(first, 0.95) if first else None,
        "confirmed_p50_seconds": percentile(confirmed, 0.5) if confirmed else None,
        "confirmed_p95_seconds": percentile(confirmed, 0.95) if confirmed else None,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _rule_of(clip: str) -> str:
    return clip.replace("/", "-")


def _spoken(clip: str) -> bytes:
    """The clip without the silence around its words."""
    pcm = pcm_of(SCENARIOS / f"{clip}.flac")
    stretches = speech_in(pcm)
    first, last = stretches[0].start, stretches[-1].end
    return pcm[2 * int(first * RATE) : 2 * int(last * RATE)]


def _write(path: Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)


def _silent(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


def _seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / RATE


if __name__ == "__main__":
    main()
