"""A bell is heard by whoever listens for it, wherever that runs."""

import asyncio

import pytest
from nats.aio.client import Client

from common.bells import Bells
from common.bus import UnreadableId
from tests.support.eventually import eventually


async def test_a_ring_is_heard_with_its_note_by_who_listens_for_that_thing(nats: Client) -> None:
    heard: list[bytes] = []
    others: list[bytes] = []
    bells = Bells(nats, "session")
    async with bells.heard("ses_1", heard.append), bells.heard("ses_2", others.append):
        await nats.flush()
        Bells(nats, "session").ring("ses_1", b"soon")
        await eventually(lambda: heard)
    assert (heard, others) == ([b"soon"], [])


async def test_nobody_listens_and_nothing_breaks(nats: Client) -> None:
    Bells(nats, "session").ring("ses_1")
    await asyncio.sleep(0)
    await nats.flush()


@pytest.mark.parametrize("name", ["", "a.b", "*", ">"])
async def test_a_name_that_would_reach_other_things_is_refused(nats: Client, name: str) -> None:
    with pytest.raises(UnreadableId):
        Bells(nats, "session").ring(name)
