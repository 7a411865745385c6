"""NATS JetStream: streams and consumers declared in code, batches out, facts in."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api
from nats.js.errors import APIError, NotFoundError

from common.errors import InvalidInput, Unavailable
from common.foundation import PARTITIONS
from convene.common.v1.envelope_pb2 import Envelope

log = structlog.get_logger()

# Facts stay this long in the stream: a consumer may be away for a weekend.
STREAM_AGE_SECONDS = 7 * 24 * 3600.0
# Longer than the relay's worst pause, so that what it sends twice is stored once.
DUPLICATE_WINDOW_SECONDS = 600.0
ACK_WAIT_SECONDS = 30.0
PUBLISH_TIMEOUT_SECONDS = 5.0
OLDEST_SERVER = (2, 15, 1)
# What passes by live is shed beyond this, never queued.
LIVE_PENDING = 256
# A subject's token: an id, so that nobody subscribes to more than one meeting with a wildcard.
LIVE_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")


class BusUnavailable(Unavailable):
    pass


class UnreadableId(InvalidInput):
    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:100]!r} is not an id")


class UnsafeBus(Exception):
    """The NATS server would lose acknowledged events."""


class DriftedConsumer(Exception):
    """A consumer keeps another configuration than the code declares."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A fact on its way out: encoded, addressed, known by its event's id."""

    event_id: str
    subject: str
    payload: bytes
    traceparent: str

    @property
    def headers(self) -> dict[str, str]:
        # The id lets the stream drop the copy that a relay sends after losing an ack.
        headers = {"Nats-Msg-Id": self.event_id}
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        return headers


def letter_for(envelope: Envelope, partition: int) -> Letter:
    subject = f"{envelope.message}.p{partition:02d}.{envelope.workspace_id}.{envelope.aggregate_id}"
    return Letter(envelope.id, subject, envelope.SerializeToString(), envelope.traceparent)


@asynccontextmanager
async def connected(url: str, name: str) -> AsyncIterator[Client]:
    """A connection that comes back by itself; drained when the block ends."""

    async def on_error(error: Exception) -> None:
        log.warning("nats", error=str(error) or type(error).__name__)

    client = await nats.connect(
        url,
        name=name,
        error_cb=on_error,
        reconnect_time_wait=0.2,
        max_reconnect_attempts=-1,
        ping_interval=10,
        max_outstanding_pings=3,
    )
    try:
        yield client
    finally:
        await client.close()


def refuse_old_server(client: Client) -> None:
    """Raise ``UnsafeBus`` when the server is older than the fixes that durability needs."""
    server = client.connected_server_version
    version = (server.major, server.minor, server.patch)
    if version < OLDEST_SERVER:
        wanted = ".".join(map(str, OLDEST_SERVER))
        raise UnsafeBus(
            f"nats-server {'.'.join(map(str, version))} is too old; run {wanted} or newer"
        )


def stream_config(service: str, replicas: int = 1) -> api.StreamConfig:
    return api.StreamConfig(
        name=service,
        subjects=[f"convene.{service}.v1.>"],
        retention=api.RetentionPolicy.LIMITS,
        storage=api.StorageType.FILE,
        discard=api.DiscardPolicy.OLD,
        max_age=STREAM_AGE_SECONDS,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        num_replicas=replicas,
        allow_direct=True,
        allow_atomic=True,
        deny_purge=False,
        deny_delete=False,
    )


async def declare_stream(js: JetStreamContext, service: str, replicas: int = 1) -> api.StreamInfo:
    """Make *service*'s stream what the code says, whatever it was."""
    wanted = stream_config(service, replicas)
    try:
        found = await js.stream_info(service)
    except NotFoundError:
        return await js.add_stream(wanted)
    drift = _drift(wanted, found.config)
    if drift:
        log.warning("stream differed from the code and was set right", stream=service, fields=drift)
        return await js.update_stream(wanted)
    return found


def consumer_config(durable: str, source: str, group: int, groups: int) -> api.ConsumerConfig:
    """One durable reads its share of the partitions of all of *source*'s facts."""
    shares = [partition for partition in range(PARTITIONS) if partition % groups == group]
    return api.ConsumerConfig(
        durable_name=durable,
        filter_subjects=[f"convene.{source}.v1.*.p{share:02d}.>" for share in shares],
        deliver_policy=api.DeliverPolicy.ALL,
        ack_policy=api.AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_ack_pending=1000,
        max_deliver=-1,
    )


