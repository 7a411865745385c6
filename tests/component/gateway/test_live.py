"""The live feed over HTTP: frames, resuming, keep-alive, refusals, clients that leave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import pytest
from google.protobuf.json_format import ParseDict

from common.errors import NotFound, Unauthenticated, Unavailable
from common.jsonshape import to_json
from convene.bots.v1.events_pb2 import TranscriptSegment
from convene.gateway.v1 import webhooks_pb2
from gateway.domain.events import SequenceAhead
from gateway.edge.live import Pace, frame
from tests.support.edge import Edge, an_edge
from tests.support.eventually import CEILING_SECONDS, eventually

FEED = "/v1/meetings/mtg_1/events/stream"


class MeetingNotFound(NotFound):
    pass


class ApiKeyRevoked(Unauthenticated):
    pass


def an_event(sequence: int, kind: str = "session.started") -> webhooks_pb2.PublicEvent:
    return webhooks_pb2.PublicEvent(
        id=f"evt_{sequence}",
        type=kind,
        created_at={"seconds": 0},
        meeting_id="mtg_1",
        sequence=sequence,
        data={"text": "one\ntwo"},
    )


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge(pace=Pace(keep_alive=0.05)) as running:
        yield running


async def test_events_arrive_as_frames_that_can_be_resumed(edge: Edge) -> None:
    for event in (an_event(1), an_event(0, "transcript.segment"), None):
        edge.behind.events.put_nowait(event)

    answer = await edge.client.get(FEED, headers=edge.auth())

    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    retry, kept, partial = [f for f in answer.text.split("\n\n") if f and f[0] != ":"]
    assert retry == "retry: 1000"
    number, kind, body = kept.split("\n")
    assert (number, kind) == ("id: 1", "event: session.started")
    assert orjson.loads(body.removeprefix("data: ")) == {
        "id": "evt_1",
        "type": "session.started",
        "created_at": "1970-01-01T00:00:00Z",
        "workspace_id": "",
        "meeting_id": "mtg_1",
        "session_id": "",
        "sequence": 1,
        "data": {"text": "one\ntwo"},
    }
    assert partial.startswith("event: transcript.segment\ndata: ")


@pytest.mark.parametrize(
    ("path", "header", "after"),
    [("", "7", 7), ("?after=5", "", 5), ("?after=5", "7", 7), ("", "", 0)],
)
async def test_a_client_resumes_after_what_it_has_seen(
    edge: Edge, path: str, header: str, after: int
) -> None:
    edge.behind.events.put_nowait(None)

    await edge.client.get(FEED + path, headers=edge.auth(**{"last-event-id": header}))

    assert edge.behind.asked[-1].request == webhooks_pb2.WatchEventsRequest(
        meeting_id="mtg_1", after_sequence=after
    )


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=99999999999999999999", "nope=1"])
async def test_a_place_that_is_none_is_refused(edge: Edge, query: str) -> None:
    assert (await edge.client.get(f"{FEED}?{query}", headers=edge.auth())).status_code == 400


async def test_a_silent_meeting_is_kept_alive_until_the_client_leaves(edge: Edge) -> None:
    async with edge.client.stream("GET", FEED, headers=edge.auth()) as answer:
        lines = answer.aiter_lines()
        while await anext(lines) != ": still here":
            pass
        assert edge.behind.watchers == 1

    await eventually(lambda: edge.behind.watchers == 0)


async def test_a_refusal_is_a_problem_and_not_a_stream(edge: Edge) -> None:
    edge.behind.answers["WatchEvents"] = MeetingNotFound("no meeting")

    answer = await edge.client.get(FEED, headers=edge.auth())

    assert (answer.status_code, answer.json()["reason"]) == (404, "MEETING_NOT_FOUND")
    assert (await edge.client.get(FEED)).status_code == 401


async def test_a_stream_ends_after_its_time_and_its_client_comes_back() -> None:
    async with an_edge(pace=Pace(longest_stream=0.05)) as edge:
        answer = await edge.client.get(FEED, headers=edge.auth())

        assert answer.status_code == 200
        await eventually(lambda: edge.behind.watchers == 0)


async def test_a_stream_ends_soon_after_its_key_is_revoked_however_busy_it_is() -> None:
    async with an_edge(pace=Pace(keep_alive=0.05), remembered=0.0) as edge:
        async with edge.client.stream("GET", FEED, headers=edge.auth()) as answer:
            edge.behind.answers["Authenticate"] = ApiKeyRevoked("revoked")
            async with asyncio.timeout(CEILING_SECONDS), asyncio.TaskGroup() as group:
                talking = group.create_task(talk(edge))
                async for _ in answer.aiter_lines():
                    pass
                talking.cancel()

        assert (await edge.client.get(FEED, headers=edge.auth())).status_code == 401


async def test_a_stream_outlives_an_access_service_that_is_away() -> None:
    async with (
        an_edge(pace=Pace(keep_alive=0.05), remembered=0.0) as edge,
        edge.client.stream("GET", FEED, headers=edge.auth()) as answer,
    ):
        edge.behind.answers["Authenticate"] = Unavailable("away")
        lines = answer.aiter_lines()
        for _ in range(3):
            while await anext(lines) != ": still here":
                pass


async def test_a_sequence_to_come_is_refused_by_the_name_it_was_sent_under(edge: Edge) -> None:
    edge.behind.answers["WatchEvents"] = SequenceAhead(2)

    by_header = await edge.client.get(FEED, headers=edge.auth(**{"last-event-id": "9"}))
    by_query = await edge.client.get(FEED + "?after=9", headers=edge.auth())

    for answer, name in ((by_header, "Last-Event-ID"), (by_query, "after")):
        assert (answer.status_code, answer.json()["reason"]) == (400, "SEQUENCE_AHEAD")
        assert [error["field"] for error in answer.json()["errors"]] == [name]
        assert answer.json()["detail"].startswith(f"{name} is beyond")


def test_data_is_shown_in_the_order_of_the_contract() -> None:
    event = an_event(1, "transcript.segment")
    fact = TranscriptSegment(segment={"id": "seg_1", "text": "one"})
    event.ClearField("data")
    ParseDict(to_json(fact), event.data)

    (line,) = [part for part in frame(event).split(b"\n") if part.startswith(b"data: ")]

    shown = orjson.loads(line.removeprefix(b"data: "))["data"]
    assert list(shown) == [field.name for field in fact.DESCRIPTOR.fields]
    assert list(shown["segment"]) == [field.name for field in fact.segment.DESCRIPTOR.fields]


async def talk(edge: Edge) -> None:
    """One event after another, faster than a silent stream is kept alive."""
    while True:
        edge.behind.events.put_nowait(an_event(1))
        await asyncio.sleep(0.01)


async def test_a_client_that_does_not_read_is_dropped_and_not_remembered() -> None:
    async with an_edge(pace=Pace(slowest_write=0.2)) as edge, a_silent_client(edge):
        large = an_event(1)
        large.data.update({"text": "x" * 1_000_000})
        for _ in range(60):
            edge.behind.events.put_nowait(large)

        await eventually(lambda: edge.behind.watchers == 0)

        # What the sockets between them hold; the rest never left the service.
        assert edge.behind.events.qsize() > 30


@asynccontextmanager
async def a_silent_client(edge: Edge) -> AsyncIterator[None]:
    """Opens the feed and reads nothing of it."""
    host, port = edge.address.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port), limit=1024)
    request = f"GET {FEED} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {edge.key}\r\n\r\n"
    writer.write(request.encode())
    await eventually(lambda: edge.behind.watchers == 1)
    try:
        yield
    finally:
        writer.transport.abort()
