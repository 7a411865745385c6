"""Words on a live clock, through the whole path; writes results/speech_live.json.

People with open microphones are played into the ear by the sandbox, encoded as a browser would;
the bots hear them there, and what they write is read from the live feed over HTTP. Three parts:

* latency: four people take turns in real time. From the end of what somebody says (told by its
  loudness in the file) to its last final segment, from its beginning to the first words.
* wer: twenty minutes of four people who speak all at once, beside the bare engine on the same
  files.
* silence: silence, noises, music and babble, and what people cost who say nothing.
"""

import argparse
import asyncio
import json
import os
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.measures import machine, percentile, revision
from benchmarks.offline import heard_offline
from benchmarks.paired import compared, scored
from benchmarks.played import FILE_SECONDS, Played, Turn, of_turn, played, track_of
from benchmarks.spoken import Utterance, babble, music, noise, utterances
from convene_cli import suite
from convene_cli.suite import Installation
from tests.support.servers import data_folder
from tests.support.speech import RATE

RESULTS: Final = Path(__file__).parent / "results" / "speech_live.json"
PEOPLE: Final = ("Ada", "Bo", "Cy", "Di")
Part = Callable[[Installation, Path, float], Awaitable[dict[str, object]]]
# People who do not let one another finish: so often, and so much earlier.
INTERRUPTS, EARLY_SECONDS = 0.1, 0.4
PAUSE_SECONDS: Final = (0.2, 1.2)
# Between two utterances of one person, so that each is a segment of its own.
APART_SECONDS: Final = 0.7
IDLE_SECONDS: Final = 20.0
# A recogniser that hears the first words since it was started loads its weights meanwhile.
WARM_SECONDS: Final = 20.0


def taking_turns(spoken: Sequence[Utterance], seconds: float) -> list[Turn]:
    """Four people who speak one after the other, now and then before the other has ended."""
    chance, at, turns = random.Random(23), WARM_SECONDS, list[Turn]()
    for utterance in spoken:
        others = [one for one in PEOPLE if not turns or one != turns[-1].person]
        turn = Turn(chance.choice(others), at := _within_a_file(at, utterance), utterance)
        if turn.over > seconds:
            break
        turns.append(turn)
        if chance.random() < INTERRUPTS:
            at = turn.ends - EARLY_SECONDS
        else:
            at = turn.ends + chance.uniform(*PAUSE_SECONDS)
    return turns


def all_at_once(spoken: Sequence[Utterance], seconds: float) -> list[Turn]:
    """The same four, each with a share of what is said, whatever the others say."""
    begins, turns = dict.fromkeys(PEOPLE, 0.5), list[Turn]()
    for utterance in spoken:
        if sum(one.utterance.seconds for one in turns) >= seconds:
            break
        person = min(begins, key=lambda one: begins[one])
        turns.append(Turn(person, _within_a_file(begins[person], utterance), utterance))
        begins[person] = turns[-1].over + APART_SECONDS
    return turns


