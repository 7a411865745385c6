"""Muting, pausing and removing people in a real Janus, and who is shown as talking."""

import asyncio
import time

import pytest

from session.domain.rooms import NotConnected, Talked
from session.media.janus import talking
from session.media.janus.videoroom import KEY_FRAME_SECONDS
from tests.media.conftest import Stage
from tests.support.eventually import eventually


async def bob_is_heard(stage: Stage, packets: int) -> None:
    """Wait for more of Bob's packets; what others sent before is taken by then."""
    heard = stage.ear.heard("prt_bob")
    await eventually(lambda: stage.ear.heard("prt_bob") > heard + packets)


async def test_a_muted_person_is_heard_by_nobody_until_they_are_unmuted(stage: Stage) -> None:
    async with stage.page("prt_ann"), stage.page("prt_bob") as bob:
        await eventually(lambda: bob.loud.get("prt_ann", 0) > 10)
        await eventually(lambda: stage.ear.heard("prt_ann") > 10)

        await stage.plane.set_muted(stage.room, "prt_ann", True)
        await stage.plane.set_muted(stage.room, "prt_ann", True)
        assert stage.ear.quiet["prt_ann"]
        await bob_is_heard(stage, 5)
        heard = stage.ear.heard("prt_ann")
        await bob_is_heard(stage, 25)
        assert stage.ear.heard("prt_ann") <= heard + 3
        assert (await stage.here())["prt_ann"].muted

        await stage.plane.set_muted(stage.room, "prt_ann", False)
        loud = bob.loud["prt_ann"]
        await eventually(lambda: bob.loud["prt_ann"] > loud + 10)
        await eventually(lambda: stage.ear.heard("prt_ann") > heard + 10)
        assert not stage.ear.quiet["prt_ann"]
        assert not (await stage.here())["prt_ann"].muted


async def test_a_moderators_mute_stays_whatever_the_person_does(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann:
        await eventually(lambda: stage.ear.heard("prt_ann") > 10)
        await ann.peer.set_media(muted=True, camera=False)
        assert stage.ear.quiet["prt_ann"]
        await stage.plane.set_muted(stage.room, "prt_ann", True)
        await ann.peer.set_media(muted=False, camera=False)

        assert (await stage.here())["prt_ann"].muted
        await stage.plane.set_muted(stage.room, "prt_ann", False)
        heard = stage.ear.heard("prt_ann")
        await eventually(lambda: stage.ear.heard("prt_ann") > heard + 10)


async def test_who_mutes_themselves_is_not_heard(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob"):
        await eventually(lambda: stage.ear.heard("prt_ann") > 10)
        await ann.peer.set_media(muted=True, camera=True)
        await bob_is_heard(stage, 5)
        heard = stage.ear.heard("prt_ann")
        await bob_is_heard(stage, 25)

        assert stage.ear.heard("prt_ann") <= heard + 3
        assert (await stage.here())["prt_ann"].muted


async def test_who_comes_back_muted_by_a_moderator_is_not_heard(stage: Stage) -> None:
    async with stage.page("prt_ann"):
        await eventually(lambda: stage.ear.heard("prt_ann") > 10)
        await stage.plane.set_muted(stage.room, "prt_ann", True)
    async with stage.page("prt_ann", epoch=2), stage.page("prt_bob"):
        await eventually(lambda: stage.ear.heard("prt_bob") > 25)
        await eventually(lambda: ("prt_ann", 2) in stage.ear.seats)

        assert stage.ear.heard("prt_ann", 2) <= 3
        assert stage.ear.quiet["prt_ann"]


async def test_paused_video_is_seen_again_soon_after_it_goes_on(stage: Stage) -> None:
    async with stage.page("prt_ann", video=True), stage.page("prt_bob") as bob:
        await eventually(lambda: bob.seen.get("prt_ann", 0) > 5)
        await stage.plane.set_video_paused(stage.room, "prt_ann", True)
        paused = (await stage.here())["prt_ann"]
        await asyncio.sleep(0.5)
        seen, loud = bob.seen["prt_ann"], bob.loud.get("prt_ann", 0)
        await eventually(lambda: bob.loud.get("prt_ann", 0) > loud + 25)
        assert bob.seen["prt_ann"] <= seen + 1
        assert (paused.camera, paused.video_paused) == (True, True)

        began = time.monotonic()
        await stage.plane.set_video_paused(stage.room, "prt_ann", False)
        await eventually(lambda: bob.seen["prt_ann"] > seen + 5)
        # No later than a key frame comes by itself.
        assert time.monotonic() - began < KEY_FRAME_SECONDS / 2


async def test_a_removed_person_is_gone_and_their_page_is_told(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob") as bob:
        await eventually(lambda: bob.loud.get("prt_ann", 0) > 5)

        await stage.plane.disconnect(stage.room, "prt_ann")

        await eventually(lambda: ann.is_over)
        assert set(await stage.here()) == {"prt_bob"}
        assert [(one.participant_id, one.left) for one in stage.ear.gone] == [("prt_ann", False)]
        await eventually(lambda: not bob.offers[-1].tracks)


async def test_who_is_not_there_can_not_be_moderated(stage: Stage) -> None:
    with pytest.raises(NotConnected):
        await stage.plane.disconnect(stage.room, "prt_none")
    with pytest.raises(NotConnected):
        await stage.plane.set_muted(stage.room, "prt_none", True)
    with pytest.raises(NotConnected):
        await stage.plane.set_video_paused(stage.room, "prt_none", True)


async def test_who_is_muted_stops_to_be_shown_as_talking(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody who only pauses stops to be shown.
    monkeypatch.setattr(talking, "HANG_OVER_SECONDS", 600.0)
    async with stage.page("prt_ann"), stage.page("prt_bob") as bob:
        await eventually(lambda: Talked("prt_ann", True) in bob.talked)
        await stage.plane.set_muted(stage.room, "prt_ann", True)
        await eventually(lambda: Talked("prt_ann", False) in bob.talked)
