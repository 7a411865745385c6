"""What a crew writes: one segment once, with its cursor, and nothing under a stale lease."""

import pytest

from bots.domain.crew import Track
from bots.domain.transcript import Segment, scripted
from bots.service.ledger import Ledger
from bots.store import CREW, Store
from common.leases import Lease, LeaseLost, Leases
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import SESSION, Stage, a_caller


async def a_track(stage: Stage) -> Track:
    await stage.begins("transcriber")
    await stage.joins("ada")
    return Track(SESSION, "ada", 1, "Ada", stage.ear.address, 0.0)


async def a_lease(stage: Stage, owner: str) -> Lease:
    lease = await Leases(stage.database, owner).acquire(CREW + SESSION)
    assert lease is not None
    return lease


async def ledger_of(stage: Stage, lease: Lease) -> Ledger:
    store = Store(stage.database)
    crew = await store.crew(SESSION)
    assert crew is not None
    return Ledger(store, a_caller(), crew, lease)


def a_segment(track: Track, first: int = 0) -> Segment:
    return scripted(track, (first, first + 48_000), f"line at {first}")


async def test_a_segment_and_its_cursor_are_written_together(stage: Stage) -> None:
    track = await a_track(stage)
    ledger = await ledger_of(stage, await a_lease(stage, "first"))

    await ledger.commit(track, 48_000, a_segment(track))

    assert (await ledger.standing()).tracks[0].cursor_sample == 48_000
    assert await stage.transcript() == ["line at 0"]


async def test_a_segment_that_is_written_again_is_announced_once(stage: Stage) -> None:
    track = await a_track(stage)
    ledger = await ledger_of(stage, await a_lease(stage, "first"))

    for first in (0, 0, 48_000, 0):
        await ledger.commit(track, first + 48_000, a_segment(track, first))

    assert await stage.transcript() == ["line at 0", "line at 48000"]
    assert (await ledger.standing()).tracks[0].cursor_sample == 96_000


async def test_a_track_that_was_noted_late_began_before_what_was_heard_of_it(stage: Stage) -> None:
    track = await a_track(stage)
    ledger = await ledger_of(stage, await a_lease(stage, "first"))
    await stage.joins("bo", offset=40.0)
    async with ledger.looking() as tx:
        before = await tx.second_of(SESSION)

    await ledger.commit(track, 90 * 48_000)

    async with ledger.looking() as tx:
        after = await tx.second_of(SESSION)
    assert 40.0 <= before < 60.0
    assert 90.0 <= after < 110.0


async def test_a_crew_whose_lease_went_to_another_writes_nothing(stage: Stage) -> None:
    track = await a_track(stage)
    stale = await ledger_of(stage, await a_lease(stage, "first"))
    await stage.expire_leases()
    await a_lease(stage, "second")

    with pytest.raises(LeaseLost):
        await stale.commit(track, 48_000, a_segment(track))
    with pytest.raises(LeaseLost):
        await stale.flush([])

    assert (await stale.standing()).tracks[0].cursor_sample == 0
    assert await stage.told() == []


async def test_a_crew_is_flushed_once(stage: Stage) -> None:
    track = await a_track(stage)
    ledger = await ledger_of(stage, await a_lease(stage, "first"))
    await ledger.commit(track, 48_000, a_segment(track))
    await stage.ends()

    await ledger.flush([])
    with pytest.raises(LeaseLost):
        await ledger.flush([])
    with pytest.raises(LeaseLost):
        await ledger.commit(track, 96_000, a_segment(track, 48_000))

    (flushed,) = await stage.facts(facts.CrewFlushed)
    assert (flushed.session_id, flushed.segments) == (SESSION, 1)


async def test_a_second_that_was_skipped_to_and_is_still_to_come_tells_not_how_late_it_is(
    stage: Stage,
) -> None:
    track = await a_track(stage)
    ledger = await ledger_of(stage, await a_lease(stage, "first"))
    async with ledger.looking() as tx:
        await tx.skip_to(SESSION, 90.0)

    await ledger.commit(track, 90 * 48_000, ended=True)

    standing = await ledger.standing()
    async with ledger.looking() as tx:
        assert await tx.second_of(SESSION) < 60.0
    assert (standing.tracks[0].cursor_sample, standing.tracks[0].ended) == (90 * 48_000, True)
