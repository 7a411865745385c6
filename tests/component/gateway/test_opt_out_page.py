"""Stopping reminders and summaries of a meeting in a browser, or by the click of a mail program."""

from collections.abc import AsyncIterator

import pytest

from common.errors import NotFound
from convene.scheduler.v1 import invitations_pb2 as pb
from tests.support.edge import Edge, an_edge


class UnknownCode(NotFound):
    pass


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge() as running:
        running.behind.answers["GetOptOut"] = a_standing()
        running.behind.answers["PutOptOut"] = pb.PutOptOutResponse()
        yield running


def a_standing(**changes: object) -> pb.GetOptOutResponse:
    fields: dict[str, object] = {"title": "<b>Kick-off</b>", "language": "en"}
    return pb.GetOptOutResponse(**(fields | changes))  # type: ignore[arg-type]


def puts(edge: Edge) -> list[tuple[str, bool]]:
    asked = [one.request for one in edge.behind.asked if one.rpc == "PutOptOut"]
    return [(one.code, one.opted_out) for one in asked]


async def test_reading_the_page_changes_nothing(edge: Edge) -> None:
    answer = await edge.client.get("/u/abc")

    assert answer.status_code == 200
    assert "&lt;b&gt;Kick-off&lt;/b&gt;" in answer.text
    assert "name='stop' value='yes'" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert puts(edge) == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n'
            b"--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (b"stop=yes", "application/x-www-form-urlencoded"),
    ],
)
async def test_one_click_stops_them(edge: Edge, body: bytes, content_type: str) -> None:
    edge.behind.answers["GetOptOut"] = a_standing(opted_out=True)

    answer = await edge.client.post("/u/abc", content=body, headers={"content-type": content_type})

    assert answer.status_code == 200
    assert puts(edge) == [("abc", True)]
    assert "name='stop' value='no'" in answer.text


async def test_the_page_takes_it_back(edge: Edge) -> None:
    await edge.client.post("/u/abc", data={"stop": "no"})

    assert puts(edge) == [("abc", False)]


async def test_the_page_speaks_the_language_of_its_reader(edge: Edge) -> None:
    edge.behind.answers["GetOptOut"] = a_standing(language="fr-CA")

    answer = await edge.client.get("/u/abc", headers={"accept-language": "de-AT"})

    assert "Ne plus les recevoir" in answer.text
    assert "<html lang='fr'>" in answer.text
    assert edge.behind.asked[0].request.locale == "de-AT"


async def test_a_link_that_is_not_known_is_a_page_that_says_so(edge: Edge) -> None:
    edge.behind.answers["PutOptOut"] = UnknownCode("no")

    answer = await edge.client.post("/u/abc", content=b"List-Unsubscribe=One-Click")

    assert answer.status_code == 404
    assert "This link is not known" in answer.text
