"""What a recorder has open: what may still come, and nothing that is over."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bots.domain.crew import Track
from bots.domain.recording import Medium
from bots.domain.sound import Mark, MarkKind, Picture, Sound, TrackUnknown
from bots.service import taking
from bots.service.reel import Reel
from common.principal import Principal, service_principal
from tests.support.eventually import eventually

CALLER = service_principal("bots", "wsp_1")
SECOND = 48_000


class Briefly:
    """Everybody says one packet and leaves; the cameras of *filmed* are on and are never ended."""

    def __init__(self, *filmed: str) -> None:
        self.filmed = filmed

    async def take(
        self, caller: Principal, track: Track, from_sample: int, medium: Medium
    ) -> AsyncGenerator[Sound | Mark | Picture, None]:
        if medium is Medium.AUDIO:
            yield Sound(0, (b"\xf8\xff\xfe",))
            yield Mark(MarkKind.END, 960, 960, "")
        elif medium is Medium.CAMERA and track.participant_id in self.filmed:
            yield Picture(0, True, b"a picture")
            await asyncio.Event().wait()
        else:
            raise TrackUnknown("no such track")


def a_track(number: int) -> Track:
    return Track("ses_1", f"prt_{number}", 1, "", "ear", 0.0)


def a_reel(source: Briefly) -> Reel:
    return Reel(source, CALLER, lambda _: True, lambda origin: origin)


async def emptied(reel: Reel) -> int:
    """How many joins were over until nothing was open."""
    found: set[tuple[str, int]] = set()

    def is_empty() -> bool:
        cut = reel.cut(SECOND)
        reel.drop(cut)
        found.update(cut.over)
        return not len(reel)

    await eventually(is_empty)
    return len(found)


async def test_two_hundred_joins_that_come_and_go_leave_nothing_open() -> None:
    reel = a_reel(Briefly())
    async with asyncio.TaskGroup() as group:
        before = len(asyncio.all_tasks())
        for number in range(0, 200, 10):
            tracks = [a_track(number + more) for more in range(10)]
            reel.take(tracks, {}, group, with_video=True)
            assert await emptied(reel) == 10

        await eventually(lambda: len(asyncio.all_tasks()) == before)


async def test_a_camera_that_nobody_ended_goes_with_its_join(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "CLOSING_SECONDS", 0.05)
    reel = a_reel(Briefly("prt_1"))
    async with asyncio.TaskGroup() as group:
        reel.take([a_track(1)], {}, group, with_video=True)

        assert await emptied(reel) == 1


async def test_a_join_is_open_until_what_it_said_is_handed_out() -> None:
    reel = a_reel(Briefly())
    async with asyncio.TaskGroup() as group:
        reel.take([a_track(1)], {}, group, with_video=False)
        await eventually(lambda: reel.has_pieces)

        assert not reel.cut(0).over
        assert reel.cut(SECOND).over == {("prt_1", 1)}
        reel.stop()
