"""A small OTLP receiver: keeps the newest spans in memory and in DATA/traces.jsonl."""

import json
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as wire
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as wire_grpc
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from convene_cli.loopback import LOOPBACK

FILE = "traces.jsonl"
# About a day of development; the oldest half goes when the file is full.
FILE_BYTES = 64 * 1024 * 1024
SPANS_IN_MEMORY = 50_000

_STOP_SECONDS = 1.0
_NO_PARENT = ""


@dataclass(frozen=True)
class Link:
    """Another span this one answers to without being its child."""

    trace_id: str
    span_id: str


@dataclass(frozen=True)
class Span:
    """One finished span. Ids are lower-case hex, times nanoseconds since 1970."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    start_ns: int
    end_ns: int
    failed: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()


class Traces:
    """Spans by trace, bounded in memory by count and on disk by bytes; the oldest go first."""

    def __init__(
        self, path: Path, *, spans_in_memory: int = SPANS_IN_MEMORY, file_bytes: int = FILE_BYTES
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._older = path.with_suffix(".older.jsonl")
        self._spans_in_memory = spans_in_memory
        self._file_bytes = file_bytes
        self._by_trace: OrderedDict[str, list[Span]] = OrderedDict()
        self._count = 0
        for span in _read(self._older):
            self._remember(span)
        for span in _read(self._path):
            self._remember(span)

    def add(self, spans: Iterable[Span]) -> None:
        lines = []
        for span in spans:
            self._remember(span)
            lines.append(json.dumps(asdict(span), separators=(",", ":")) + "\n")
        if not lines:
            return
        self._make_room()
        with self._path.open("ab+") as file:
            if _is_cut_short(file):
                file.write(b"\n")
            file.write("".join(lines).encode())

    def spans(self, trace_id: str) -> list[Span]:
        """The spans of one trace, earliest first; empty when the trace is not known."""
        return sorted(self._by_trace.get(trace_id, ()), key=lambda span: span.start_ns)

    def linked(self, trace_id: str) -> list[str]:
        """The traces that *trace_id* links to and those that link to it, in order of first link."""
        named: dict[str, None] = {}
        for other, spans in self._by_trace.items():
            targets = [link.trace_id for span in spans for link in span.links]
            if other == trace_id:
                named |= dict.fromkeys(targets)
            elif trace_id in targets:
                named[other] = None
        named.pop(trace_id, None)
        return list(named)

    def latest(self, count: int) -> list[str]:
        """The ids of the traces that received a span last, newest first."""
        return list(reversed(self._by_trace))[:count]

    def _remember(self, span: Span) -> None:
        self._by_trace.setdefault(span.trace_id, []).append(span)
        self._by_trace.move_to_end(span.trace_id)
        self._count += 1
        while self._count > self._spans_in_memory and len(self._by_trace) > 1:
            _, forgotten = self._by_trace.popitem(last=False)
            self._count -= len(forgotten)

    def _make_room(self) -> None:
        if self._path.exists() and self._path.stat().st_size > self._file_bytes / 2:
            self._path.replace(self._older)


@dataclass(frozen=True)
class TraceSink:
    """A listening receiver; *endpoint* is what OTEL_EXPORTER_OTLP_ENDPOINT takes."""

    endpoint: str
    traces: Traces


class _Receiver(wire_grpc.TraceServiceServicer):
    def __init__(self, traces: Traces) -> None:
        self._traces = traces

    async def Export(
        self, request: wire.ExportTraceServiceRequest, context: object
    ) -> wire.ExportTraceServiceResponse:
        self._traces.add(spans_of(request))
        return wire.ExportTraceServiceResponse()


@asynccontextmanager
async def receiving(folder: Path) -> AsyncIterator[TraceSink]:
    """A receiver on a free loopback port while the block runs, keeping spans in *folder*."""
    traces = Traces(folder / FILE)
    server = grpc.aio.server()
    # Generated without types.
    wire_grpc.add_TraceServiceServicer_to_server(_Receiver(traces), server)  # type: ignore[no-untyped-call]
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    await server.start()
    try:
        yield TraceSink(f"http://{LOOPBACK}:{port}", traces)
    finally:
        await server.stop(_STOP_SECONDS)


def spans_of(request: wire.ExportTraceServiceRequest) -> Iterator[Span]:
    """What an export carries, each span with the name of the service that sent it."""
    for group in request.resource_spans:
        service = _attributes(group.resource.attributes).get("service.name", "unknown")
        for scope in group.scope_spans:
            for span in scope.spans:
                yield _span(service, span)


def _span(service: str, span: trace_pb2.Span) -> Span:
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex() or _NO_PARENT,
        service=service,
        name=span.name,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        attributes=_attributes(span.attributes),
        links=tuple(Link(link.trace_id.hex(), link.span_id.hex()) for link in span.links),
    )


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, str]:
    return {pair.key: _text(pair.value) for pair in pairs}


def _text(value: AnyValue) -> str:
    kind = value.WhichOneof("value")
    return "" if kind is None else str(getattr(value, kind)).strip()


def _is_cut_short(file: BinaryIO) -> bool:
    """Whether the last line has no end, because the power went while it was written."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _read(path: Path) -> Iterator[Span]:
    """The spans kept in *path*; a line cut short, or of another version, is passed over."""
    if not path.exists():
        return
    with path.open() as file:
        for line in file:
            with suppress(ValueError, TypeError, KeyError):
                kept = json.loads(line)
                kept["links"] = tuple(Link(**link) for link in kept["links"])
                yield Span(**kept)
