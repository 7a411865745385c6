"""Events on their way to endpoints: once per endpoint, signed, and until they arrive."""

import asyncio
import json

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from common import clock
from common.ids import new_id
from common.principal import Principal
from common.receiver import Receiver
from convene.gateway.v1 import webhooks_pb2 as pb
from convene.session.v1.events_pb2 import ParticipantJoined, SessionIdle, SessionWaiting
from tests.support.eventually import eventually
from tests.support.gateway import Core, a_queue, a_sender
from tests.support.services import a_caller, metadata
from tests.support.webhook_receiver import WebhookReceiver

WAITING = SessionWaiting(session_id="ses_1")
WHERE = {"meeting": "mtg_1", "session": "ses_1"}


async def an_endpoint(
    core: Core, caller: Principal, url: str, *event_types: str
) -> pb.CreateEndpointResponse:
    return await core.webhooks.CreateEndpoint(
        pb.CreateEndpointRequest(url=url, event_types=event_types), metadata=metadata(caller)
    )


async def deliveries_of(core: Core, caller: Principal, endpoint_id: str) -> list[pb.Delivery]:
    answer = await core.webhooks.ListDeliveries(
        pb.ListDeliveriesRequest(endpoint_id=endpoint_id), metadata=metadata(caller)
    )
    return list(answer.items)


async def pass_time(core: Core, caller: Principal, seconds: int) -> None:
    await clock.advance(core.db, caller, seconds, new_id("clk"))


async def test_an_event_becomes_one_delivery_per_matching_endpoint_however_often_it_comes(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    wanting = [
        await an_endpoint(core, caller, hooks.url, *types)
        for types in ((), ("session.*",), ("meeting.*", "session.waiting"))
    ]
    not_wanting = await an_endpoint(core, caller, hooks.url, "meeting.*")
    elsewhere = await an_endpoint(core, a_caller(), hooks.url)

    envelope = await core.hears("session", WAITING, caller, **WHERE)
    await core.applies("session", envelope)

    for made in wanting:
        (delivery,) = await deliveries_of(core, caller, made.endpoint.id)
        assert delivery.event_id == envelope.id
    assert await deliveries_of(core, caller, not_wanting.endpoint.id) == []
    async with core.db.begin_system() as connection:
        found = await connection.execute(
            text("select count(*) from deliveries where endpoint_id = :id"),
            {"id": elsewhere.endpoint.id},
        )
        assert found.scalar_one() == 0


async def test_the_stock_library_verifies_what_arrives(core: Core, hooks: WebhookReceiver) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url)
    envelope = await core.hears("session", WAITING, caller, **WHERE)

    await core.sends()

    (received,) = hooks.received
    body = Webhook(made.secret).verify(received.body, dict(received.headers))
    assert body == {
        "id": envelope.id,
        "type": "session.waiting",
        "created_at": body["created_at"],
        "workspace_id": caller.workspace_id,
        "meeting_id": "mtg_1",
        "session_id": "ses_1",
        "sequence": 1,
        "data": {"session_id": "ses_1"},
    }
    assert received.headers["webhook-id"] == envelope.id
    assert received.headers["traceparent"].split("-")[1] == envelope.traceparent.split("-")[1]
    (delivery,) = await deliveries_of(core, caller, made.endpoint.id)
    assert delivery.state == pb.DELIVERY_STATE_DELIVERED
    assert [attempt.status for attempt in delivery.attempts] == [204]


