"""What every gRPC call passes: who asks, what they may, how long it may take, how it fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode, aio
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from common import rpc
from common.errors import Exhausted, InvalidInput
from common.principal import EDGE, sign
from common.rules import Violation
from tests.support.eventually import eventually
from tests.support.probe import LONGEST_TEXT, PROBE, SCOPE, a_probe, a_silent_servicer, ask
from tests.support.services import KEY, a_caller, metadata, served


async def echo(text: str) -> str:
    return text


@pytest.fixture
async def channel() -> AsyncIterator[aio.Channel]:
    async with served(a_probe(echo)) as one:
        yield one


async def refusal(call: Awaitable[Any]) -> aio.AioRpcError:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value


def details(error: aio.AioRpcError, kind: type[Any]) -> Any:
    """The detail of *kind* in the rich status of *error*."""
    trailing = dict(error.trailing_metadata() or ())
    status = status_pb2.Status.FromString(trailing["grpc-status-details-bin"])
    (found,) = [one for one in status.details if one.Is(kind.DESCRIPTOR)]
    detail = kind()
    found.Unpack(detail)
    return detail


def reason(error: aio.AioRpcError) -> str:
    return str(details(error, error_details_pb2.ErrorInfo).reason)


async def test_a_call_without_a_principal_is_refused(channel: aio.Channel) -> None:
    error = await refusal(ask(channel, "Write"))
    assert (error.code(), reason(error)) == (StatusCode.UNAUTHENTICATED, "MISSING_PRINCIPAL")


async def test_a_principal_signed_with_another_key_is_refused(channel: aio.Channel) -> None:
    forged = rpc.Caller(b"another key of the same length", "x").metadata(a_caller())
    error = await refusal(ask(channel, "Write", metadata=forged))
    assert (error.code(), reason(error)) == (StatusCode.UNAUTHENTICATED, "INVALID_PRINCIPAL")


async def test_a_principal_whose_time_is_over_is_refused(channel: aio.Channel) -> None:
    long_ago = datetime.now(UTC) - timedelta(seconds=61)
    token = sign(a_caller(), KEY, via="tests", now=long_ago)
    error = await refusal(ask(channel, "Write", metadata=((rpc.PRINCIPAL, token),)))
    assert (error.code(), reason(error)) == (StatusCode.UNAUTHENTICATED, "INVALID_PRINCIPAL")


async def test_a_caller_without_the_scope_is_told_which_one_it_lacks(channel: aio.Channel) -> None:
    narrow = metadata(a_caller(scopes=frozenset({"probe:read"})))
    error = await refusal(ask(channel, "Write", metadata=narrow))
    assert error.code() is StatusCode.PERMISSION_DENIED
    assert details(error, error_details_pb2.ErrorInfo).metadata == {"scope": SCOPE}
    assert await ask(channel, "Also", metadata=narrow) == "hello"


async def test_the_edge_may_call_nothing_that_is_internal(channel: aio.Channel) -> None:
    from_edge = rpc.Caller(KEY, EDGE).metadata(a_caller())
    error = await refusal(ask(channel, "Inside", metadata=from_edge))
    assert (error.code(), reason(error)) == (StatusCode.PERMISSION_DENIED, "INTERNAL_ONLY")
    assert await ask(channel, "Inside", metadata=metadata(a_caller())) == "hello"
    assert await ask(channel, "Open") == "hello"


async def test_an_rpc_that_does_not_say_who_may_call_it_is_not_served() -> None:
    with pytest.raises(rpc.UndeclaredAccess, match="Say does not say who may call it"):
        async with served(a_silent_servicer()):
            raise AssertionError("it was served")


async def test_a_field_that_breaks_its_rule_is_named(channel: aio.Channel) -> None:
    long = "x" * (LONGEST_TEXT + 1)
    error = await refusal(ask(channel, "Write", long, metadata=metadata(a_caller())))
    (violation,) = details(error, error_details_pb2.BadRequest).field_violations
    assert (error.code(), violation.field) == (StatusCode.INVALID_ARGUMENT, "text")
    assert long not in violation.description


# Letters that take up to twelve times as much room on the wire as in a text.
@pytest.mark.parametrize("letter", ["x", "\N{CYRILLIC SMALL LETTER ZHE}", "\N{WAVING HAND SIGN}"])
@pytest.mark.parametrize("length", [2_000, 100_000])
async def test_what_is_wrong_is_told_however_long_it_is(letter: str, length: int) -> None:
    async def wrong(_: str) -> str:
        raise InvalidInput(
            f"is {letter * length}", field="text" + letter * length, it=letter * length
        )

    async with served(a_probe(wrong)) as channel:
        # Of trailers that are a little too large only some are refused.
        errors = [await refusal(ask(channel, "Open")) for _ in range(20)]
    assert {error.code() for error in errors} == {StatusCode.INVALID_ARGUMENT}
    (violation,) = details(errors[0], error_details_pb2.BadRequest).field_violations
    assert violation.field.startswith("text" + letter)
    assert violation.description == errors[0].details()
    for told in (violation.field, violation.description):
        assert told.endswith(letter + "\N{HORIZONTAL ELLIPSIS}")


async def test_of_very_many_wrong_fields_the_first_are_told() -> None:
    found = [Violation(f"people[{place}].email", "is no address") for place in range(2_000)]

    async def wrong(_: str) -> str:
        raise rpc.InvalidField(found)

    async with served(a_probe(wrong)) as channel:
        error = await refusal(ask(channel, "Open"))
    told = details(error, error_details_pb2.BadRequest).field_violations
    assert error.code() is StatusCode.INVALID_ARGUMENT
    assert len(told) >= 50
    assert [one.field for one in told] == [one.field for one in found[: len(told)]]


async def test_a_limit_says_when_to_come_back() -> None:
    async def limited(_: str) -> str:
        raise Exhausted("too many", retry_after=2.5)

    async with served(a_probe(limited)) as channel:
        error = await refusal(ask(channel, "Open"))
    wait = details(error, error_details_pb2.RetryInfo).retry_delay.ToTimedelta()
    assert (error.code(), reason(error)) == (StatusCode.RESOURCE_EXHAUSTED, "EXHAUSTED")
    assert wait == timedelta(seconds=2.5)


async def test_an_unexpected_failure_tells_the_caller_nothing_of_its_inside() -> None:
    async def broken(_: str) -> str:
        raise RuntimeError("password=hunter2")

    async with served(a_probe(broken)) as channel:
        error = await refusal(ask(channel, "Open"))
    assert error.code() is StatusCode.INTERNAL
    assert "hunter2" not in (error.details() or "")


async def test_every_hop_gets_less_time_than_the_one_before() -> None:
    # From ten seconds on a deadline travels in tenths, which are more than a hop.
    given = 8.0
    budgets: list[float] = []

    def hop(onward: Callable[[str], Awaitable[str]]) -> Callable[[str], Awaitable[str]]:
        async def answered(text: str) -> str:
            budgets.append(rpc.budget())
            return await onward(text)

        return answered

    async with served(a_probe(hop(echo))) as last:

        async def call_last(text: str) -> str:
            return await ask(last, "Open", text, timeout=rpc.budget())

        async with served(a_probe(hop(call_last))) as first:
            await ask(first, "Open", timeout=given)

    first_budget, last_budget = budgets
    # A deadline travels in rounded units: half a hop is what is surely taken off.
    assert first_budget < given - rpc.HOP_SECONDS / 2
    assert 0 < last_budget < first_budget - rpc.HOP_SECONDS / 2


async def test_work_stops_when_its_caller_goes_away_or_has_waited_long_enough() -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def endless(_: str) -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return ""

    async with served(a_probe(endless)) as channel:
        call = asyncio.create_task(ask(channel, "Open"))
        await eventually(begun.is_set)
        call.cancel()
        await eventually(stopped.is_set)

        stopped.clear()
        error = await refusal(ask(channel, "Open", timeout=0.2))
        await eventually(stopped.is_set)
    assert error.code() is StatusCode.DEADLINE_EXCEEDED


async def test_reflection_lists_what_is_served(channel: aio.Channel) -> None:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)  # type: ignore[arg-type]
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    async for answer in stub.ServerReflectionInfo(iter([asked])):
        names = {one.name for one in answer.list_services_response.service}
        assert {PROBE, "grpc.health.v1.Health"} <= names
        return
    raise AssertionError("no answer")
