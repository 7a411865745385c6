"""Calls with a stream of requests and one answer pass what every call passes."""

from collections.abc import AsyncIterator

import pytest
from grpc import StatusCode, aio

from common.errors import Exhausted
from tests.support.probe import LONGEST_TEXT, a_dictation, dictate
from tests.support.services import a_caller, metadata, served


async def shout(text: str) -> str:
    if "enough" in text:
        raise Exhausted("too much was said")
    return text.upper()


@pytest.fixture
async def channel() -> AsyncIterator[aio.Channel]:
    async with served(a_dictation(shout)) as one:
        yield one


async def refusal(channel: aio.Channel, *texts: str) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await dictate(channel, *texts, metadata=metadata(a_caller()))
    return refused.value.code(), refused.value.details() or ""


async def test_all_words_are_answered_once(channel: aio.Channel) -> None:
    assert await dictate(channel, "one", "two", metadata=metadata(a_caller())) == "ONE TWO"


async def test_nobody_dictates_without_a_principal(channel: aio.Channel) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await dictate(channel, "one")
    assert refused.value.code() is StatusCode.UNAUTHENTICATED


async def test_a_later_message_that_breaks_a_rule_ends_it_and_is_named(
    channel: aio.Channel,
) -> None:
    code, details = await refusal(channel, "one", "x" * (LONGEST_TEXT + 1))
    assert code is StatusCode.INVALID_ARGUMENT
    assert details.startswith("text:")


async def test_a_refusal_is_told_as_such(channel: aio.Channel) -> None:
    assert await refusal(channel, "enough") == (
        StatusCode.RESOURCE_EXHAUSTED,
        "too much was said",
    )
