"""What is due waits in a wheel and is fired in turns: in order, in groups, and fairly."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from common.principal import Principal
from common.timers import Manner, Timer, alone, together
from common.timers.turns import Turns
from common.timers.wheel import Held, Wheel

DUE = datetime(2026, 1, 1, tzinfo=UTC)


async def ring_all(caller: Principal, timers: Sequence[Timer]) -> None:
    raise AssertionError("the turns of this test fire by themselves")


async def ring(caller: Principal, timer: Timer) -> None:
    raise AssertionError("the turns of this test fire by themselves")


MANNERS: dict[str, Manner] = {"bell": alone(ring), "group": together(ring_all)}


def held(key: str, workspace: str = "w", kind: str = "bell", at: float = 0.0) -> Held:
    timer = Timer(workspace, key, kind, DUE, {}, 0, "", "tok")
    return Held(at, float("inf"), timer)


class Fired:
    """Volleys in the order in which they began; each lasts until its gate opens."""

    def __init__(self) -> None:
        self.volleys: list[list[str]] = []
        self.gone: list[str] = []
        self.gate = asyncio.Semaphore(0)

    async def fire(self, timers: Sequence[Timer]) -> None:
        self.volleys.append([one.key for one in timers])
        await self.gate.acquire()

    def let_go(self, several: Sequence[Held]) -> None:
        self.gone += [one.timer.key for one in several]

    async def open(self, times: int) -> None:
        for _ in range(times):
            self.gate.release()
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@asynccontextmanager
async def turning(fired: Fired, width: int) -> AsyncIterator[Turns]:
    async with asyncio.TaskGroup() as tasks:
        yield Turns(tasks, fired.fire, fired.let_go, MANNERS, width=width)
        await fired.open(10_000)


async def test_a_workspace_with_a_crowd_holds_up_another_by_one_turn() -> None:
    fired = Fired()
    async with turning(fired, width=1) as turns:
        turns.put([held(f"crowd {number}") for number in range(100)])
        turns.put([held("single", "other")])
        await settle()
        await fired.open(3)
        assert fired.volleys == [["crowd 0"], ["single"], ["crowd 1"], ["crowd 2"]]


async def test_firings_of_one_workspace_that_hang_leave_room_for_others() -> None:
    fired = Fired()
    async with turning(fired, width=5) as turns:
        turns.put([held(f"stuck {number}") for number in range(10)])
        turns.put([held("free", "other")])
        await settle()
        assert fired.volleys == [*([f"stuck {number}"] for number in range(3)), ["free"]]


async def test_what_comes_due_while_groups_commit_shares_the_next_commit() -> None:
    fired = Fired()
    async with turning(fired, width=6) as turns:
        for number in range(5):
            turns.put([held(f"k{number}", kind="group")])
        await settle()
        assert fired.volleys == [["k0"], ["k1"]]
        await fired.open(1)
        assert fired.volleys[2:] == [["k2", "k3", "k4"]]


async def test_a_group_is_of_one_workspace_and_of_bounded_size() -> None:
    fired = Fired()
    async with turning(fired, width=6) as turns:
        mine = [held(f"k{number}", kind="group") for number in range(250)]
        turns.put([*mine, held("theirs", "other", kind="group")])
        await settle()
        assert [len(one) for one in fired.volleys] == [200, 1, 50]
        assert fired.volleys[1] == ["theirs"]


async def test_one_whose_lease_is_over_is_let_go_without_being_fired() -> None:
    fired = Fired()
    async with turning(fired, width=6) as turns:
        turns.put([held("stale")._replace(until=asyncio.get_running_loop().time() - 1)])
        await settle()
        assert fired.volleys == []
        assert fired.gone == ["stale"]


async def test_a_wheel_gives_what_is_due_in_order_and_keeps_the_rest() -> None:
    wheel, now = Wheel(), asyncio.get_running_loop().time()
    wheel.put([held("later", at=now + 3600), held("second", at=now - 1), held("first", at=now - 2)])
    assert [one.timer.key for one in await wheel.due()] == ["first", "second"]
    waiting = asyncio.create_task(wheel.due())
    await settle()
    assert not waiting.done()
    waiting.cancel()


async def test_a_wheel_that_waits_wakes_for_what_is_put_in_ahead_of_it() -> None:
    wheel, now = Wheel(), asyncio.get_running_loop().time()
    wheel.put([held("far", at=now + 3600)])
    waiting = asyncio.create_task(wheel.due())
    await settle()
    wheel.put([held("near", at=now)])
    assert [one.timer.key for one in await waiting] == ["near"]


def test_a_spread_that_would_outlast_a_lease_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 5"):
        alone(ring, spread=6)
