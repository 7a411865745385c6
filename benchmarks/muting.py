"""How soon a mute by the API is heard; writes results/muting.json.

Run in `scripts/media-net`. Three people in Chromium are in one meeting of the whole suite. One of
them is muted and unmuted by REST again and again; the two others count the packets of sound that
come from Janus, every 20 ms. Measured is from the order to the last packet of the muted one, at
whichever of the others it came later; microphones send all the time, so silence is packets too.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measures import machine, revision
from convene_cli import suite
from tests.support.people import Meeting, Person, all_join, browsers, started
from tests.support.servers import data_folder
from tests.support.suite import user_of
from tests.support.voices import voice_files

RESULTS = Path(__file__).parent / "results" / "muting.json"
TIMES = 20
# Both are heard for so long before the order, and one of them after it.
BEFORE_SECONDS, WATCHED_SECONDS = 1.0, 3.0
HEARD_SECONDS = 30.0
PROMISED_SECONDS = 0.5


async def silenced(meeting: Meeting, muted: Person, others: list[Person]) -> float:
    """Mute one person; seconds until nothing of theirs came to anybody any more."""
    watching = [asyncio.create_task(one.last_packets(WATCHED_SECONDS)) for one in others]
    await asyncio.sleep(BEFORE_SECONDS)
    ordered = time.time()
    await meeting.steer(muted, "mute")
    found = []
    for last in await asyncio.gather(*watching):
        first_silent, still_heard = sorted(last.values())
        assert still_heard - ordered > 1, "nobody was silent, or everybody"
        found.append(max(first_silent - ordered, 0.0))
    return max(found)


async def measure(folder: Path, times: int) -> dict[str, object]:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        installed = await enter(suite.running(folder / "suite"))
        api = await enter(user_of(installed))
        voices = voice_files(folder, "planning", lead=5, seconds=600, most_lines=2)
        meeting = await started(api, bots=[], policy={"allow_unmute": True})
        people = await enter(browsers(meeting, folder, list(voices.values()), Ada="HOST"))
        await all_join(people)
        ada, bo, cy = people
        for one in (ada, cy):
            await one.hears_anew(bo, HEARD_SECONDS)
        took = []
        for _ in range(times):
            took.append(await silenced(meeting, bo, [ada, cy]))
            await meeting.steer(bo, "unmute")
            for one in (ada, cy):
                await one.hears_anew(bo, HEARD_SECONDS)
            print(f"{took[-1]:.3f}", file=sys.stderr)
        await meeting.end()
    return {
        "times": times,
        "seconds_to_silence": [round(one, 3) for one in took],
        "median_seconds": round(statistics.median(took), 3),
        "longest_seconds": round(max(took), 3),
        "within_half_a_second": sum(one < PROMISED_SECONDS for one in took),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=TIMES)
    chosen = arguments.parse_args()
    with data_folder() as folder:
        measured = asyncio.run(measure(folder, chosen.times))
    result = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
        **measured,
    }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
