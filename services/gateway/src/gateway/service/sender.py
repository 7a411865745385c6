"""Sends what is due: each delivery by one replica at a time, each outcome on record."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Histogram

from common import signing, telemetry
from common.exchange import Outcome
from common.principal import service_principal
from common.receiver import Receiver
from convene.gateway.v1.events_pb2 import WebhookEndpointDisabled, WebhookEndpointFailing
from gateway.domain import endpoints
from gateway.domain.deliveries import after_attempt
from gateway.domain.dispatch import Dispatch
from gateway.domain.endpoints import Endpoint, State
from gateway.service.wire import endpoint_to_wire
from gateway.store.deliveries import DeliveryStore, DeliveryTransaction
from gateway.store.queue import DeliveryQueue

log = structlog.get_logger()

POLL_SECONDS = 0.25
USER_AGENT = "Convene-Webhooks/1"

attempts = Counter("convene_webhook_attempts", "Webhook requests sent", ["result"])
exchange = Histogram("convene_webhook_exchange_seconds", "From connect to the answer's end")


class Sender:
    """Claims, sends and records. Any number of replicas may run it; *width* bounds this one."""

    def __init__(
        self,
        queue: DeliveryQueue,
        store: DeliveryStore,
        receiver: Receiver,
        *,
        width: int,
        due: asyncio.Event,
    ) -> None:
        self._queue = queue
        self._store = store
        self._receiver = receiver
        self._free = width
        self._due = due

    async def run(self) -> None:
        """Send until cancelled, at once after a commit of this process."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._due.clear()
                claimed = await self._claimed()
                for dispatch in claimed:
                    self._free -= 1
                    tasks.create_task(self._send_one(dispatch), name=dispatch.delivery_id)
                if not claimed:
                    await self._rest()

    async def send(self, dispatch: Dispatch) -> Outcome:
        """One attempt: the signed request, then its outcome on record."""
        with telemetry.span(
            "deliver webhook",
            parent=dispatch.traceparent,
            kind=SpanKind.CLIENT,
            event_id=dispatch.event_id,
            endpoint_id=dispatch.endpoint.id,
        ) as span:
            body = dispatch.body.encode()
            outcome = await self._receiver.post(dispatch.endpoint.url, _headers(dispatch), body)
            span.set_attribute("http.response.status_code", outcome.status)
            await self._record(dispatch, outcome)
        attempts.labels("success" if outcome.is_success else "failure").inc()
        exchange.observe(outcome.duration_milliseconds / 1000)
        return outcome

    async def _claimed(self) -> Sequence[Dispatch]:
        if not self._free:
            return ()
        try:
            return await self._queue.claim(self._free)
        except Exception as error:
            log.warning("deliveries not read", error=str(error) or type(error).__name__)
            return ()

    async def _send_one(self, dispatch: Dispatch) -> None:
        try:
            await self.send(dispatch)
        except Exception:
            # The lease runs out and the delivery is sent again, under the same id.
            log.exception("delivery failed", delivery_id=dispatch.delivery_id)
        finally:
            self._free += 1
            self._due.set()

    async def _record(self, dispatch: Dispatch, outcome: Outcome) -> None:
        caller = service_principal("gateway", dispatch.endpoint.workspace_id, test=dispatch.test)
        async with self._store.begin(caller) as tx:
            delivery = await tx.find_leased(dispatch.delivery_id, dispatch.lease)
            if delivery is None:
                log.warning("delivery taken over", delivery_id=dispatch.delivery_id)
                return
            after = after_attempt(delivery, outcome, tx.now, jitter=random.random())
            await tx.save_delivery(after)
            await tx.add_attempt(after, outcome, tx.now)
            await _judge(tx, dispatch.endpoint.id, outcome)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._due.wait()
        except TimeoutError:
            return


def _headers(dispatch: Dispatch) -> dict[str, str]:
    # Receivers compare the timestamp with their own clock, which a sandbox cannot move.
    signed = signing.signed_headers(
        dispatch.endpoint.secrets(dispatch.now), dispatch.event_id, dispatch.body, datetime.now(UTC)
    )
    headers = {
        **signed,
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "accept-encoding": "identity",
    }
    if current := telemetry.traceparent() or dispatch.traceparent:
        headers["traceparent"] = current
    return headers


async def _judge(tx: DeliveryTransaction, endpoint_id: str, outcome: Outcome) -> None:
    """Let the endpoint's standing follow from *outcome*, and say so when it changes."""
    endpoint = await tx.find_endpoint(endpoint_id)
    if endpoint is None or (outcome.is_success and not endpoint.failures):
        return
    # Only a change takes the lock, so that a healthy endpoint's deliveries never wait for it.
    endpoint = await tx.get_endpoint(endpoint_id, lock=True)
    if outcome.is_success:
        after = endpoints.after_success(endpoint)
    else:
        after = endpoints.after_failure(endpoint, tx.now, gone=outcome.is_gone)
    saved = await tx.save_standing(after)
    if saved.state is not endpoint.state:
        await _announce(tx, saved, outcome)


async def _announce(tx: DeliveryTransaction, endpoint: Endpoint, outcome: Outcome) -> None:
    wire = endpoint_to_wire(endpoint)
    detail = f"last answer: {outcome.status}" if outcome.status else outcome.detail
    if endpoint.state is State.FAILING:
        fact: WebhookEndpointFailing | WebhookEndpointDisabled = WebhookEndpointFailing(
            endpoint=wire, detail=detail
        )
    elif endpoint.state is State.DISABLED:
        fact = WebhookEndpointDisabled(endpoint=wire, detail=detail)
        await tx.record("webhook_endpoint.disable", endpoint.id)
    else:
        return
    await tx.announce(fact, aggregate=endpoint.id, meeting="")