async def declare_consumer(js: JetStreamContext, source: str, wanted: api.ConsumerConfig) -> None:
    """Make the durable what the code says; a drifted one is updated, never silently reused.

    One that the broker does not let change is made anew and reads all again: every fact knows
    whether it had its effect. Raises ``DriftedConsumer`` when even that does not help.
    """
    durable = wanted.durable_name or ""
    try:
        found = await js.consumer_info(source, durable)
    except NotFoundError:
        await js.add_consumer(source, wanted)
        return
    drift = _drift(wanted, found.config)
    if not drift:
        return
    log.warning("consumer differed from the code and is set right", name=durable, fields=drift)
    try:
        await js.add_consumer(source, wanted)
    except APIError as error:
        log.warning("consumer is made anew", name=durable, error=str(error))
        await js.delete_consumer(source, durable)
        await js.add_consumer(source, wanted)
    again = await js.consumer_info(source, durable)
    if drift := _drift(wanted, again.config):
        raise DriftedConsumer(f"consumer {durable} cannot be changed: {', '.join(drift)}")


async def publish(client: Client, stream: str, letters: Sequence[Letter]) -> list[int]:
    """Store *letters* in order and return their stream sequences, one each.

    They go as one atomic batch. Where its acknowledgement does not come or says that some were
    stored before, they go singly: the stream knows them by their ids.
    """
    if len(letters) > 1:
        try:
            return await _publish_batch(client, letters)
        except (NatsError, TimeoutError, _BatchRefused) as error:
            log.info("batch goes singly", stream=stream, error=str(error) or type(error).__name__)
    js = client.jetstream(timeout=PUBLISH_TIMEOUT_SECONDS)
    return [
        (await js.publish(one.subject, one.payload, headers=one.headers)).seq for one in letters
    ]


class _BatchRefused(Exception):
    pass


async def _publish_batch(client: Client, letters: Sequence[Letter]) -> list[int]:
    batch = uuid4().hex
    last = len(letters)
    for number, one in enumerate(letters[:-1], start=1):
        headers = {**one.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
        await client.publish(one.subject, one.payload, headers=headers)
    headers = {
        **letters[-1].headers,
        "Nats-Batch-Id": batch,
        "Nats-Batch-Sequence": str(last),
        "Nats-Batch-Commit": "1",
    }
    reply = await client.request(
        letters[-1].subject, letters[-1].payload, timeout=PUBLISH_TIMEOUT_SECONDS, headers=headers
    )
    answer = api.PubAck.from_response(_decoded(reply.data))
    return list(range(answer.seq - last + 1, answer.seq + 1))


def _decoded(raw: bytes) -> dict[str, object]:
    answer: dict[str, object] = json.loads(raw)
    if "error" in answer:
        raise _BatchRefused(str(answer["error"]))
    return answer


def _drift(wanted: object, found: object) -> list[str]:
    """The names of the fields that *wanted* sets and *found* has otherwise."""
    pairs = ((name, value, getattr(found, name, None)) for name, value in vars(wanted).items())
    return sorted(name for name, want, have in pairs if want is not None and want != have)


def live_subject(workspace_id: str, meeting_id: str) -> str:
    """Where a meeting's passing words go by; raises ``UnreadableId``."""
    for token in (workspace_id, meeting_id):
        if not LIVE_TOKEN.fullmatch(token):
            raise UnreadableId(token)
    return f"live.{workspace_id}.{meeting_id}"


@asynccontextmanager
async def subscribe_live(
    client: Client, workspace_id: str, meeting_id: str, take: Callable[[bytes], None]
) -> AsyncIterator[None]:
    """Hand *take* what passes by of a meeting while the block runs; nothing of it is kept."""

    async def on_message(message: Msg) -> None:
        take(message.data)

    subscription = await client.subscribe(
        live_subject(workspace_id, meeting_id), cb=on_message, pending_msgs_limit=LIVE_PENDING
    )
    try:
        yield
    finally:
        # A lost connection has no subscription left to end.
        if client.is_connected:
            await subscription.unsubscribe()


async def wait_for_server(client: Client, timeout: float = 30) -> None:
    """Wait until JetStream answers; raises ``BusUnavailable``."""
    js = client.jetstream(timeout=2)
    try:
        async with asyncio.timeout(timeout):
            while True:
                try:
                    await js.account_info()
                    return
                except (NatsError, TimeoutError):
                    await asyncio.sleep(0.1)
    except TimeoutError:
        raise BusUnavailable("NATS JetStream does not answer") from None
