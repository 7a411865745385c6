"""Recognisers side by side: nobody waits while one of them is idle."""

import asyncio
from collections.abc import Sequence

import pytest

from bots.engines.recognition import Busy, Recognised
from bots.engines.side_by_side import SideBySide

PCM = bytes(320)


class Slow:
    """A recogniser that answers when told to, with its own name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pending = 0
        self.is_ready = self.is_closed = False
        self.unready: Exception | None = None
        self._answers = asyncio.Semaphore(0)

    async def prepare(self) -> None:
        if self.unready is not None:
            raise self.unready
        self.is_ready = True

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        if partial and self.pending:
            raise Busy("there is other work")
        self.pending += 1
        await self._answers.acquire()
        self.pending -= 1
        return Recognised(self.name, (), language)

    async def aclose(self) -> None:
        self.is_closed = True

    def answer(self) -> None:
        self._answers.release()


@pytest.fixture
def both() -> tuple[Slow, Slow]:
    return Slow("first"), Slow("second")


async def test_two_requests_are_heard_at_once(both: tuple[Slow, Slow]) -> None:
    hearing = SideBySide(both)

    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(hearing.recognise(PCM, language="en")) for _ in both]
        await asyncio.sleep(0)
        assert [one.pending for one in both] == [1, 1]
        for one in both:
            one.answer()

    assert [(await task).text for task in asked] == ["first", "second"]


async def test_a_request_waits_behind_the_fewest_others(both: tuple[Slow, Slow]) -> None:
    both[0].pending, both[1].pending = 3, 2
    hearing = SideBySide(both)

    asked = asyncio.create_task(hearing.recognise(PCM, language="en"))
    await asyncio.sleep(0)
    both[1].answer()

    assert (await asked).text == "second"


async def test_words_that_may_change_are_refused_only_when_none_is_idle(
    both: tuple[Slow, Slow],
) -> None:
    hearing = SideBySide(both)
    both[0].pending = 1
    both[1].answer()
    assert (await hearing.recognise(PCM, language="en", partial=True)).text == "second"

    both[1].pending = 1
    with pytest.raises(Busy):
        await hearing.recognise(PCM, language="en", partial=True)


async def test_all_are_made_ready_and_all_are_closed(both: tuple[Slow, Slow]) -> None:
    hearing = SideBySide(both)

    await hearing.prepare()
    await hearing.aclose()

    assert [(one.is_ready, one.is_closed) for one in both] == [(True, True), (True, True)]


async def test_one_that_cannot_be_made_ready_fails_by_its_own_name_and_stops_no_other(
    both: tuple[Slow, Slow],
) -> None:
    both[0].unready = Busy("there is other work")
    hearing = SideBySide(both)

    with pytest.raises(Busy):
        await hearing.prepare()
    assert both[1].is_ready
