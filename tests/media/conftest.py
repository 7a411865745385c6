"""A real Janus with an ear that only writes down, and a plane over both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from common import rpc
from session.domain.rooms import Connection, Room, Seat
from session.domain.sessions import SessionId
from session.media.janus.plane import JanusNode, JanusPlane, JanusSecrets
from tests.support.janus import Janus, a_janus
from tests.support.page import Page, a_page
from tests.support.services import KEY
from tests.support.written_node import WrittenNode, a_written_node

SESSION = SessionId("ses_1")


@asynccontextmanager
async def a_plane(janus: Janus, address: str, url: str = "") -> AsyncIterator[JanusPlane]:
    """A plane as a replica has one; *url* is another way to the same Janus."""
    node = JanusNode(url or janus.url, janus.admin_url)
    secrets = JanusSecrets(janus.secrets.api, janus.secrets.admin, janus.secrets.rooms)
    async with rpc.channel(address) as channel:
        caller = rpc.Caller(KEY, "session")
        plane = JanusPlane({address: node}, secrets, {address: channel}, caller)
        async with plane.running():
            yield plane


@dataclass
class Stage:
    """A media node, a plane over it, and one open room."""

    janus: Janus
    ear: WrittenNode
    plane: JanusPlane
    room: Room

    @asynccontextmanager
    async def page(
        self, who: str, *, video: bool = False, epoch: int = 1, room: Room | None = None
    ) -> AsyncIterator[Page]:
        """A page that publishes while the block runs."""
        peer = await self.plane.connect(room or self.room, Seat(who, epoch, who.title()))
        async with a_page(peer) as page:
            await page.publish(video=video)
            yield page

    async def here(self) -> dict[str, Connection]:
        found = (await self.plane.occupancy(self.room)).connections
        return {one.participant_id: one for one in found}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with (
        a_janus(tmp_path) as janus,
        a_written_node() as (ear, address),
        a_plane(janus, address) as plane,
    ):
        room = Room(address, SESSION, "wsp_1", True)
        await plane.open(room)
        yield Stage(janus, ear, plane, room)
