"""Retries at the edge: once, only what may be repeated, only within the budget."""

import asyncio
from typing import Any

import pytest
from grpc import StatusCode, aio

from convene.gateway.v1 import access_pb2
from gateway.edge.calls import MAX_RETRIES_SAVED, Calls

ANSWER = access_pb2.GetMeResponse(workspace_id="wsp_1")


class FailingRpc:
    """Refuses its first calls with *code*, then answers."""

    def __init__(self, failures: int, code: StatusCode = StatusCode.UNAVAILABLE) -> None:
        self._failures = failures
        self._code = code
        self.calls = 0

    async def __call__(self, request: Any, *, metadata: Any, timeout: float) -> Any:
        self.calls += 1
        if self.calls <= self._failures:
            raise aio.AioRpcError(self._code, aio.Metadata(), aio.Metadata())
        return ANSWER


async def call(calls: Calls, rpc: FailingRpc, *, repeatable: bool, seconds: float = 5.0) -> Any:
    deadline = asyncio.get_running_loop().time() + seconds
    request = access_pb2.GetMeRequest()
    return await calls.call(rpc, request, (), deadline=deadline, repeatable=repeatable)


async def test_a_call_that_may_be_repeated_survives_a_restart_behind() -> None:
    rpc = FailingRpc(1)

    assert await call(Calls({}, b"key"), rpc, repeatable=True) == ANSWER
    assert rpc.calls == 2


@pytest.mark.parametrize(
    ("failures", "code", "repeatable", "seconds", "calls"),
    [
        (9, StatusCode.UNAVAILABLE, True, 5.0, 2),
        (9, StatusCode.UNAVAILABLE, False, 5.0, 1),
        (9, StatusCode.UNAVAILABLE, True, 0.05, 1),
        (9, StatusCode.ABORTED, True, 5.0, 1),
    ],
    ids=["only once", "not repeatable", "no time left", "refused for good"],
)
async def test_a_call_is_not_retried_without_need(
    failures: int, code: StatusCode, repeatable: bool, seconds: float, calls: int
) -> None:
    rpc = FailingRpc(failures, code)

    with pytest.raises(aio.AioRpcError):
        await call(Calls({}, b"key"), rpc, repeatable=repeatable, seconds=seconds)

    assert rpc.calls == calls


async def test_an_outage_is_not_fed_with_retries() -> None:
    calls, rpc = Calls({}, b"key"), FailingRpc(1000)
    asked = 200

    await asyncio.gather(
        *(call(calls, rpc, repeatable=True) for _ in range(asked)), return_exceptions=True
    )

    assert asked < rpc.calls <= asked + MAX_RETRIES_SAVED + asked / 10
