"""Webhook endpoints over gRPC."""

import pytest
from grpc import StatusCode, aio
from sqlalchemy import text

from convene.gateway.v1 import webhooks_pb2 as pb
from convene.session.v1.events_pb2 import SessionWaiting
from tests.component.gateway.test_deliveries import an_endpoint, deliveries_of
from tests.support.gateway import Core
from tests.support.services import a_caller, metadata
from tests.support.webhook_receiver import WebhookReceiver

WAITING = SessionWaiting(session_id="ses_1")
WHERE = {"meeting": "mtg_1", "session": "ses_1"}
URL = "https://example.com/hooks"


@pytest.mark.parametrize(
    ("url", "event_types", "words"),
    [
        ("https://169.254.169.254/latest", [], "private or special"),
        ("https://[64:ff9b::7f00:1]/", [], "private or special"),
        ("https://2130706433/", [], "plain decimal"),
        (URL, ["session.begun"], "no event type matches session.begun"),
    ],
)
async def test_an_endpoint_that_cannot_work_is_refused_with_the_remedy(
    core: Core, url: str, event_types: list[str], words: str
) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await an_endpoint(core, a_caller(), url, *event_types)

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
    assert words in (refused.value.details() or "")


async def test_endpoints_are_listed_newest_first_page_by_page_without_their_secrets(
    core: Core,
) -> None:
    caller = a_caller()
    made = [(await an_endpoint(core, caller, URL)).endpoint.id for _ in range(5)]
    await an_endpoint(core, a_caller(), URL)

    listed, token = [], ""
    for _ in range(3):
        page = await core.webhooks.ListEndpoints(
            pb.ListEndpointsRequest(page_size=2, page_token=token), metadata=metadata(caller)
        )
        listed += [endpoint.id for endpoint in page.items]
        token = page.next_page_token
        assert "whsec_" not in str(page)

    assert listed == made[::-1]
    assert token == ""


async def test_a_change_needs_the_current_etag_and_makes_a_new_one(core: Core) -> None:
    caller = a_caller()
    made = (await an_endpoint(core, caller, URL)).endpoint
    change = pb.UpdateEndpointRequest(
        endpoint_id=made.id, description="new", event_types=["session.*"], etag=made.etag
    )

    changed = (await core.webhooks.UpdateEndpoint(change, metadata=metadata(caller))).endpoint
    with pytest.raises(aio.AioRpcError) as stale:
        await core.webhooks.UpdateEndpoint(change, metadata=metadata(caller))

    assert (changed.description, list(changed.event_types)) == ("new", ["session.*"])
    assert changed.url == URL
    assert changed.etag != made.etag
    assert stale.value.code() is StatusCode.ABORTED


async def test_naming_event_types_and_giving_none_takes_every_event_again(core: Core) -> None:
    caller = a_caller()
    made = (await an_endpoint(core, caller, URL, "session.*")).endpoint
    change = pb.UpdateEndpointRequest(endpoint_id=made.id, update_mask={"paths": ["event_types"]})

    changed = (await core.webhooks.UpdateEndpoint(change, metadata=metadata(caller))).endpoint

    assert (changed.url, list(changed.event_types)) == (URL, [])
    assert (made.etag, changed.etag) == ("v1", "v2")


async def test_a_change_of_nothing_is_refused_and_makes_no_new_etag(core: Core) -> None:
    caller = a_caller()
    made = (await an_endpoint(core, caller, URL)).endpoint
    change = pb.UpdateEndpointRequest(endpoint_id=made.id, etag=made.etag)

    with pytest.raises(aio.AioRpcError) as refused:
        await core.webhooks.UpdateEndpoint(change, metadata=metadata(caller))
    found = await core.webhooks.GetEndpoint(
        pb.GetEndpointRequest(endpoint_id=made.id), metadata=metadata(caller)
    )

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
    assert found.endpoint.etag == made.etag


async def test_failing_is_not_for_users_to_set(core: Core) -> None:
    caller = a_caller()
    made = (await an_endpoint(core, caller, URL)).endpoint

    with pytest.raises(aio.AioRpcError) as refused:
        await core.webhooks.UpdateEndpoint(
            pb.UpdateEndpointRequest(endpoint_id=made.id, state=pb.ENDPOINT_STATE_FAILING),
            metadata=metadata(caller),
        )

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT


async def test_a_stranger_cannot_see_change_or_delete_an_endpoint(core: Core) -> None:
    made = (await an_endpoint(core, a_caller(), URL)).endpoint
    stranger = metadata(a_caller())

    for call in (
        core.webhooks.GetEndpoint(pb.GetEndpointRequest(endpoint_id=made.id), metadata=stranger),
        core.webhooks.DeleteEndpoint(
            pb.DeleteEndpointRequest(endpoint_id=made.id), metadata=stranger
        ),
        core.webhooks.RotateSecret(pb.RotateSecretRequest(endpoint_id=made.id), metadata=stranger),
        core.webhooks.ListDeliveries(
            pb.ListDeliveriesRequest(endpoint_id=made.id), metadata=stranger
        ),
    ):
        with pytest.raises(aio.AioRpcError) as refused:
            await call
        assert refused.value.code() is StatusCode.NOT_FOUND


async def test_deleting_an_endpoint_cancels_what_waits_for_it(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = (await an_endpoint(core, caller, hooks.url)).endpoint
    await core.hears("session", WAITING, caller, **WHERE)

    await core.webhooks.DeleteEndpoint(
        pb.DeleteEndpointRequest(endpoint_id=made.id), metadata=metadata(caller)
    )

    assert await core.sends() == []
    async with core.db.begin_system() as connection:
        found = await connection.execute(
            text("select state from deliveries where endpoint_id = :id"), {"id": made.id}
        )
        assert [row.state for row in found.all()] == ["CANCELLED"]


async def test_a_test_event_is_sent_whatever_the_endpoint_subscribes_to(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = (await an_endpoint(core, caller, hooks.url, "meeting.*")).endpoint

    answer = await core.webhooks.TestEndpoint(
        pb.TestEndpointRequest(endpoint_id=made.id), metadata=metadata(caller)
    )
    await core.sends()

    assert hooks.ids == [answer.delivery.event_id]
    assert b'"type":"webhook.test"' in hooks.received[0].body


async def test_a_delivery_is_sent_again_by_hand_under_the_same_id(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    made = (await an_endpoint(core, caller, hooks.url)).endpoint
    await core.hears("session", WAITING, caller, **WHERE)
    await core.sends()
    (delivery,) = await deliveries_of(core, caller, made.id)

    await core.webhooks.Redeliver(
        pb.RedeliverRequest(endpoint_id=made.id, delivery_id=delivery.id),
        metadata=metadata(caller),
    )
    await core.sends()

    assert hooks.ids == [delivery.event_id] * 2
    (delivery,) = await deliveries_of(core, caller, made.id)
    assert [attempt.number for attempt in delivery.attempts] == [1, 2]


async def test_every_public_type_is_listed_with_a_description(core: Core) -> None:
    answer = await core.webhooks.ListEventTypes(
        pb.ListEventTypesRequest(), metadata=metadata(a_caller())
    )

    assert "session.started" in {item.type for item in answer.items}
    assert all(item.description for item in answer.items)
