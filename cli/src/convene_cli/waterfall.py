"""Draws one trace as text: who did what when, children under their parents."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from convene_cli.traces import Span, Traces

BAR_COLUMNS = 40

_NANOSECONDS_PER_MS = 1_000_000
_LABEL_COLUMNS = 56
# A meeting asks its media node every second; more rows of one kind tell nothing more.
_ALIKE_SHOWN = 3


def drawn(traces: Traces, trace_id: str) -> str:
    """The waterfall of *trace_id* with the traces linked to it named below.

    One line a span: offset and duration in milliseconds, a bar to scale, service and name.
    """
    spans = traces.spans(trace_id)
    if not spans:
        return f"no spans of trace {trace_id}: it is not sampled, too old, or not finished yet"
    lines = [_heading(trace_id, spans), *_rows(spans)]
    for other in traces.linked(trace_id):
        lines.append(f"linked trace {other}: {_title(traces.spans(other))}")
    return "\n".join(lines)


def _heading(trace_id: str, spans: Sequence[Span]) -> str:
    services = len({span.service for span in spans})
    length = _ms(max(span.end_ns for span in spans) - spans[0].start_ns)
    return f"trace {trace_id}: {len(spans)} spans, {services} services, {length:.1f} ms"


def _rows(spans: Sequence[Span]) -> Iterator[str]:
    first = min(span.start_ns for span in spans)
    length = max(max(span.end_ns for span in spans) - first, 1)
    for depth, span, more in _nested(spans):
        label = f"{'  ' * depth}{span.service} {span.name}{' FAILED' if span.failed else ''}"
        label = _shortened(label) + (f" (and {more} more like it)" if more else "")
        offset, took = span.start_ns - first, span.end_ns - span.start_ns
        bar = _bar(offset / length, took / length)
        yield (f"{_ms(offset):>10.1f} {_ms(took):>9.1f} ms |{bar}| {label}{_links(span)}")


def _nested(spans: Sequence[Span]) -> Iterator[tuple[int, Span, int]]:
    """Each span with its depth, parents before children; one whose parent is missing is a root.

    Of siblings alike the first few are shown, the last of them with the number of the others.
    """
    known = {span.span_id for span in spans}
    children: Mapping[str, list[Span]] = defaultdict(list)
    for span in spans:
        children[span.parent_id if span.parent_id in known else ""].append(span)
    stack = [(0, span, more) for span, more in reversed(_folded(children[""]))]
    while stack:
        depth, span, more = stack.pop()
        yield depth, span, more
        below = _folded(children.get(span.span_id, ()))
        stack.extend((depth + 1, child, others) for child, others in reversed(below))


def _folded(siblings: Sequence[Span]) -> Sequence[tuple[Span, int]]:
    """The siblings to show, each with how many others alike it stands for."""
    total = Counter((span.service, span.name) for span in siblings)
    seen: Counter[tuple[str, str]] = Counter()
    shown = []
    for span in siblings:
        alike = (span.service, span.name)
        seen[alike] += 1
        if seen[alike] <= _ALIKE_SHOWN:
            more = total[alike] - _ALIKE_SHOWN if seen[alike] == _ALIKE_SHOWN else 0
            shown.append((span, max(more, 0)))
    return shown


def _bar(offset: float, share: float) -> str:
    start = min(int(offset * BAR_COLUMNS), BAR_COLUMNS - 1)
    width = max(1, min(round(share * BAR_COLUMNS), BAR_COLUMNS - start))
    return (" " * start + "█" * width).ljust(BAR_COLUMNS)


def _shortened(label: str) -> str:
    return label if len(label) <= _LABEL_COLUMNS else label[: _LABEL_COLUMNS - 1] + "…"


def _links(span: Span) -> str:
    return "".join(f" ~ {link.trace_id[:8]}" for link in span.links)


def _title(spans: Sequence[Span]) -> str:
    return f"{spans[0].service} {spans[0].name}" if spans else "(its spans are not kept)"


def _ms(nanoseconds: int) -> float:
    return nanoseconds / _NANOSECONDS_PER_MS