def _within_a_file(at: float, utterance: Utterance) -> float:
    """*at*, or later: a file of the scenario ends between two utterances."""
    edge = (at // FILE_SECONDS + 1) * FILE_SECONDS
    return edge + 0.1 if at + utterance.seconds > edge - 0.1 else at


def tracks_of(turns: Sequence[Turn]) -> dict[str, bytes]:
    seconds = max(turn.over for turn in turns) + 1.0
    return {
        name: track_of((turn for turn in turns if turn.person == name), seconds) for name in PEOPLE
    }


async def latency(installed: Installation, folder: Path, share: float) -> dict[str, object]:
    spoken = [one for one in utterances(4) if 1.5 <= one.seconds <= 12]
    turns = [Turn(PEOPLE[0], 1.0, spoken[-1]), *taking_turns(spoken, 260 * share)]
    found = await played(installed, folder, tracks_of(turns))
    finals, firsts, missed = list[float](), list[float](), 0
    for turn in turns[1:]:
        words = [one for one in of_turn(turn, found.heard) if one.text]
        if not any(one.final for one in words):
            missed += 1
            continue
        finals.append(max(found.lag(one, turn.ends) for one in words if one.final))
        firsts.append(min(found.lag(one, turn.begins) for one in words))
    said = sum(turn.ends - turn.begins for turn in turns)
    return {
        "turns": len(turns) - 1,
        "turns_without_words": missed,
        "final_after_end_of_speech_seconds": _spread(finals),
        "first_words_after_begin_of_speech_seconds": _spread(firsts),
        "partials": len(found.heard) - len(found.finals),
        "all_finals": sorted(round(one, 2) for one in finals),
        "all_first_words": sorted(round(one, 2) for one in firsts),
        **_cost(found, said),
    }


async def wer(installed: Installation, folder: Path, share: float) -> dict[str, object]:
    said = [one for one in utterances(1) if one.seconds < FILE_SECONDS - 1]
    turns = all_at_once(said, 1205 * share)
    spoken = [turn.utterance for turn in turns]
    theirs = await asyncio.to_thread(heard_offline, spoken)
    found = await played(installed, folder, tracks_of(turns), spare_seconds=20)
    ours = _texts(turns, found)
    # Whole meetings fail here rather than single words: say so instead of scoring it.
    assert any(ours), "nothing was heard"
    wrong = scored([one.text for one in spoken], ours, theirs)
    rows = zip(spoken, ours, theirs, strict=True)
    return {
        "seconds": round(sum(one.seconds for one in spoken)),
        **compared(wrong),
        **_cost(found, sum(one.seconds for one in spoken)),
        "heard": [
            {"name": one.name, "text": one.text, "streaming": our, "offline": their}
            for one, our, their in rows
        ],
    }


def _texts(turns: Sequence[Turn], found: Played) -> list[str]:
    """What was heard of each turn: a segment is of the turn it shares most of its time with."""
    texts: dict[Turn, list[str]] = {turn: [] for turn in turns}
    for one in sorted(found.finals, key=lambda final: final.begins):
        mine = [turn for turn in turns if turn.person == one.person]
        closest = max(mine, key=lambda turn: min(turn.over, one.ends) - max(turn.at, one.begins))
        texts[closest].append(one.text)
    return [" ".join(texts[turn]) for turn in turns]


async def silence(installed: Installation, folder: Path, share: float) -> dict[str, object]:
    seconds = 90 * share
    tracks = {
        "Silence": bytes(2 * round(seconds * RATE)),
        "Noise": b"".join(noise(seconds / 3, one, -40) for one in ("white", "pink", "brown")),
        "Music": music(seconds / 5),
        "Babble": babble(seconds, voices=8, level_db=-30),
    }
    found = await played(installed, folder, tracks)
    words = {
        name: sum(len(one.text.split()) for one in found.finals if one.person == name)
        for name in tracks
    }
    heard = {name: [one.text for one in found.finals if one.person == name] for name in tracks}
    return {
        "seconds_of_each": round(seconds),
        "words": words,
        "heard": heard,
        "cpu_percent_of_a_core_each": round(
            100 * found.cpu_seconds / found.wall_seconds / len(tracks), 2
        ),
        "open_microphone": await _idle(installed, folder, share),
    }


async def _idle(installed: Installation, folder: Path, share: float) -> dict[str, object]:
    """What a person costs the bots who says nothing into an open microphone."""
    seconds = IDLE_SECONDS + 30 * share
    costs = {}
    for people in (1, 11):
        tracks = {f"P{number}": track_of([], seconds) for number in range(people)}
        found = await played(installed, folder, tracks, spare_seconds=1.0)
        costs[people] = found.cpu_seconds
    return {
        "seconds": round(seconds),
        "people": 10,
        "cpu_percent_of_a_core_each": round(100 * (costs[11] - costs[1]) / seconds / 10, 2),
    }


def _cost(found: Played, said_seconds: float) -> dict[str, object]:
    return {
        "speech_seconds": round(said_seconds),
        "bots_cpu_per_second_of_speech": round(found.cpu_seconds / said_seconds, 3),
        "bots_cpu_share_of_a_core": round(found.cpu_seconds / found.wall_seconds, 3),
        "wall_seconds": round(found.wall_seconds),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {name: round(percentile(values, share), 2) for name, share in shares.items()}


PARTS: Final[Mapping[str, Part]] = {"latency": latency, "wer": wer, "silence": silence}


async def measure(chosen: Sequence[str], share: float) -> dict[str, object]:
    found: dict[str, object] = {}
    with data_folder() as folder:
        async with suite.running(folder) as installed:
            for part in chosen:
                load = round(os.getloadavg()[0], 1)
                result = await PARTS[part](installed, folder, share)
                found[part] = {"measured": _now(), "load_average": load, **result}
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speech_live", description=__doc__)
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="one of the parts")
    parser.add_argument("--share", type=float, default=1.0, help="how much of it, 0 to 1")
    asked = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    found = asyncio.run(measure(asked.only or list(PARTS), asked.share))
    print(json.dumps(found, indent=1, ensure_ascii=False))
    if asked.share == 1.0:
        whole = kept | {"machine": machine(), "commit": revision()} | found
        RESULTS.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
