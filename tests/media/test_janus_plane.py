"""The Janus plane on a real Janus: people who hear and see each other."""

import asyncio

import pytest

from session.domain.rooms import (
    Changed,
    Connection,
    Departed,
    Hint,
    InvalidDescription,
    MayNotPublish,
    MediaUnavailable,
    NotConnected,
    Room,
    RoomGone,
    Seat,
    Source,
)
from session.domain.sessions import SessionId
from tests.media.conftest import SESSION, Stage
from tests.support.eventually import eventually
from tests.support.page import Page, a_page

MEETINGS = 4


def offered(page: Page) -> set[tuple[str, Source]]:
    """What the page's newest offer is of."""
    tracks = page.offers[-1].tracks if page.offers else ()
    return {(one.participant_id, one.source) for one in tracks}


async def test_two_people_hear_each_other_and_the_ear_hears_both(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob") as bob:
        await eventually(lambda: ann.loud.get("prt_bob", 0) > 10)
        await eventually(lambda: bob.loud.get("prt_ann", 0) > 10)
        await eventually(lambda: stage.ear.heard("prt_ann") > 10)
        await eventually(lambda: stage.ear.heard("prt_bob") > 10)
        here = await stage.here()

    assert here == {
        "prt_ann": Connection("prt_ann", 1, offset_seconds=1.0),
        "prt_bob": Connection("prt_bob", 1, offset_seconds=1.0),
    }


async def test_who_is_not_yet_connected_is_not_counted(stage: Stage) -> None:
    await stage.plane.connect(stage.room, Seat("prt_ann", 1, "Ann"))

    assert await stage.here() == {}


async def test_who_has_nothing_to_send_is_counted_while_their_page_stands_in(stage: Stage) -> None:
    peer = await stage.plane.connect(stage.room, Seat("prt_ann", 1, "Ann"))

    await peer.stand_in(True)
    assert set(await stage.here()) == {"prt_ann"}
    await stage.plane.open(stage.room)
    assert set(await stage.here()) == {"prt_ann"}

    await peer.stand_in(False)
    assert await stage.here() == {}


async def test_who_looks_on_hears_others_and_is_not_let_speak(stage: Stage) -> None:
    peer = await stage.plane.connect(stage.room, Seat("prt_owl", 1, "Owl", publishes=False))
    async with stage.page("prt_ann"), a_page(peer) as owl:
        with pytest.raises(MayNotPublish):
            await owl.publish()
        await eventually(lambda: owl.loud.get("prt_ann", 0) > 10)


async def test_a_late_comer_gets_everybody_and_their_leaving_takes_their_tracks(
    stage: Stage,
) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob"):
        async with stage.page("prt_cem") as cem:
            await eventually(lambda: min(cem.loud.get("prt_ann", 0), cem.loud.get("prt_bob", 0)))
            await eventually(lambda: ("prt_cem", Source.MICROPHONE) in offered(ann))
            await cem.peer.leave()

        await eventually(lambda: offered(ann) == {("prt_bob", Source.MICROPHONE)})
        assert cem.is_over
        assert not cem.lost
        assert set(await stage.here()) == {"prt_ann", "prt_bob"}


async def test_camera_and_screen_are_told_apart(stage: Stage) -> None:
    async with stage.page("prt_ann", video=True) as ann, stage.page("prt_bob") as bob:
        await eventually(lambda: bob.seen.get("prt_ann", 0) > 5)
        before = (await stage.here())["prt_ann"]
        await ann.share_screen()
        await eventually(
            lambda: {("prt_ann", Source.CAMERA), ("prt_ann", Source.SCREEN)} <= offered(bob)
        )
        after = (await stage.here())["prt_ann"]

    assert (before.camera, before.screen) == (True, False)
    assert (after.camera, after.screen) == (True, True)


async def test_the_ear_gets_video_only_while_it_is_wanted(stage: Stage) -> None:
    async with stage.page("prt_ann", video=True):
        await eventually(lambda: stage.ear.heard("prt_ann") > 5)
        assert stage.ear.seats["prt_ann", 1].camera_ssrc == 0

        await stage.plane.capture_video(stage.room, True)
        await eventually(lambda: stage.ear.seen("prt_ann") > 10)
        ssrc = stage.ear.seats["prt_ann", 1].camera_ssrc
        await stage.plane.capture_video(stage.room, False)
        # What was on its way is taken when later sound is.
        heard = stage.ear.heard("prt_ann")
        await eventually(lambda: stage.ear.heard("prt_ann") > heard + 5)
        kept = stage.ear.packets.counted[ssrc]
        await eventually(lambda: stage.ear.heard("prt_ann") > heard + 25)

    assert stage.ear.packets.counted[ssrc] <= kept + 5


async def test_leaving_is_told_apart_from_being_lost(stage: Stage) -> None:
    hints: list[Hint] = []

    async def watch() -> None:
        async for hint in stage.plane.watch(stage.room):
            hints.append(hint)

    watching = asyncio.create_task(watch())
    await eventually(lambda: Changed() in hints)
    async with stage.page("prt_ann") as ann, stage.page("prt_bob", epoch=3) as bob:
        await eventually(lambda: len(stage.ear.seats) == 2)
        await ann.peer.close()
        await bob.peer.leave()
        await eventually(lambda: Departed("prt_bob", 3) in hints)
    watching.cancel()

    assert [one for one in hints if isinstance(one, Departed)] == [Departed("prt_bob", 3)]
    assert {one.participant_id: one.left for one in stage.ear.gone} == {
        "prt_ann": False,
        "prt_bob": True,
    }


async def test_the_same_join_again_takes_the_place_of_the_older(stage: Stage) -> None:
    async with stage.page("prt_ann") as older, stage.page("prt_bob") as bob:
        await eventually(lambda: bob.loud.get("prt_ann", 0) > 5)
        async with stage.page("prt_ann") as newer:
            await eventually(lambda: newer.loud.get("prt_bob", 0) > 5)
            before = bob.loud["prt_ann"]
            await eventually(lambda: bob.loud["prt_ann"] > before + 20)
            here = await stage.here()

            assert older.is_over
            assert {who: one.epoch for who, one in here.items()} == {"prt_ann": 1, "prt_bob": 1}
            assert not stage.ear.gone


async def test_a_page_that_begins_anew_behind_its_join_is_connected_again(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob") as bob:
        await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)
        ann.crash()
        await ann.publish()
        before = bob.loud.get("prt_ann", 0)
        await eventually(lambda: bob.loud.get("prt_ann", 0) > before + 20)
        await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)


