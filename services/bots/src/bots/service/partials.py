"""Words while they are being said: shown on the live feed, kept by nobody, first to be shed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bots.domain import transcript
from bots.domain.crew import Track
from bots.domain.transcript import Segment, Word
from bots.engines.recognition import Recognised, Recogniser
from bots.engines.vad import OpenSegment
from bots.service.cutting import RATIO
from common.errors import DomainError

# A reader sees the words grow about this often.
EVERY_SECONDS = 1.2

Show = Callable[[Segment], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the bots want people to be heard."""

    language: str = ""
    hints: tuple[str, ...] = ()
    # Whether those who share one device are told apart.
    diarise: bool = False


async def show_partials(
    track: Track,
    opened: Callable[[], OpenSegment | None],
    recogniser: Recogniser,
    wanted: Callable[[], Wanted],
    show: Show,
) -> None:
    """Show what is being said on *track* whenever the recogniser has time, until cancelled.

    A partial has the id that the final segment will have, and takes its place until then.
    """
    shown = 0
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        speech = opened()
        if speech is None or speech.last_sample == shown:
            continue
        shown = speech.last_sample
        how = wanted()
        try:
            found = await recogniser.recognise(
                speech.pcm, language=how.language, hints=how.hints, partial=True
            )
        except DomainError:
            continue
        still = opened()
        if found.text and still is not None and still.first_sample == speech.first_sample:
            await show(segment_of(track, speech.first_sample, speech.last_sample, found))


def segment_of(track: Track, first: int, last: int, found: Recognised) -> Segment:
    """What was recognised between two samples at 16 kHz."""
    words = [
        Word(one.text, one.start_seconds, one.end_seconds, one.confidence) for one in found.words
    ]
    bounds = (first * RATIO, last * RATIO)
    heard = transcript.heard(track, bounds, found.text, words, found.language)
    return replace(heard, language_confidence=found.language_confidence)
