"""The trace receiver, fed by the exporter that the services use."""

from pathlib import Path

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from convene_cli import traces
from tests.support.eventually import eventually


async def test_what_a_service_exports_is_found_by_its_trace(tmp_path: Path) -> None:
    async with traces.receiving(tmp_path) as sink:
        provider = TracerProvider(resource=Resource.create({"service.name": "scheduler"}))
        exporter = OTLPSpanExporter(endpoint=sink.endpoint, insecure=True)
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=10))
        tracer = provider.get_tracer("test")

        with tracer.start_as_current_span("Create", attributes={"tries": 2}) as parent:
            tracer.start_span("INSERT", links=[trace.Link(parent.get_span_context())]).end()
        trace_id = f"{parent.get_span_context().trace_id:032x}"
        create, insert = await eventually(lambda: _both(sink.traces, trace_id))
        provider.shutdown()

    assert (create.service, create.name, create.attributes["tries"]) == ("scheduler", "Create", "2")
    assert insert.parent_id == create.span_id
    assert insert.links == (traces.Link(trace_id, create.span_id),)
    assert [span.name for span in traces.Traces(tmp_path / traces.FILE).spans(trace_id)] == [
        "Create",
        "INSERT",
    ]


def _both(kept: traces.Traces, trace_id: str) -> list[traces.Span]:
    spans = kept.spans(trace_id)
    return spans if len(spans) == 2 else []
