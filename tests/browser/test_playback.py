"""What a recording's files are to a browser that gets them by their signed links."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from common import bus
from convene.artifacts.v1 import recordings_pb2 as pb
from convene_cli.nats import NatsServer
from tests.support.artifacts import PATIENT, FragileBlobs, Scene, a_scene, working
from tests.support.browser import Page, browsing
from tests.support.edge import Edge, an_edge
from tests.support.films import recorded, settled
from tests.support.footage import Footage, beeps, flashes
from tests.support.playing import flashed, heard, opened, played_out
from tests.support.services import OpenDatabase, a_caller

SAME_LENGTH = 0.5
IN_STEP = 0.08


@dataclass
class Cinema:
    """Recordings are made, an edge gives them out, and a browser has a page there."""

    scene: Scene
    edge: Edge
    page: Page

    async def open(self, file: pb.RecordingFile) -> tuple[float, int]:
        code = file.download_url.rpartition("/")[2]
        return await opened(self.page, f"{self.edge.address}/v1/downloads/{code}")


@pytest.fixture
async def cinema(
    open_database: OpenDatabase, own_nats_server: NatsServer, tmp_path: Path
) -> AsyncIterator[Cinema]:
    blobs = FragileBlobs(tmp_path / "objects")
    async with bus.connected(own_nats_server.url, "artifacts") as nats:
        await bus.wait_for_server(nats)
        for service in ("session", "bots"):
            await bus.declare_stream(nats.jetstream(), service)
        async with (
            a_scene(await open_database("artifacts"), nats, a_caller(), blobs, PATIENT) as scene,
            working(scene.studio),
            an_edge(instead={"artifacts": scene.channel}) as edge,
            browsing(tmp_path / "browser") as page,
        ):
            await page.goto(f"{edge.address}/healthz")
            yield Cinema(scene, edge, page)


async def test_a_composite_plays_to_its_end_with_sound_and_picture_in_step(cinema: Cinema) -> None:
    footage = Footage([(1, 5), (7, 11)], layout="GRID")
    footage.hears("prt_ada", 0.0, beeps(12, 3.0, 9.0))
    footage.sees("prt_ada", 0.5, flashes(11, 2.5, 8.5))
    footage.hears("prt_bob", 4.0, beeps(8))
    await recorded(cinema.scene, footage)
    composite = (await settled(cinema.scene)).files[0]

    seconds, width = await cinema.open(composite)
    sounds, beeped = await heard(cinema.page)
    end = await played_out(cinema.page)
    shone = [
        *await flashed(cinema.page, 1.4, 2.8),
        *await flashed(cinema.page, 5.4, 6.8),
    ]

    assert width == 1280
    for length in (seconds, sounds, end, composite.duration_seconds):
        assert length == pytest.approx(8, abs=SAME_LENGTH)
    assert beeped == [pytest.approx(2.0, abs=0.03), pytest.approx(6.0, abs=0.03)]
    assert shone == [pytest.approx(one, abs=IN_STEP) for one in beeped]


async def test_a_recording_of_sound_alone_plays_to_its_end(cinema: Cinema) -> None:
    footage = Footage([(0, 6)])
    footage.hears("prt_ada", 0.0, beeps(6, 1.0, 4.0))
    await recorded(cinema.scene, footage)
    composite = (await settled(cinema.scene)).files[0]

    seconds, width = await cinema.open(composite)
    sounds, beeped = await heard(cinema.page)
    end = await played_out(cinema.page)

    assert width == 0
    for length in (seconds, sounds, end, composite.duration_seconds):
        assert length == pytest.approx(6, abs=SAME_LENGTH)
    assert beeped == [pytest.approx(1.0, abs=0.03), pytest.approx(4.0, abs=0.03)]
