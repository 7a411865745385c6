"""Rooms that a session has left behind are ended; nobody else's are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from session.domain.rooms import Room
from session.domain.sessions import SessionId
from session.media.janus import sweeping
from session.media.janus.connection import JanusConnection
from session.media.janus.handles import Handle, JanusSession, janus_session_id
from tests.media.conftest import SESSION, a_plane
from tests.support.eventually import eventually
from tests.support.janus import Janus, a_janus
from tests.support.written_node import a_written_node


class Sight:
    """What somebody sees who has a Janus session of their own."""

    def __init__(self, janus: Janus, connection: JanusConnection, handle: Handle) -> None:
        self._key = janus.secrets.rooms
        self._connection = connection
        self._handle = handle

    async def rooms(self) -> set[str]:
        listed = await self._handle.ask("list", admin_key=self._key)
        return {str(one["room"]) for one in listed.told["list"]}

    async def make(self, name: str, **more: object) -> None:
        """A room of somebody else's."""
        await self._handle.ask("create", room=name, admin_key=self._key, **more)

    async def run_out(self, session_id: str) -> None:
        """Let the time pass after which Janus gives up a session that nobody claims."""
        session = JanusSession(self._connection, janus_session_id(session_id), lambda: None)
        assert await session.enter()
        session.leave()
        await session.ask("destroy")


@asynccontextmanager
async def looking_at(janus: Janus) -> AsyncIterator[Sight]:
    async with aiohttp.ClientSession() as http:
        connection = JanusConnection(janus.url, janus.secrets.api, http)
        async with connection.running():
            session = JanusSession(connection, 1, lambda: None)
            await session.enter()
            yield Sight(janus, connection, await session.attach("sight", lambda _: None))


async def test_a_room_that_was_left_is_ended_and_only_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "SWEEP_SECONDS", 0.2)
    async with (
        a_janus(tmp_path) as janus,
        a_written_node() as (_, address),
        a_plane(janus, address) as plane,
        looking_at(janus) as sight,
    ):
        room = Room(address, SESSION, "wsp_1", True)
        await plane.open(room)
        others = {"lobby", "ses_of_others"}
        await sight.make("lobby")
        await sight.make("ses_of_others", secret="theirs")

        # The second is ended by a later look than the one that saw the others beside the first.
        for name in ("ses_2", "ses_3"):
            left = replace(room, session_id=SessionId(name))
            async with a_plane(janus, address) as owner:
                await owner.open(left)
                await owner.voice(left, "prt_bot", "Bot")
            assert name in await sight.rooms()
            await sight.run_out(name)

            async def is_ended(name: str = name) -> bool:
                return name not in await sight.rooms()

            await eventually(is_ended)

        assert await sight.rooms() == {SESSION, *others}
        assert not (await plane.occupancy(room)).connections
