"""Traces, logs and metrics: one story that can be followed over every hop."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import structlog
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from prometheus_client import start_http_server

# A demo prints its trace a moment after the last span; the default of 5 s would make it wait.
EXPORT_DELAY_MILLISECONDS = 500

tracer = trace.get_tracer("convene")


def set_up(service: str, *, replica: str, otlp_endpoint: str, ratio: float, metrics: int) -> None:
    """Start tracing, logging and, with a *metrics* port, the metrics page; once per process."""
    _log_as_json(service, replica)
    resource = Resource.create({"service.name": service, "service.instance.id": replica})
    provider = TracerProvider(resource=resource, sampler=ParentBased(TraceIdRatioBased(ratio)))
    if otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=otlp_endpoint, insecure=True)
        provider.add_span_processor(
            BatchSpanProcessor(exporter, schedule_delay_millis=EXPORT_DELAY_MILLISECONDS)
        )
    trace.set_tracer_provider(provider)
    if metrics:
        start_http_server(metrics, addr="0.0.0.0")


def traceparent() -> str:
    """The current span as a W3C ``traceparent``, or empty outside any span."""
    here = trace.get_current_span().get_span_context()
    if not here.is_valid:
        return ""
    return f"00-{here.trace_id:032x}-{here.span_id:016x}-{here.trace_flags:02x}"


def trace_id() -> str:
    """The current trace's id as 32 hex digits, or empty outside any span."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


@contextmanager
def span(
    name: str,
    *,
    parent: str | None = None,
    linked: Sequence[str] = (),
    kind: SpanKind = SpanKind.INTERNAL,
    **attributes: str | int | float | bool,
) -> Iterator[Span]:
    """A span around the block.

    *parent* is the ``traceparent`` it continues; the empty string begins a new trace, ``None``
    continues the current span. *linked* are the ``traceparent`` of other traces that led here.
    """
    context = (
        None if parent is None else propagate.extract({"traceparent": parent} if parent else {})
    )
    with tracer.start_as_current_span(
        name,
        context=context,
        kind=kind,
        links=[_link(one) for one in linked if one],
        attributes=attributes,
    ) as current:
        yield current


def fail(current: Span, error: BaseException) -> None:
    """Mark *current* as failed by *error*."""
    current.record_exception(error)
    current.set_status(Status(StatusCode.ERROR, type(error).__name__))


def _link(traceparent: str) -> Link:
    context = trace.get_current_span(propagate.extract({"traceparent": traceparent}))
    return Link(context.get_span_context())


def _log_as_json(service: str, replica: str) -> None:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _add_trace,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
    ]
    structlog.contextvars.bind_contextvars(service=service, replica=replica)
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _add_trace(_logger: Any, _method: str, event: Any) -> Any:
    if current := trace_id():
        event["trace_id"] = current
    return event
