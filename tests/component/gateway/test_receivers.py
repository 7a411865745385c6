"""Receivers that are slow, huge, lost or gone: bounded, told of, and no harm to others."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from common import clock, receiver
from common.addresses import AddressRules
from common.ids import new_id
from common.principal import Principal
from common.receiver import Receiver
from convene.gateway.v1 import events_pb2
from convene.gateway.v1 import webhooks_pb2 as pb
from convene.session.v1.events_pb2 import SessionWaiting
from tests.component.gateway.test_deliveries import an_endpoint, deliveries_of
from tests.support.eventually import eventually
from tests.support.gateway import IN_DEV, Core, a_sender
from tests.support.services import a_caller, metadata
from tests.support.webhook_receiver import WebhookReceiver

WAITING = SessionWaiting(session_id="ses_1")
WHERE = {"meeting": "mtg_1", "session": "ses_1"}


async def never(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError("woke up")


async def dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=200)
    await response.prepare(request)
    while True:
        await response.write(b".")
        await asyncio.sleep(0.05)


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=200)
    await response.prepare(request)
    while True:
        await response.write(b"\0\xff" * 32768)


@pytest.mark.parametrize("answer", [never, dripping])
async def test_an_exchange_that_does_not_end_is_cut(hooks: WebhookReceiver, answer: object) -> None:
    hooks.answer = answer  # type: ignore[assignment]

    async with receiver.opened(IN_DEV, 0.5) as hasty:
        outcome = await hasty.post(hooks.url, {}, b"{}")

    assert (outcome.status, outcome.detail) == (0, "no complete answer within 0.5 s")
    assert outcome.duration_milliseconds > 450


async def test_of_an_endless_answer_eight_kibibytes_are_kept(
    guarded: Receiver, hooks: WebhookReceiver
) -> None:
    hooks.answer = endless

    outcome = await guarded.post(hooks.url, {}, b"{}")

    assert outcome.status == 200
    assert 0 < len(outcome.detail.encode()) <= 8192
    assert "\0" not in outcome.detail


async def test_a_redirect_is_a_failure_and_is_not_followed(
    guarded: Receiver, hooks: WebhookReceiver, other_hooks: WebhookReceiver
) -> None:
    hooks.answers(307, location=other_hooks.url)

    outcome = await guarded.post(hooks.url, {}, b"{}")

    assert (outcome.status, outcome.is_success) == (307, False)
    assert other_hooks.received == []


async def test_proxies_of_the_environment_are_not_used(
    guarded: Receiver,
    hooks: WebhookReceiver,
    other_hooks: WebhookReceiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, other_hooks.url)

    outcome = await guarded.post(hooks.url, {}, b"{}")

    assert outcome.is_success
    assert other_hooks.received == []


async def test_a_receiver_that_is_not_there_is_a_failure_that_says_so(guarded: Receiver) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    outcome = await guarded.post(f"http://127.0.0.1:{port}/", {}, b"{}")

    assert outcome.status == 0
    assert "Connect" in outcome.detail


@pytest.fixture
async def strict() -> AsyncIterator[Receiver]:
    """What is used outside dev, but for the http that the test's receiver speaks."""
    ports = frozenset(range(1, 65536))
    async with receiver.opened(AddressRules(http=True, ports=ports), 2) as opened:
        yield opened


async def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up(
    strict: Receiver, hooks: WebhookReceiver
) -> None:
    # The machine's own name passes every check of the text; its address does not.
    url = hooks.url.replace("127.0.0.1", socket.gethostname())

    outcome = await strict.post(url, {}, b"{}")

    assert (outcome.status, outcome.detail) == (
        0,
        "url leads to a private or special address; use a public one",
    )
    assert hooks.received == []


async def test_the_connection_itself_is_refused_whatever_the_checks_before_it_said(
    hooks: WebhookReceiver,
) -> None:
    async with receiver.opened(AddressRules(), 2) as opened:
        outcome = await _without_checks(opened).post(hooks.url, {}, b"{}")

    assert outcome.status == 0
    assert "127.0.0.1 is a private or special address" in outcome.detail
    assert hooks.received == []


def _without_checks(guarded: Receiver) -> Receiver:
    """The same connections behind rules that let every address text pass."""
    return Receiver(guarded._session, AddressRules(private=True), 2)


