"""Janus's nervous talk events, made calm."""

import asyncio

from session.media.janus.talking import HANG_OVER_SECONDS, Talkers
from tests.support.eventually import eventually

ANN = "prt_ann"


async def test_a_short_pause_is_not_told() -> None:
    told: list[tuple[str, bool]] = []
    talkers = Talkers(lambda who, talking: told.append((who, talking)))

    talkers.began(ANN)
    talkers.paused(ANN)
    talkers.began(ANN)
    await asyncio.sleep(HANG_OVER_SECONDS + 0.1)

    assert told == [(ANN, True)]
    assert talkers.now() == {ANN}


async def test_a_long_pause_is_told_once() -> None:
    told: list[tuple[str, bool]] = []
    talkers = Talkers(lambda who, talking: told.append((who, talking)))

    talkers.began(ANN)
    talkers.paused(ANN)
    talkers.paused(ANN)
    assert told == [(ANN, True)]

    await eventually(lambda: told == [(ANN, True), (ANN, False)])


async def test_whoever_is_muted_or_gone_stops_at_once() -> None:
    told: list[tuple[str, bool]] = []
    talkers = Talkers(lambda who, talking: told.append((who, talking)))

    talkers.began(ANN)
    talkers.silenced(ANN)
    talkers.silenced(ANN)

    assert told == [(ANN, True), (ANN, False)]
