"""Files over HTTP: whole, in part, not again, and no faster than the client takes them."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from common.downloads import DownloadLinkExpired, UnknownDownloadLink
from common.errors import WrongState
from tests.support.edge import Edge, an_edge
from tests.support.eventually import eventually

FILE = "/v1/meetings/mtg_1/recordings/rec_1/download"


class RecordingNotDone(WrongState):
    pass


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge() as running:
        running.behind.content = bytes(range(256)) * 2000
        yield running


async def test_a_whole_file_comes_with_its_type_its_size_and_its_version(edge: Edge) -> None:
    answer = await edge.client.get(FILE, headers=edge.auth())

    assert answer.status_code == 200
    assert answer.content == edge.behind.content
    assert answer.headers["content-type"] == "audio/ogg"
    assert answer.headers["content-length"] == str(len(edge.behind.content))
    assert answer.headers["etag"] == '"abc"'
    assert answer.headers["accept-ranges"] == "bytes"


async def test_the_track_is_the_one_that_the_query_names(edge: Edge) -> None:
    await edge.client.get(FILE + "?track=audio-prt_1", headers=edge.auth())

    asked = edge.behind.asked[-1].request
    assert (asked.meeting_id, asked.recording_id, asked.track) == ("mtg_1", "rec_1", "audio-prt_1")


@pytest.mark.parametrize(
    ("asked", "told", "first", "last"),
    [
        ("bytes=0-99", "bytes 0-99/512000", 0, 100),
        ("bytes=511990-", "bytes 511990-511999/512000", 511_990, 512_000),
        ("bytes=-10", "bytes 511990-511999/512000", 511_990, 512_000),
        ("bytes=100-9999999", "bytes 100-511999/512000", 100, 512_000),
    ],
)
async def test_a_range_is_answered_with_206_and_where_it_stands(
    edge: Edge, asked: str, told: str, first: int, last: int
) -> None:
    answer = await edge.client.get(FILE, headers=edge.auth(range=asked))

    assert answer.status_code == 206
    assert answer.headers["content-range"] == told
    assert answer.content == edge.behind.content[first:last]


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-"])
async def test_a_range_that_is_not_understood_is_no_range(edge: Edge, asked: str) -> None:
    answer = await edge.client.get(FILE, headers=edge.auth(range=asked))

    assert (answer.status_code, answer.content) == (200, edge.behind.content)


async def test_a_range_beyond_the_end_is_416_with_the_size(edge: Edge) -> None:
    answer = await edge.client.get(FILE, headers=edge.auth(range="bytes=512000-"))

    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */512000"
    assert answer.json()["reason"] == "RANGE_NOT_SATISFIABLE"


async def test_no_bytes_at_the_end_are_416(edge: Edge) -> None:
    answer = await edge.client.get(FILE, headers=edge.auth(range="bytes=-0"))

    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */512000")


async def test_a_range_of_the_version_that_the_client_has_is_answered(edge: Edge) -> None:
    asked = edge.auth(range="bytes=0-9", **{"if-range": '"abc"'})

    answer = await edge.client.get(FILE, headers=asked)

    assert (answer.status_code, answer.content) == (206, edge.behind.content[:10])


@pytest.mark.parametrize("version", ['W/"abc"', "Sun, 22 Nov 2026 09:00:00 GMT"])
async def test_a_range_of_a_version_that_cannot_be_told_is_answered_with_the_whole(
    edge: Edge, version: str
) -> None:
    asked = edge.auth(range="bytes=0-9", **{"if-range": version})

    answer = await edge.client.get(FILE, headers=asked)

    assert (answer.status_code, answer.content) == (200, edge.behind.content)


async def test_a_range_of_another_version_is_answered_with_the_whole(edge: Edge) -> None:
    asked = edge.auth(range="bytes=0-9", **{"if-range": '"older"'})

    answer = await edge.client.get(FILE, headers=asked)

    assert (answer.status_code, answer.content) == (200, edge.behind.content)


async def test_what_the_client_has_is_not_sent_again(edge: Edge) -> None:
    answer = await edge.client.get(FILE, headers=edge.auth(**{"if-none-match": '"abc"'}))

    assert (answer.status_code, answer.content) == (304, b"")


async def test_a_head_request_gets_no_bytes(edge: Edge) -> None:
    answer = await edge.client.head(FILE, headers=edge.auth())

    assert answer.status_code == 200
    assert answer.headers["content-length"] == "512000"
    assert answer.content == b""


async def test_a_head_request_has_no_range(edge: Edge) -> None:
    answer = await edge.client.head(FILE, headers=edge.auth(range="bytes=0-9"))

    assert (answer.status_code, answer.headers["content-length"]) == (200, "512000")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Launch-composite.webm", 'inline; filename="Launch-composite.webm"'),
        (
            "Réunion d'équipe.webm",
            'inline; filename="Reunion d\'equipe.webm"; '
            "filename*=UTF-8''R%C3%A9union%20d%27%C3%A9quipe.webm",
        ),
        ("会議.ogg", "inline; filename=\".ogg\"; filename*=UTF-8''%E4%BC%9A%E8%AD%B0.ogg"),
        ('a/b\\c"d\r\nset-cookie: x.ogg', 'inline; filename="a_b_c_d__set-cookie: x.ogg"'),
    ],
)
async def test_a_file_is_named_whatever_its_title_is_written_in(
    edge: Edge, name: str, told: str
) -> None:
    edge.behind.file_name = name

    answer = await edge.client.get(FILE, headers=edge.auth())

    assert answer.headers["content-disposition"] == told
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("refusal", "status"), [(DownloadLinkExpired(), 410), (UnknownDownloadLink(), 403)]
)
async def test_a_link_that_is_not_good_is_refused_with_what_to_do(
    edge: Edge, refusal: DownloadLinkExpired | UnknownDownloadLink, status: int
) -> None:
    edge.behind.answers["DownloadByLink"] = refusal

    answer = await edge.client.get("/v1/downloads/some-code")

    assert (answer.status_code, answer.json()["reason"]) == (status, refusal.reason)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ask for the recording again" in answer.json()["detail"]


async def test_a_file_that_is_deleted_meanwhile_is_cut_and_not_taken_for_whole(edge: Edge) -> None:
    edge.behind.lost_after = 200_000

    async with edge.client.stream("GET", FILE, headers=edge.auth()) as answer:
        with pytest.raises(httpx.RemoteProtocolError):
            await answer.aread()

    assert answer.status_code == 200


async def test_a_refusal_is_a_problem_document(edge: Edge) -> None:
    edge.behind.answers["DownloadRecording"] = RecordingNotDone("still recording", retry_after=2)

    answer = await edge.client.get(FILE, headers=edge.auth())

    assert (answer.status_code, answer.json()["reason"]) == (409, "RECORDING_NOT_DONE")


async def test_a_file_needs_a_key_and_a_link_needs_none(edge: Edge) -> None:
    without = await edge.client.get(FILE)
    linked = await edge.client.get("/v1/downloads/some-code", headers={"range": "bytes=0-9"})

    assert without.status_code == 401
    assert (linked.status_code, linked.content) == (206, edge.behind.content[:10])
    assert edge.behind.asked[-1].request.code == "some-code"


async def test_an_unknown_parameter_is_refused(edge: Edge) -> None:
    answer = await edge.client.get(FILE + "?trak=x", headers=edge.auth())

    assert (answer.status_code, answer.json()["reason"]) == (400, "UNKNOWN_PARAMETER")


async def test_a_client_that_does_not_read_is_not_read_ahead_for(edge: Edge) -> None:
    edge.behind.content = bytes(100_000_000)
    host = urlsplit(edge.address)
    reader, writer = await asyncio.open_connection(host.hostname, host.port, limit=1024)
    authorization = edge.auth()["authorization"]
    writer.write(
        f"GET {FILE} HTTP/1.1\r\nhost: x\r\nauthorization: {authorization}\r\n\r\n".encode()
    )
    await eventually(lambda: edge.behind.sent > 3)

    sent = -1

    def is_still() -> bool:
        nonlocal sent
        before, sent = sent, edge.behind.sent
        return before == sent

    await eventually(is_still)
    writer.close()

    assert edge.behind.sent < 500
    assert not reader.at_eof()