async def fail(core: Core, caller: Principal, times: int) -> None:
    for _ in range(times):
        await core.hears("session", WAITING, caller, **WHERE)
        await clock.advance(core.db, caller, 3600, new_id("clk"))
        await core.sends()


async def state_of(core: Core, caller: Principal, endpoint_id: str) -> int:
    answer = await core.webhooks.GetEndpoint(
        pb.GetEndpointRequest(endpoint_id=endpoint_id), metadata=metadata(caller)
    )
    return answer.endpoint.state


async def announced(core: Core, caller: Principal) -> list[str]:
    async with core.db.begin_system() as connection:
        found = await connection.execute(
            "select message from outbox where workspace_id = :w order by position",
            {"w": caller.workspace_id},
        )
        return [row.message.rsplit(".", 1)[1] for row in found.all()]


async def test_an_endpoint_that_keeps_failing_is_announced_once_then_recovers(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url, "session.*")
    hooks.answers(500)

    await fail(core, caller, 4)
    assert await state_of(core, caller, made.endpoint.id) == pb.ENDPOINT_STATE_FAILING
    assert await announced(core, caller) == ["WebhookEndpointFailing"]

    hooks.answers(200)
    await clock.advance(core.db, caller, 2 * 3600, new_id("clk"))
    await core.sends()
    assert await state_of(core, caller, made.endpoint.id) == pb.ENDPOINT_STATE_ENABLED
    assert await announced(core, caller) == ["WebhookEndpointFailing"]


async def test_the_warning_reaches_the_workspaces_other_endpoints(
    core: Core, hooks: WebhookReceiver, other_hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url, "session.*")
    await an_endpoint(core, caller, other_hooks.url, "webhook.*")

    await core.hears(
        "gateway", events_pb2.WebhookEndpointFailing(endpoint=made.endpoint, detail="500"), caller
    )
    await core.sends()

    assert b'"webhook.endpoint_failing"' in other_hooks.received[0].body
    assert b"whsec_" not in other_hooks.received[0].body
    assert hooks.received == []


async def test_five_days_of_failing_disable_and_enabling_sends_what_waited(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url)
    hooks.answers(500)
    await fail(core, caller, 1)
    await clock.advance(core.db, caller, 5 * 24 * 3600, new_id("clk"))
    await core.hears("session", WAITING, caller, **WHERE)
    await core.sends()
    assert await state_of(core, caller, made.endpoint.id) == pb.ENDPOINT_STATE_DISABLED
    assert (await announced(core, caller))[-1] == "WebhookEndpointDisabled"
    hooks.received.clear()
    hooks.answers(200)
    await clock.advance(core.db, caller, 24 * 3600, new_id("clk"))
    assert await core.sends() == []

    await core.webhooks.UpdateEndpoint(
        pb.UpdateEndpointRequest(endpoint_id=made.endpoint.id, state=pb.ENDPOINT_STATE_ENABLED),
        metadata=metadata(caller),
    )
    await core.sends()

    assert len(hooks.received) == 2
    states = {one.state for one in await deliveries_of(core, caller, made.endpoint.id)}
    assert states == {pb.DELIVERY_STATE_DELIVERED}


async def test_an_answer_of_410_disables_the_endpoint_and_ends_the_delivery(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url)
    hooks.answers(410)

    await fail(core, caller, 1)

    assert await state_of(core, caller, made.endpoint.id) == pb.ENDPOINT_STATE_DISABLED
    (delivery,) = await deliveries_of(core, caller, made.endpoint.id)
    assert delivery.state == pb.DELIVERY_STATE_EXHAUSTED


async def test_a_receiver_that_hangs_does_not_hold_up_another(
    core: Core, hooks: WebhookReceiver, other_hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    hooks.answer = never
    await an_endpoint(core, caller, hooks.url)
    await an_endpoint(core, caller, other_hooks.url)
    for _ in range(6):
        await core.hears("session", WAITING, caller, **WHERE)

    async with receiver.opened(IN_DEV, 60) as patient:
        running = asyncio.create_task(a_sender(core.db, core.queue, patient).run())
        await eventually(lambda: len(other_hooks.received) == 6)
        running.cancel()

    assert len(hooks.received) <= 4
