"""Calls with a stream each way pass what every call passes, message by message."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from grpc import StatusCode, aio

from common.errors import Exhausted
from tests.support.eventually import eventually
from tests.support.probe import LONGEST_TEXT, a_conversation, converse
from tests.support.services import a_caller, metadata, served


async def shout(text: str) -> str:
    if text == "enough":
        raise Exhausted("too much was said")
    return text.upper()


@pytest.fixture
async def channel() -> AsyncIterator[aio.Channel]:
    async with served(a_conversation(shout)) as one:
        yield one


async def said(channel: aio.Channel, *texts: str) -> list[str]:
    mine = metadata(a_caller())
    return [answer async for answer in converse(channel, *texts, metadata=mine)]


async def refused(channel: aio.Channel, *texts: str) -> aio.AioRpcError:
    with pytest.raises(aio.AioRpcError) as refusal:
        await said(channel, *texts)
    return refusal.value


async def test_each_word_is_answered_while_the_conversation_goes_on(channel: aio.Channel) -> None:
    assert await said(channel, "one", "two") == ["ONE", "TWO"]


async def test_nobody_converses_without_a_principal(channel: aio.Channel) -> None:
    with pytest.raises(aio.AioRpcError) as refusal:
        async for _ in converse(channel, "one"):
            pass
    assert refusal.value.code() is StatusCode.UNAUTHENTICATED


async def test_a_later_message_that_breaks_a_rule_ends_it_and_is_named(
    channel: aio.Channel,
) -> None:
    error = await refused(channel, "one", "x" * (LONGEST_TEXT + 1))
    assert error.code() is StatusCode.INVALID_ARGUMENT
    assert (error.details() or "").startswith("text:")


async def test_a_failure_in_mid_conversation_is_told_as_such(channel: aio.Channel) -> None:
    error = await refused(channel, "one", "enough")
    assert (error.code(), error.details()) == (
        StatusCode.RESOURCE_EXHAUSTED,
        "too much was said",
    )


async def test_a_conversation_stops_when_its_caller_goes_away() -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def endless(_: str) -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return ""

    async with served(a_conversation(endless)) as channel:
        talking = asyncio.create_task(said(channel, "one"))
        await eventually(begun.is_set)
        talking.cancel()
        await eventually(stopped.is_set)