async def test_who_publishes_while_their_room_is_looked_at_is_not_taken_from_others(
    stage: Stage,
) -> None:
    async with stage.page("prt_ann") as ann:
        await eventually(lambda: stage.ear.heard("prt_ann") > 5)
        stage.ear.tells.clear()
        looking = asyncio.create_task(stage.plane.occupancy(stage.room))
        async with stage.page("prt_bob"):
            await eventually(lambda: ann.loud.get("prt_bob", 0) > 5)
            offers = len(ann.offers)
            stage.ear.tells.set()
            await looking

            await stage.here()
            assert len(ann.offers) == offers


async def test_closing_the_room_ends_every_connection_and_keeps_nothing(stage: Stage) -> None:
    other = Room(stage.room.node, SessionId("ses_2"), "wsp_1", True)

    async def hold_a_meeting() -> None:
        await stage.plane.open(other)
        async with stage.page("prt_ann", room=other) as ann:
            await stage.plane.voice(other, "prt_bot", "Bot")
            await eventually(lambda: stage.ear.heard("prt_ann") > 5)
            await stage.plane.close(other)
            await stage.plane.close(other)
            await eventually(lambda: ann.is_over)
            assert not ann.lost

    # Janus opens things of its own now and then; what a meeting leaves behind adds up.
    await hold_a_meeting()
    before = stage.janus.open_files()
    for _ in range(MEETINGS):
        await hold_a_meeting()

    await eventually(lambda: stage.janus.open_files() < before + MEETINGS)
    with pytest.raises(RoomGone):
        await stage.plane.occupancy(other)


async def test_a_description_that_is_none_is_refused(stage: Stage) -> None:
    peer = await stage.plane.connect(stage.room, Seat("prt_ann", 1, "Ann"))

    with pytest.raises(InvalidDescription):
        await peer.publish("v=nonsense", {"0": Source.MICROPHONE})
    with pytest.raises(InvalidDescription):
        await peer.answer("v=0")


async def test_what_is_not_there_is_named(stage: Stage) -> None:
    plane, room = stage.plane, stage.room
    unopened = Room(room.node, SessionId("ses_none"), "wsp_1", True)

    with pytest.raises(RoomGone):
        await plane.connect(unopened, Seat("prt_ann", 1, "Ann"))
    with pytest.raises(RoomGone):
        await plane.occupancy(unopened)
    with pytest.raises(MediaUnavailable, match="SESSION_NODES"):
        await plane.open(Room("elsewhere:1", SESSION, "wsp_1", True))
    gone = await plane.connect(room, Seat("prt_bob", 1, "Bob"))
    await gone.close()
    with pytest.raises(NotConnected):
        await gone.set_media(muted=True, camera=False)