async def test_events_of_a_meeting_are_numbered_without_a_gap_whichever_service_they_come_from(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    await an_endpoint(core, caller, hooks.url)

    await asyncio.gather(
        *(
            core.hears(
                "session", WAITING, caller, meeting=f"mtg_{number % 2}", session=f"ses_{number}"
            )
            for number in range(20)
        )
    )
    await core.sends()

    bodies = [json.loads(received.body) for received in hooks.received]
    for meeting in ("mtg_0", "mtg_1"):
        numbers = sorted(body["sequence"] for body in bodies if body["meeting_id"] == meeting)
        assert numbers == list(range(1, 11))


async def test_inner_addresses_are_not_told_to_receivers(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    await an_endpoint(core, caller, hooks.url)

    await core.hears("session", ParticipantJoined(ear_address="10.0.0.7:4000"), caller, **WHERE)
    await core.sends()

    assert b"ear_address" not in hooks.received[0].body
    assert b"10.0.0.7" not in hooks.received[0].body


async def test_failures_are_retried_on_schedule_with_the_same_id_and_body_until_exhausted(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url)
    hooks.answers(500)
    envelope = await core.hears("session", WAITING, caller, **WHERE)

    assert len(await core.sends()) == 1
    for expected, wait in enumerate((5, 300, 1800, 7200, 18000, 36000, 36000), start=1):
        await pass_time(core, caller, wait - 3)
        assert await core.sends() == []
        # A tenth of jitter, an hour of the breaker's pause, and the three seconds.
        await pass_time(core, caller, wait // 10 + 3 + 3600)
        await core.sends()
        assert len(hooks.received) == expected + 1
    await pass_time(core, caller, 100_000)
    await core.sends()

    assert set(hooks.ids) == {envelope.id}
    assert len({received.body for received in hooks.received}) == 1
    (delivery,) = await deliveries_of(core, caller, made.endpoint.id)
    assert delivery.state == pb.DELIVERY_STATE_EXHAUSTED
    assert [attempt.number for attempt in delivery.attempts] == list(range(1, 9))


async def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    await an_endpoint(core, caller, hooks.url)
    hooks.answers(429, retry_after="3600")
    await core.hears("session", WAITING, caller, **WHERE)
    await core.sends()

    await pass_time(core, caller, 3590)
    assert await core.sends() == []
    await pass_time(core, caller, 400)

    assert len(await core.sends()) == 1


async def test_what_was_sent_but_not_recorded_is_sent_again_under_the_same_id(
    core: Core, hooks: WebhookReceiver, guarded: Receiver
) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url)
    envelope = await core.hears("session", WAITING, caller, **WHERE)
    # A sender that dies between the answer and its record leaves this: a lease and no attempt.
    (dispatch,) = await a_queue(core.db, lease_seconds=0.2).claim(10)
    await guarded.post(
        dispatch.endpoint.url, {"webhook-id": dispatch.event_id}, dispatch.body.encode()
    )

    async def sent_again() -> bool:
        await core.sends()
        return len(hooks.received) == 2

    await eventually(sent_again)
    # The first one wakes up and has nothing to say any more.
    await core.sender.send(dispatch)

    assert set(hooks.ids) == {envelope.id}
    (delivery,) = await deliveries_of(core, caller, made.endpoint.id)
    assert len(delivery.attempts) == 1
    assert delivery.state == pb.DELIVERY_STATE_DELIVERED


async def test_two_delivery_replicas_share_the_work_and_send_nothing_twice(
    core: Core, hooks: WebhookReceiver, guarded: Receiver
) -> None:
    caller = a_caller()
    await an_endpoint(core, caller, hooks.url)
    for _ in range(40):
        await core.hears("session", WAITING, caller, **WHERE)

    replicas = [a_sender(core.db, a_queue(core.db), guarded) for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(replica.run()) for replica in replicas]
        await eventually(lambda: len(hooks.received) >= 40)
        await asyncio.gather(*(eventually(lambda: _is_idle(core)) for _ in replicas))
        for task in running:
            task.cancel()

    assert len(hooks.ids) == len(set(hooks.ids)) == 40


async def _is_idle(core: Core) -> bool:
    async with core.db.begin_system() as connection:
        found = await connection.execute(
            text("select count(*) from deliveries where state = 'PENDING'")
        )
        return bool(found.scalar_one() == 0)


async def test_claims_of_one_endpoint_stay_under_its_cap_over_all_replicas(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    await an_endpoint(core, caller, hooks.url)
    for _ in range(12):
        await core.hears("session", WAITING, caller, **WHERE)

    claimed = await asyncio.gather(*(a_queue(core.db).claim(10) for _ in range(5)))
    claimed.append(await a_queue(core.db).claim(10))

    assert sum(map(len, claimed)) == 4


async def test_an_endpoint_with_a_backlog_leaves_room_for_the_others(
    core: Core, hooks: WebhookReceiver, other_hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    busy = await an_endpoint(core, caller, hooks.url, "session.waiting")
    quiet = await an_endpoint(core, caller, other_hooks.url, "session.idle")
    for _ in range(20):
        await core.hears("session", WAITING, caller, **WHERE)
    await core.hears("session", SessionIdle(session_id="ses_1"), caller, **WHERE)

    claimed = await core.queue.claim(16)

    by_endpoint = [dispatch.endpoint.id for dispatch in claimed]
    assert by_endpoint.count(busy.endpoint.id) == 4
    assert by_endpoint.count(quiet.endpoint.id) == 1


async def test_both_secrets_sign_for_a_day_after_a_rotation(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = await an_endpoint(core, caller, hooks.url)
    rotated = await core.webhooks.RotateSecret(
        pb.RotateSecretRequest(endpoint_id=made.endpoint.id), metadata=metadata(caller)
    )
    await core.hears("session", WAITING, caller, **WHERE)
    await core.sends()
    await pass_time(core, caller, 24 * 3600 + 1)
    await core.hears("session", WAITING, caller, **WHERE)
    await core.sends()

    during, after = hooks.received
    for secret in (made.secret, rotated.secret):
        Webhook(secret).verify(during.body, dict(during.headers))
    Webhook(rotated.secret).verify(after.body, dict(after.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(after.body, dict(after.headers))
