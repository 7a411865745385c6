"""A whole scripted meeting on a real sandbox node: the session and the ear, by their contracts."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from common import rpc
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from session.domain.participants import ParticipantId
from session.domain.rooms import MediaUnavailable, NotConnected, Room, RoomGone
from session.domain.sessions import SessionId
from session.media.node import hearing
from session.media.sandbox import SandboxPlane
from session.media.settings import EarSettings
from session.store import Store
from tests.component.session.conftest import Parts, World, leases_of, replica
from tests.component.session.test_scenarios import a_run, a_zip, put, until_run
from tests.support.services import KEY

MEETING = """
title: Kick-off
engine: script
people:
  - {name: Ada, role: host, says: [{at: 1s, text: hello}], leaves: 4s}
  - {name: Bo, says: [{at: 2s, text: hi}], drops: [{at: 2s, for: 1s}], leaves: 4s}
chat: [{at: 1s, from: Ada, text: welcome}]
"""


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def staged(parts: Parts, tmp_path: Path) -> AsyncIterator[World]:
    """A replica whose only media node is a real sandbox node."""
    node = f"127.0.0.1:{a_free_port()}"
    async with rpc.channel(node) as channel:
        plane = SandboxPlane({node: channel}, rpc.Caller(KEY, "session"))
        async with replica(parts, leases_of(parts, "a"), (node,), plane) as world:
            settings = EarSettings(
                env="dev",
                internal_key=KEY.decode(),
                session_address=world.address,
                listen=node,
                spool_dir=tmp_path,
            )
            async with hearing(settings):
                yield world


async def test_scripted_people_join_drop_talk_and_leave(staged: World) -> None:
    await put(staged, a_zip(MEETING))
    run = await a_run(staged)
    session = await staged.start()
    await staged.until(session.id, "ACTIVE")
    await until_run(staged, run.id, "RUNNING")
    await staged.until(session.id, "IDLE")
    await until_run(staged, run.id, "DONE")

    roster = {one.name: one for one in await staged.roster(session.id)}
    assert {name: one.epoch for name, one in roster.items()} == {"Ada": 1, "Bo": 2}
    assert {one.state for one in roster.values()} == {pb.PARTICIPANT_STATE_LEFT}
    told = await staged.told(session.id)
    sent = [one.text for one in told if isinstance(one, facts.PromptSent)]
    joined = [one for one in told if isinstance(one, facts.ParticipantJoined)]
    assert sent == ["welcome"]
    assert [one.participant.epoch for one in joined if one.participant.name == "Bo"] == [1, 2]

    await staged.pass_time(61)
    ended = await staged.until(session.id, "ENDED")
    assert ended.end_reason == pb.END_REASON_ALL_LEFT


async def test_an_accelerated_meeting_ends_as_soon_as_its_script_is_over(staged: World) -> None:
    await put(staged, a_zip(MEETING))
    await a_run(staged, speed=20)
    session = await staged.start()

    ended = await staged.until(session.id, "ENDED")

    assert ended.end_reason == pb.END_REASON_ALL_LEFT
    # Presence is told in the script's time, as speech is. Bo was away for one of the four.
    present = {one.name: one.present_seconds for one in await staged.roster(session.id)}
    assert present == {"Ada": 4, "Bo": 3}


async def test_a_node_answers_what_it_cannot_do(staged: World, parts: Parts) -> None:
    session = await staged.started()
    node = (await staged_node(parts, session.id)).node
    async with rpc.channel(node) as channel:
        plane = SandboxPlane({node: channel}, rpc.Caller(KEY, "session"))
        room = Room(node, SessionId(session.id), staged.caller.workspace_id, True)
        with pytest.raises(NotConnected):
            await plane.set_muted(room, ParticipantId("prt_nobody"), True)
        with pytest.raises(RoomGone):
            await plane.occupancy(Room(node, SessionId("ses_none"), "wsp_1", True))
        with pytest.raises(MediaUnavailable):
            await plane.open(Room("elsewhere:1", SessionId(session.id), "wsp_1", True))


async def staged_node(parts: Parts, session_id: str) -> Room:
    async with Store(parts.db).begin(parts.caller) as tx:
        session = await tx.session(session_id)
        return Room(session.node, session.id, parts.caller.workspace_id, True)
