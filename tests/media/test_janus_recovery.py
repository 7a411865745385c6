"""What people notice when a connection, a Janus, an ear or an owner is lost."""

import time
from pathlib import Path

import pytest

from session.domain.rooms import MediaUnavailable, Room, RoomGone, Seat
from tests.media.conftest import SESSION, Stage, a_plane
from tests.support.eventually import eventually
from tests.support.fault_proxy import proxy_to
from tests.support.janus import a_janus
from tests.support.written_node import a_written_node


async def test_a_cut_of_the_control_connection_is_noticed_by_nobody(tmp_path: Path) -> None:
    async with (
        a_janus(tmp_path) as janus,
        a_written_node() as (ear, address),
        proxy_to(janus.url) as proxy,
        a_plane(janus, address, proxy.url(janus.url)) as plane,
    ):
        stage = Stage(janus, ear, plane, Room(address, SESSION, "wsp_1", True))
        await plane.open(stage.room)
        async with stage.page("prt_ann") as ann, stage.page("prt_bob") as bob:
            await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)
            proxy.cut()

            assert set(await stage.here()) == {"prt_ann", "prt_bob"}
            before = ann.loud["prt_bob"]
            await eventually(lambda: ann.loud["prt_bob"] > before + 20)
            await plane.disconnect(stage.room, "prt_bob")
            assert not ann.lost
            assert bob.is_over


async def test_after_janus_was_killed_everybody_is_back_in_the_same_join(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob") as bob:
        await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)
        await stage.janus.kill()
        await stage.janus.start()

        await eventually(lambda: ann.lost and bob.lost)
        with pytest.raises(RoomGone):
            await stage.plane.occupancy(stage.room)
        with pytest.raises(RoomGone):
            await stage.plane.connect(stage.room, Seat("prt_ann", 1, "Ann"))
        await stage.plane.open(stage.room)
        async with stage.page("prt_ann") as again, stage.page("prt_bob"):
            await eventually(lambda: again.loud.get("prt_bob", 0) > 5)
            heard = stage.ear.heard("prt_ann")
            await eventually(lambda: stage.ear.heard("prt_ann") > heard + 5)

    assert {one.participant_id for one in stage.ear.gone} <= {"prt_ann", "prt_bob"}


async def test_a_janus_that_stays_away_is_unavailable_in_time(stage: Stage) -> None:
    await stage.janus.kill()
    began = time.monotonic()

    with pytest.raises(MediaUnavailable):
        await stage.plane.occupancy(stage.room)
    with pytest.raises(MediaUnavailable):
        await stage.plane.open(stage.room)

    # Two questions, of which each is given up after 3 s.
    assert time.monotonic() - began < 30


async def test_a_new_owner_finds_everybody_where_they_are(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob", epoch=2) as bob:
        await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)
        await eventually(lambda: bob.loud.get("prt_ann", 0) > 5)
        await stage.plane.set_muted(stage.room, "prt_bob", True)
        async with a_plane(stage.janus, stage.room.node) as newer:
            await newer.open(stage.room)
            heard = stage.ear.heard("prt_ann")
            here = (await newer.occupancy(stage.room)).connections
            assert {(one.participant_id, one.epoch, one.muted) for one in here} == {
                ("prt_ann", 1, False),
                ("prt_bob", 2, True),
            }
            await eventually(lambda: stage.ear.heard("prt_ann") > heard + 10)

            await ann.resume(await newer.connect(stage.room, Seat("prt_ann", 1, "Ann")))
            await bob.resume(await newer.connect(stage.room, Seat("prt_bob", 2, "Bob")))
            await newer.set_muted(stage.room, "prt_bob", False)
            loud = ann.loud["prt_bob"]
            await eventually(lambda: ann.loud["prt_bob"] > loud + 10)
            later = Stage(stage.janus, stage.ear, newer, stage.room)
            async with later.page("prt_cem"):
                await eventually(lambda: ann.loud.get("prt_cem", 0) > 5)
            assert not ann.lost


async def test_who_muted_themselves_stays_so_under_a_new_owner(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann:
        await eventually(lambda: stage.ear.heard("prt_ann") > 5)
        await ann.peer.set_media(muted=True, camera=False)
        async with a_plane(stage.janus, stage.room.node) as newer:
            await newer.open(stage.room)
            (here,) = (await newer.occupancy(stage.room)).connections

    assert here.muted


async def test_a_page_that_begins_anew_under_a_new_owner_keeps_its_peer(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob") as bob:
        await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)
        async with a_plane(stage.janus, stage.room.node) as newer:
            await newer.open(stage.room)
            await ann.begin_anew()
            await ann.resume(await newer.connect(stage.room, Seat("prt_ann", 1, "Ann")))
            await ann.publish()

            await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)
            loud = bob.loud.get("prt_ann", 0)
            await bob.resume(await newer.connect(stage.room, Seat("prt_bob", 1, "Bob")))
            await eventually(lambda: bob.loud.get("prt_ann", 0) > loud + 5)
            assert not ann.lost


async def test_who_does_not_own_the_room_sees_who_is_there(stage: Stage) -> None:
    async with (
        a_plane(stage.janus, stage.room.node) as other,
        stage.page("prt_ann", epoch=4),
    ):
        await eventually(lambda: stage.ear.heard("prt_ann", 4) > 0)
        found = (await other.occupancy(stage.room)).connections

        assert [(one.participant_id, one.epoch) for one in found] == [("prt_ann", 4)]
        with pytest.raises(RoomGone):
            await other.disconnect(stage.room, "prt_ann")


async def test_an_ear_that_forgot_everybody_is_told_again(stage: Stage) -> None:
    async with stage.page("prt_ann"):
        await eventually(lambda: stage.ear.heard("prt_ann") > 5)
        stage.ear.seats.clear()

        await stage.here()
        heard = stage.ear.heard("prt_ann")
        assert ("prt_ann", 1) in stage.ear.seats
        await eventually(lambda: stage.ear.heard("prt_ann") > heard + 5)
