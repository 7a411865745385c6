"""Words ahead of their time: shown while somebody speaks, ready when they turn out to be done."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from bots.domain.sound import Sound
from bots.engines.recognition import Recognised
from bots.service.ahead import Ahead, Wanted
from bots.service.cutting import Cutter, Piece, Speech
from tests.support.eventually import eventually
from tests.support.speech import opus_packets
from tests.support.tones import ToneRecogniser, ToneVad, pause, tone

PACKETS_AT_ONCE = 5


class CountedRecogniser(ToneRecogniser):
    """One that is asked ahead of time: while it is not *free* it refuses, or lets one wait."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.is_patient = False

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        self.asked += 1
        early = partial and not self.is_patient
        return await super().recognise(pcm, language=language, hints=hints, partial=early)


class Listening:
    """A cutter fed as the ear would, and who listens along."""

    def __init__(self) -> None:
        self.recogniser = CountedRecogniser()
        self.cutter = Cutter(ToneVad(), 0)
        self.wanted = Wanted()
        self.shown: list[str] = []
        self.pieces: list[Piece] = []
        self.ahead = Ahead(self.cutter, self.recogniser, lambda: self.wanted, self._show)
        self._fed = 0

    async def _show(self, first: int, last: int, found: Recognised) -> None:
        self.shown.append(found.text)

    def hear(self, packets: Sequence[bytes]) -> None:
        """Take all *packets* at once."""
        for first in range(0, len(packets), PACKETS_AT_ONCE):
            some = packets[first : first + PACKETS_AT_ONCE]
            self.pieces += self.cutter.take(Sound(self._fed * 960, some))
            self._fed += len(some)
            self.ahead.notice()

    @property
    def speech(self) -> Speech:
        return next(piece for piece in self.pieces if isinstance(piece, Speech))


@pytest.fixture
async def listening() -> AsyncIterator[Listening]:
    made = Listening()
    running = asyncio.create_task(made.ahead.run())
    yield made
    running.cancel()
    await asyncio.wait([running])


def said(*parts: bytes) -> list[bytes]:
    return opus_packets(b"".join(parts))


PAUSED = 15  # packets: 0.3 s, after which it may be over, and is not known to be


async def test_what_was_said_before_a_pause_is_ready_when_nothing_follows(
    listening: Listening,
) -> None:
    packets = said(pause(0.5), tone("alpha", 0.6), pause(2))
    listening.hear(packets[: 55 + PAUSED])
    await eventually(lambda: listening.shown)
    listening.recogniser.free.clear()
    listening.hear(packets[55 + PAUSED :])

    found = await listening.ahead.final_of(listening.speech)

    assert found is not None
    assert found.text == "alpha"


async def test_what_was_recognised_in_a_pause_is_not_final_when_more_is_said(
    listening: Listening,
) -> None:
    packets = said(pause(0.5), tone("alpha", 0.6), pause(0.3), tone("bravo", 0.6), pause(2))
    listening.hear(packets[: 55 + PAUSED])
    await eventually(lambda: listening.shown)
    listening.recogniser.free.clear()
    listening.hear(packets[55 + PAUSED :])

    assert await listening.ahead.final_of(listening.speech) is None


async def test_words_that_are_still_looked_for_when_it_is_over_are_waited_for(
    listening: Listening,
) -> None:
    packets = said(pause(0.5), tone("alpha", 0.6), pause(2))
    listening.recogniser.is_patient = True
    listening.recogniser.free.clear()
    listening.hear(packets[: 55 + PAUSED])
    await eventually(lambda: listening.recogniser.waiting)
    listening.hear(packets[55 + PAUSED :])
    waiting = asyncio.create_task(listening.ahead.final_of(listening.speech))
    await asyncio.sleep(0)
    assert not waiting.done()
    listening.recogniser.free.set()

    found = await waiting

    assert found is not None
    assert found.text == "alpha"


async def test_words_recognised_in_another_language_are_not_final(listening: Listening) -> None:
    packets = said(pause(0.5), tone("alpha", 0.6), pause(2))
    listening.recogniser.free.clear()
    listening.recogniser.is_patient = True
    listening.hear(packets[: 55 + PAUSED])
    await eventually(lambda: listening.recogniser.waiting)
    listening.wanted = Wanted("es")
    listening.recogniser.free.set()
    listening.hear(packets[55 + PAUSED :])

    assert await listening.ahead.final_of(listening.speech) is None


async def test_a_busy_recogniser_is_asked_again_while_the_pause_lasts(
    listening: Listening,
) -> None:
    packets = said(pause(0.5), tone("alpha", 0.6), pause(2))
    listening.recogniser.free.clear()
    listening.hear(packets[: 55 + PAUSED])
    await eventually(lambda: listening.recogniser.asked)
    assert listening.shown == []
    listening.recogniser.free.set()
    listening.hear(packets[55 + PAUSED : 55 + PAUSED + PACKETS_AT_ONCE])

    await eventually(lambda: listening.shown)


async def test_words_are_shown_while_they_are_said_and_what_is_caught_up_on_is_not(
    listening: Listening,
) -> None:
    listening.hear(said(pause(0.5), tone("alpha", 0.6), pause(2), pause(0.5), tone("bravo", 0.7)))

    await eventually(lambda: listening.shown)

    assert listening.shown == ["bravo"]


async def test_who_pauses_does_not_wait_for_words_that_were_only_to_be_shown(
    listening: Listening,
) -> None:
    packets = said(pause(0.5), tone("alpha", 1.0), pause(2))
    listening.recogniser.is_patient = True
    listening.recogniser.free.clear()
    listening.hear(packets[:70])
    await eventually(lambda: listening.recogniser.waiting == 1)
    listening.hear(packets[70 : 75 + PAUSED])

    await eventually(lambda: listening.recogniser.waiting == 2)


async def test_words_that_come_after_those_of_more_speech_are_not_shown(
    listening: Listening,
) -> None:
    packets = said(pause(0.5), tone("alpha", 1.0), pause(2))
    listening.recogniser.is_patient = True
    listening.recogniser.free.clear()
    listening.hear(packets[:70])
    await eventually(lambda: listening.recogniser.waiting == 1)
    first, listening.recogniser.free = listening.recogniser.free, asyncio.Event()
    listening.hear(packets[70 : 75 + PAUSED])
    await eventually(lambda: listening.recogniser.waiting == 2)

    listening.recogniser.free.set()
    await eventually(lambda: listening.shown)
    first.set()
    await eventually(lambda: listening.recogniser.waiting == 0)

    listening.hear(packets[75 + PAUSED :])
    assert await listening.ahead.final_of(listening.speech)
    assert listening.shown == ["alpha"]
