"""A trace as text, and what of it is kept."""

from pathlib import Path

import pytest

from convene_cli.traces import Link, Span, Traces
from convene_cli.waterfall import drawn

TRACE = "0af7651916cd43dd8448eb211c80319c"
OTHER = "11111111111111111111111111111111"
MS = 1_000_000


def a_span(span_id: str = "a1", start_ms: int = 0, took_ms: int = 100, **changes: object) -> Span:
    fields = {
        "trace_id": TRACE,
        "span_id": span_id,
        "parent_id": "",
        "service": "gateway",
        "name": "POST /v1/meetings",
        "start_ns": 1_700_000_000_000 * MS + start_ms * MS,
        "end_ns": 1_700_000_000_000 * MS + (start_ms + took_ms) * MS,
    }
    return Span(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    return Traces(tmp_path / "traces.jsonl")


def test_children_stand_under_their_parents_in_order_of_time(traces: Traces) -> None:
    traces.add(
        [
            a_span("b2", 60, 30, parent_id="a1", service="session", name="later"),
            a_span("c1", 15, 5, parent_id="b1", service="scheduler", name="INSERT"),
            a_span("b1", 10, 40, parent_id="a1", service="scheduler", name="Create"),
            a_span("a1"),
        ]
    )

    heading, *rows = drawn(traces, TRACE).splitlines()

    assert heading == f"trace {TRACE}: 4 spans, 3 services, 100.0 ms"
    assert [row.rsplit("| ", 1)[1] for row in rows] == [
        "gateway POST /v1/meetings",
        "  scheduler Create",
        "    scheduler INSERT",
        "  session later",
    ]


def test_a_row_tells_offset_duration_and_a_bar_to_scale(traces: Traces) -> None:
    traces.add([a_span("a1"), a_span("b1", 50, 25, parent_id="a1")])

    row = drawn(traces, TRACE).splitlines()[2]

    assert row.split()[:3] == ["50.0", "25.0", "ms"]
    assert row.split("|")[1] == " " * 20 + "█" * 10 + " " * 10


def test_a_span_too_short_to_see_still_has_a_bar(traces: Traces) -> None:
    traces.add([a_span("a1"), a_span("b1", 100, 0, parent_id="a1")])

    assert drawn(traces, TRACE).splitlines()[2].split("|")[1].strip() == "█"


def test_a_span_whose_parent_is_missing_is_shown(traces: Traces) -> None:
    traces.add([a_span("b1", parent_id="gone", name="consume")])

    assert "gateway consume" in drawn(traces, TRACE)


def test_a_failed_span_says_so(traces: Traces) -> None:
    traces.add([a_span(failed=True)])

    assert drawn(traces, TRACE).endswith("FAILED")


def test_linked_traces_are_named_from_either_side(traces: Traces) -> None:
    traces.add([a_span("a1", name="arm timer")])
    traces.add([a_span("f1", trace_id=OTHER, name="fire", links=(Link(TRACE, "a1"),))])

    assert drawn(traces, TRACE).splitlines()[-1] == f"linked trace {OTHER}: gateway fire"
    assert drawn(traces, OTHER).splitlines()[-1] == f"linked trace {TRACE}: gateway arm timer"


def test_an_unknown_trace_is_explained(traces: Traces) -> None:
    assert "no spans of trace" in drawn(traces, OTHER)


def test_spans_are_found_again_by_another_process(tmp_path: Path, traces: Traces) -> None:
    span = a_span(links=(Link(OTHER, "x1"),), attributes={"rpc.method": "Create"})
    traces.add([span])

    assert Traces(tmp_path / "traces.jsonl").spans(TRACE) == [span]


def test_a_line_cut_short_by_a_power_cut_loses_only_itself(tmp_path: Path, traces: Traces) -> None:
    traces.add([a_span("a1")])
    with (tmp_path / "traces.jsonl").open("a") as file:
        file.write('{"trace_id": "0a')

    assert len(Traces(tmp_path / "traces.jsonl").spans(TRACE)) == 1


def test_spans_written_after_a_line_cut_short_are_found(tmp_path: Path) -> None:
    (tmp_path / "traces.jsonl").write_text('{"trace_id": "0a')

    Traces(tmp_path / "traces.jsonl").add([a_span("a1")])

    assert len(Traces(tmp_path / "traces.jsonl").spans(TRACE)) == 1


def test_memory_keeps_the_newest_traces(tmp_path: Path) -> None:
    traces = Traces(tmp_path / "traces.jsonl", spans_in_memory=3)

    traces.add(a_span(f"s{number}", trace_id=f"{number:032x}") for number in range(5))

    assert traces.latest(10) == [f"{number:032x}" for number in (4, 3, 2)]


def test_the_files_never_grow_past_their_bound(tmp_path: Path) -> None:
    traces = Traces(tmp_path / "traces.jsonl", file_bytes=4_000)

    for number in range(100):
        traces.add([a_span(f"{number}")])

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 5_000


def test_siblings_alike_are_counted_after_the_third(traces: Traces) -> None:
    calls = [a_span(f"c{n}", n, 1, parent_id="a1", name="poll") for n in range(7)]
    traces.add([a_span("a1"), *calls])

    rows = [row.rsplit("| ", 1)[1] for row in drawn(traces, TRACE).splitlines()[2:]]

    assert rows == ["  gateway poll", "  gateway poll", "  gateway poll (and 4 more like it)"]
