"""Words ahead of their time: shown while somebody speaks, ready when they turn out to be done.

What is shown is kept by nobody and first to be shed. When somebody pauses, what they said is
recognised before it is known whether they go on; if they do not, those words are the final ones.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bots.engines.recognition import SAMPLE_RATE, Recognised, Recogniser
from bots.engines.vad import FRAME_SAMPLES, OpenSegment, Progress
from bots.service.cutting import RATIO, Cutter, Speech
from common.errors import DomainError

# Who is silent for so long may be done; the cutter waits longer to be sure.
PAUSE_SAMPLES: Final = 6 * FRAME_SAMPLES
# Within a shorter silence it is soon known whether it is a pause.
BREATH_SAMPLES: Final = 2 * FRAME_SAMPLES
FIRST_SAMPLES: Final = SAMPLE_RATE * 8 // 10
EVERY_SAMPLES: Final = SAMPLE_RATE
# The more was said, the dearer it is to hear it once more.
SHARE_BETWEEN: Final = 10
# Sound that grows faster is caught up on: what is shown of it would be old.
LOOK_SECONDS: Final = 0.03
MOST_GROWTH_SAMPLES: Final = SAMPLE_RATE * 2 // 10
# Stretches that are heard and not yet asked for.
MOST_KEPT: Final = 4

# Given what was recognised between two samples at 16 kHz.
Show = Callable[[int, int, Recognised], Awaitable[None]]
# The first sample of a stretch, and where its speech ends so far.
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the bots want people to be heard."""

    language: str = ""
    hints: tuple[str, ...] = ()
    # Whether those who share one device are told apart.
    diarise: bool = False


class Ahead:
    """Listens along while *cutter* cuts one track; *wanted* may change at any time."""

    def __init__(
        self, cutter: Cutter, recogniser: Recogniser, wanted: Callable[[], Wanted], show: Show
    ) -> None:
        self._cutter = cutter
        self._recogniser = recogniser
        self._wanted = wanted
        self._show = show
        self._more = asyncio.Event()
        # What was recognised last: where it begins, and how far it goes.
        self._last = (0, 0)
        self._early: OrderedDict[Stretch, asyncio.Task[Recognised | None]] = OrderedDict()
        # Whether something is recognised only to be shown: never twice at once.
        self._is_showing = False

    def notice(self) -> None:
        """There may be more to hear."""
        if self._cutter.progress is not None:
            self._more.set()

    async def run(self) -> None:
        """Hear ahead until cancelled, whenever the recogniser has time."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._more.wait()
                self._more.clear()
                before = self._cutter.progress
                if before is None or not self._is_due(before):
                    continue
                await asyncio.sleep(LOOK_SECONDS)
                now = self._cutter.progress
                if now is not None and _is_live(before, now) and self._is_due(now):
                    # Who pauses does not wait for what is heard of the words before.
                    self._hear(now, tasks)

    async def final_of(self, speech: Speech) -> Recognised | None:
        """What was heard of *speech* before it was over, if nothing was said since."""
        early = self._early.get((speech.first_sample // RATIO, speech.spoken_to // RATIO))
        if early is None:
            return None
        await asyncio.wait([early])
        return None if early.cancelled() else early.result()

    def _is_due(self, progress: Progress) -> bool:
        quiet = progress.last_sample - progress.spoken_to
        if quiet >= PAUSE_SAMPLES:
            return _stretch(progress) not in self._early
        if quiet >= BREATH_SAMPLES or self._is_showing:
            return False
        first, last = self._last
        length = progress.last_sample - progress.first_sample
        if first != progress.first_sample:
            return length >= FIRST_SAMPLES
        return progress.last_sample - last >= max(EVERY_SAMPLES, length // SHARE_BETWEEN)

    def _hear(self, progress: Progress, tasks: asyncio.TaskGroup) -> None:
        speech = self._cutter.open_segment
        assert speech is not None
        hearing = tasks.create_task(self._recognised(speech))
        if progress.last_sample - progress.spoken_to >= PAUSE_SAMPLES:
            self._keep(_stretch(progress), hearing)
            tasks.create_task(self._tell(progress, speech, hearing))
        else:
            self._is_showing = True
            showing = tasks.create_task(self._tell(progress, speech, hearing))
            showing.add_done_callback(self._has_shown)

    async def _recognised(self, speech: OpenSegment) -> Recognised | None:
        """What is said so far; None when nobody had time, or it is wanted otherwise by now."""
        how, found = self._wanted(), None
        with suppress(DomainError):
            found = await self._recogniser.recognise(
                speech.pcm, language=how.language, hints=how.hints, partial=True
            )
        return found if self._wanted() == how else None

    async def _tell(
        self, progress: Progress, speech: OpenSegment, hearing: "asyncio.Task[Recognised | None]"
    ) -> None:
        found = await hearing
        if found is None:
            self._early.pop(_stretch(progress), None)
            return
        first, last = self._last
        if first == speech.first_sample and last > speech.last_sample:
            # What was heard of more speech was quicker.
            return
        self._last = (speech.first_sample, speech.last_sample)
        still = self._cutter.progress
        if found.text and still is not None and still.first_sample == speech.first_sample:
            await self._show(speech.first_sample, speech.last_sample, found)

    def _has_shown(self, _: "asyncio.Task[None]") -> None:
        self._is_showing = False
        self._more.set()

    def _keep(self, stretch: Stretch, early: "asyncio.Task[Recognised | None]") -> None:
        self._early[stretch] = early
        while len(self._early) > MOST_KEPT:
            self._early.popitem(last=False)


def _is_live(before: Progress, now: Progress) -> bool:
    """Whether *now* is the same stretch of speech, and no more than has been said since."""
    grown = now.last_sample - before.last_sample
    return now.first_sample == before.first_sample and grown <= MOST_GROWTH_SAMPLES


def _stretch(progress: Progress) -> Stretch:
    return progress.first_sample, progress.spoken_to
