"""One story from a call through the outbox, the broker and a reaction; a timer tells its own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from nats.aio.client import Client
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from common import outbox, rpc, telemetry
from common.db import Database, Transaction
from common.principal import Principal
from common.timers import Timer, Timers
from convene.scheduler.v1.events_pb2 import MeetingCancelled
from tests.support.eventually import eventually
from tests.support.facts import Heard, a_consumer, running, stored
from tests.support.probe import a_probe, ask
from tests.support.services import a_caller, metadata, served


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What is recorded while a test runs, and nothing of it anywhere else."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def named(spans: InMemorySpanExporter, part: str) -> ReadableSpan:
    (found,) = [one for one in spans.get_finished_spans() if part in one.name]
    return found


def trace_of(span: ReadableSpan) -> int:
    return span.get_span_context().trace_id  # type: ignore[union-attr,no-any-return,unused-ignore]


async def test_one_trace_goes_from_a_call_to_the_reaction_in_another_service(
    source: Database, target: Database, nats: Client, spans: InMemorySpanExporter
) -> None:
    async def cancel(words: str) -> str:
        async with source.begin(rpc.caller(), Transaction) as tx:
            await tx.announce(MeetingCancelled(reason=words), aggregate="mtg_1", meeting="mtg_1")
        return words

    heard = Heard(target)
    loops = a_consumer(target, nats, heard, source), outbox.Relay(source, nats)
    async with served(a_probe(cancel)) as channel, running(*(loop.run for loop in loops)):
        with telemetry.span("the caller"):
            await ask(channel, "Write", metadata=metadata(a_caller()))
        await eventually(lambda: heard.reasons == ["hello"])
        await eventually(lambda: len(spans.get_finished_spans()) == 3)

    call, reaction = named(spans, "ProbeService/Write"), named(spans, "hears MeetingCancelled")
    assert trace_of(named(spans, "the caller")) == trace_of(call) == trace_of(reaction)
    (fact,) = await stored(nats)
    assert f"{trace_of(call):032x}" in fact.traceparent


async def test_a_firing_begins_a_trace_that_is_linked_to_the_one_that_armed_it(
    db: Database, spans: InMemorySpanExporter
) -> None:
    async def ring(caller: Principal, _: Timer) -> None:
        async with db.begin(caller, Transaction) as tx:
            await tx.announce(MeetingCancelled(), aggregate="mtg_1", meeting="mtg_1")

    with telemetry.span("arms"):
        async with db.begin(a_caller(), Transaction) as tx:
            await tx.arm("bell", "k", tx.now - timedelta(seconds=1))
    timers = Timers(db, {"bell": ring})
    for timer, _ in await timers.lease():
        await timers.fire(timer)

    arms, fires = named(spans, "arms"), named(spans, "fires bell")
    assert trace_of(fires) != trace_of(arms)
    assert [link.context.trace_id for link in fires.links] == [trace_of(arms)]
    (fact,), _ = await outbox.facts_of(db, "mtg_1", 1, 10)
    assert f"{trace_of(fires):032x}" in fact.traceparent
