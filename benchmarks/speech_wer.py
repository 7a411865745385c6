"""How well and at what cost the recogniser hears the scenarios; writes results/speech.json.

Per clip as it is (file), and per person through Opus, the voice detector and the segmenter
(stream). Costs are the recogniser's CPU seconds per second of sound (cpu_rtf), which a busy
machine distorts less than the time on the clock.
"""

import asyncio
import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bots.engines.child_recogniser import ChildRecogniser
from bots.engines.opus import OpusDecoder
from bots.engines.recognition import RecogniserConfig
from bots.engines.vad import SegmentClosed, Segmenter, SileroVad
from bots.engines.whisper import one_whisper
from scripts.fetch_models import default_folder
from tests.support.speech import (
    lines_of,
    opus_packets,
    people_of,
    scenario_names,
    track_of,
    word_error_rate,
)

RESULTS = Path(__file__).parent / "results" / "speech.json"
BYTES_PER_SECOND = 32_000
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Heard:
    """One clip or segment: what came out and what it cost."""

    name: str
    seconds: float
    reference: str
    text: str
    cpu_seconds: float
    wall_seconds: float


def cpu_seconds(pid: int | None) -> float:
    """Return the CPU time the process *pid* has used so far."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


async def hear(recogniser: ChildRecogniser, name: str, pcm: bytes, reference: str) -> Heard:
    cpu, wall = cpu_seconds(recogniser.worker_pid), time.monotonic()
    found = await recogniser.recognise(pcm, language="en")
    return Heard(
        name=name,
        seconds=round(len(pcm) / BYTES_PER_SECOND, 2),
        reference=reference,
        text=found.text,
        cpu_seconds=round(cpu_seconds(recogniser.worker_pid) - cpu, 2),
        wall_seconds=round(time.monotonic() - wall, 2),
    )


def segments_of(track: bytes) -> tuple[list[SegmentClosed], float]:
    """Return the segments of a track that travelled as Opus, and the CPU seconds it took."""
    packets = opus_packets(track)
    decoder, segmenter = OpusDecoder(), Segmenter(SileroVad())
    started = time.process_time()
    events = [
        event
        for number, packet in enumerate(packets)
        for event in segmenter.feed(decoder.decode(packet), number * 320)
    ]
    events += segmenter.flush()
    spent = time.process_time() - started
    return [event for event in events if isinstance(event, SegmentClosed)], spent


@dataclass(frozen=True)
class Streamed:
    """A scenario through the whole chain: each person's words, each segment's cost."""

    people: list[Heard]
    segments: list[Heard]
    decoding_cpu_percent: float


async def stream(recogniser: ChildRecogniser, scenario: str) -> Streamed:
    people, parts, decoding, sound = [], [], 0.0, 0.0
    for person, lines in people_of(scenario).items():
        track = track_of(lines)
        segments, spent = segments_of(track)
        decoding += spent
        sound += len(track) / BYTES_PER_SECOND
        heard = [await hear(recogniser, person, segment.pcm, "") for segment in segments]
        parts += heard
        people.append(
            Heard(
                name=f"{scenario}/{person}",
                seconds=round(sum(part.seconds for part in heard), 2),
                reference=" ".join(line.text for line in lines),
                text=" ".join(part.text for part in heard),
                cpu_seconds=round(sum(part.cpu_seconds for part in heard), 2),
                wall_seconds=round(sum(part.wall_seconds for part in heard), 2),
            )
        )
    return Streamed(people, parts, round(100 * decoding / sound, 2))


def accuracy(heard: list[Heard]) -> float:
    """Return the word error rate in per cent."""
    errors = word_error_rate([one.reference for one in heard], [one.text for one in heard])
    return round(100 * errors, 1)


def cost(heard: list[Heard]) -> dict[str, float]:
    cpu = sorted(one.cpu_seconds for one in heard)
    return {
        "count": len(cpu),
        "cpu_rtf": round(sum(cpu) / sum(one.seconds for one in heard), 3),
        "cpu_seconds_p50": cpu[len(cpu) // 2],
        "cpu_seconds_max": cpu[-1],
    }


async def measure() -> dict[str, object]:
    recogniser = one_whisper(RecogniserConfig(models_dir=default_folder()))
    await recogniser.prepare()
    results: dict[str, object] = {}
    for scenario in scenario_names():
        files = [await hear(recogniser, x.name, x.pcm, x.text) for x in lines_of(scenario)]
        streamed = await stream(recogniser, scenario)
        results[scenario] = {
            "file": {"wer_percent": accuracy(files), **cost(files)},
            "stream": {"wer_percent": accuracy(streamed.people), **cost(streamed.segments)},
            "opus_and_vad_cpu_percent_of_a_core": streamed.decoding_cpu_percent,
            "clips": [asdict(one) for one in [*files, *streamed.people]],
        }
    await recogniser.aclose()
    return results


def main() -> None:
    report = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()},
        "load_average": os.getloadavg()[0],
        "scenarios": asyncio.run(measure()),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
