"""Endpoints and deliveries as messages, for facts and for answers."""

from convene.gateway.v1 import webhooks_pb2 as pb
from gateway.domain.deliveries import Attempt, Delivery
from gateway.domain.endpoints import Endpoint


def endpoint_to_wire(endpoint: Endpoint) -> pb.WebhookEndpoint:
    return pb.WebhookEndpoint(
        id=endpoint.id,
        url=endpoint.url,
        description=endpoint.description,
        event_types=endpoint.event_types,
        state=f"ENDPOINT_STATE_{endpoint.state.value}",
        etag=endpoint.etag,
        create_time=endpoint.create_time,
    )


def delivery_to_wire(delivery: Delivery) -> pb.Delivery:
    return pb.Delivery(
        id=delivery.id,
        endpoint_id=delivery.endpoint_id,
        event_id=delivery.event_id,
        event_type=delivery.event_type,
        state=f"DELIVERY_STATE_{delivery.state.value}",
        attempts=[_attempt_to_wire(attempt) for attempt in delivery.attempts],
        next_attempt_time=delivery.next_attempt_time,
        create_time=delivery.create_time,
    )


def _attempt_to_wire(attempt: Attempt) -> pb.Attempt:
    return pb.Attempt(
        number=attempt.number,
        time=attempt.time,
        status=attempt.status,
        detail=attempt.detail,
        duration_milliseconds=attempt.duration_milliseconds,
    )
