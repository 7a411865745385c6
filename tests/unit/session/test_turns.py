"""Turns: one after the other, and nothing is kept of who had theirs."""

import asyncio

from session.media.janus.turns import Turns


async def test_one_waits_for_the_other_and_nothing_is_kept() -> None:
    turns, order = Turns(), []

    async def act(name: str, who: int) -> None:
        async with turns.take(name):
            order.append(("in", name, who))
            await asyncio.sleep(0)
            order.append(("out", name, who))

    await asyncio.gather(act("ses_1", 1), act("ses_1", 2), act("ses_2", 3))

    mine = [(what, who) for what, name, who in order if name == "ses_1"]
    assert mine == [("in", 1), ("out", 1), ("in", 2), ("out", 2)]
    assert len(turns) == 0


async def test_who_gives_up_waiting_leaves_nothing_behind() -> None:
    turns = Turns()
    async with turns.take("ses_1"):
        waiting = asyncio.create_task(_take(turns))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert len(turns) == 1
    assert len(turns) == 0


async def _take(turns: Turns) -> None:
    async with turns.take("ses_1"):
        raise AssertionError("it was not our turn")
