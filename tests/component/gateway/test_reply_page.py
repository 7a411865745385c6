"""Answering an invitation in a browser, mail that comes in, and calendars, over HTTP."""

import base64
import re
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest

from common.errors import NotFound, WrongState
from convene.scheduler.v1 import invitation_pb2 as kinds
from convene.scheduler.v1 import invitations_pb2 as pb
from gateway.edge.replytexts import LANGUAGES, texts
from scheduler.channels.languages import LANGUAGES as MAIL_LANGUAGES
from tests.support.edge import Edge, an_edge


class UnknownCode(NotFound):
    pass


class NothingToAnswer(WrongState):
    pass


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge() as running:
        running.behind.answers["GetReply"] = a_question()
        running.behind.answers["SendReply"] = pb.SendReplyResponse()
        yield running


def a_question(**changes: object) -> pb.GetReplyResponse:
    fields: dict[str, object] = {
        "title": "<b>Kick-off</b> & more",
        "name": "Bo <script>",
        "time_zone": "Europe/Lisbon",
        "response": kinds.INVITATION_RESPONSE_NEEDS_ACTION,
        "language": "en",
        "when": "Wednesday, July 3, 2030, 10:00",
        "clock": "Portugal <Time>",
    }
    asked = pb.GetReplyResponse(**(fields | changes))  # type: ignore[arg-type]
    asked.start_time.FromJsonString("2030-07-03T09:00:00Z")
    return asked


async def test_reading_the_page_asks_in_the_meetings_zone_and_changes_nothing(edge: Edge) -> None:
    answer = await edge.client.get("/r/abc")

    assert answer.status_code == 200
    assert "July 3, 2030, 10:00 (Portugal &lt;Time&gt;)</time>" in answer.text
    assert "datetime='2030-07-03T10:00:00+01:00'" in answer.text
    assert [one.rpc for one in edge.behind.asked] == ["GetReply"]
    assert answer.headers["cache-control"] == "no-store"
    assert "form-action 'self'" in answer.headers["content-security-policy"]


async def test_what_people_wrote_is_shown_as_text(edge: Edge) -> None:
    answer = await edge.client.get("/r/abc")

    assert "&lt;b&gt;Kick-off&lt;/b&gt; &amp; more" in answer.text
    assert "<script>" not in answer.text


async def test_a_form_answers(edge: Edge) -> None:
    edge.behind.answers["GetReply"] = a_question(response=kinds.INVITATION_RESPONSE_DECLINED)

    answer = await edge.client.post("/r/abc", data={"answer": "no", "comment": "ill"})

    (sent,) = [one.request for one in edge.behind.asked if one.rpc == "SendReply"]
    assert (sent.code, sent.comment) == ("abc", "ill")
    assert sent.response == kinds.INVITATION_RESPONSE_DECLINED
    assert "Thank you. You said that you will not come." in answer.text


async def test_a_form_without_an_answer_says_what_is_missing(edge: Edge) -> None:
    answer = await edge.client.post("/r/abc", data={"comment": "hm"})

    assert answer.status_code == 400
    assert "Choose yes, maybe or no." in answer.text
    assert [one.rpc for one in edge.behind.asked] == ["GetReply"]


async def test_a_meeting_that_is_over_takes_no_answer(edge: Edge) -> None:
    edge.behind.answers["SendReply"] = NothingToAnswer("over")
    edge.behind.answers["GetReply"] = a_question(is_over=True)

    answer = await edge.client.post("/r/abc", data={"answer": "yes"})

    assert "over or was cancelled" in answer.text
    assert "<form" not in answer.text


async def test_a_link_that_is_not_known_is_a_page_that_says_so(edge: Edge) -> None:
    edge.behind.answers["GetReply"] = UnknownCode("no")

    answer = await edge.client.get("/r/abc")

    assert answer.status_code == 404
    assert "This link is not known" in answer.text


@pytest.mark.parametrize(
    ("said", "button", "label"),
    [
        ("ACCEPTED", "yes", "Confirm: yes, I will come"),
        ("tentative", "maybe", "Confirm: I may come"),
        ("DECLINED", "no", "Confirm: no, I will not come"),
    ],
)
async def test_a_link_that_names_an_answer_puts_it_first_and_changes_nothing(
    edge: Edge, said: str, button: str, label: str
) -> None:
    answer = await edge.client.get(f"/r/abc?response={said}")

    buttons = re.findall(r"<button name='answer' value='(\w+)'(.*?)>(.*?)<", answer.text)
    assert buttons[0] == (button, " class='chosen' autofocus", label)
    assert sorted(value for value, _, _ in buttons) == ["maybe", "no", "yes"]
    assert "Your answer has not been sent yet." in answer.text
    assert [one.rpc for one in edge.behind.asked] == ["GetReply"]


async def test_an_answer_that_was_given_before_is_not_asked_for_again(edge: Edge) -> None:
    edge.behind.answers["GetReply"] = a_question(response=kinds.INVITATION_RESPONSE_ACCEPTED)

    answer = await edge.client.get("/r/abc?response=ACCEPTED")

    assert "You said that you will come." in answer.text
    assert "has not been sent" not in answer.text
    assert "class='chosen'" not in answer.text


async def test_one_click_on_what_a_link_named_answers(edge: Edge) -> None:
    edge.behind.answers["GetReply"] = a_question(response=kinds.INVITATION_RESPONSE_DECLINED)

    answer = await edge.client.post("/r/abc?response=ACCEPTED", data={"answer": "no"})

    (sent,) = [one.request for one in edge.behind.asked if one.rpc == "SendReply"]
    assert sent.response == kinds.INVITATION_RESPONSE_DECLINED
    assert "class='chosen'" not in answer.text


async def test_a_link_that_names_no_answer_of_ours_asks_as_ever(edge: Edge) -> None:
    answer = await edge.client.get("/r/abc?response=<b>&response=ACCEPTED")

    assert "class='chosen'" not in answer.text
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("language", "asks"),
    [
        ("en", "will you come?"),
        ("pt-PT", "vai participar?"),
        ("es", "¿asistirá?"),
        ("de-AT", "kommen Sie?"),
        ("fr", "viendrez-vous ?"),
    ],
)
async def test_the_page_speaks_the_language_that_the_person_is_told_in(
    edge: Edge, language: str, asks: str
) -> None:
    edge.behind.answers["GetReply"] = a_question(language=language)

    answer = await edge.client.get("/r/abc", headers={"accept-language": "xx"})

    assert asks in answer.text
    assert f"<html lang='{language[:2]}'>" in answer.text


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("fr-CA, de;q=0.5", "fr-CA"),
        ("ja, en;q=0.2, pt-BR;q=0.7", "pt-BR"),
        ("de;q=0, es;q=0.1", "es"),
        ("ja;q=x, *", ""),
        ("", ""),
    ],
)
async def test_what_the_browser_prefers_is_asked_for_in_case_the_person_has_no_language(
    edge: Edge, header: str, wanted: str
) -> None:
    await edge.client.get("/r/abc", headers={"accept-language": header})

    assert edge.behind.asked[0].request.locale == wanted


async def test_an_unknown_link_is_told_of_in_the_browsers_language(edge: Edge) -> None:
    edge.behind.answers["GetReply"] = UnknownCode("no")

    answer = await edge.client.get("/r/abc", headers={"accept-language": "de"})

    assert "Dieser Link ist nicht bekannt" in answer.text


def test_every_language_of_the_page_says_the_same_things() -> None:
    assert LANGUAGES == MAIL_LANGUAGES
    assert len({texts(one)["choose"] for one in LANGUAGES}) == len(LANGUAGES)
    assert {frozenset(texts(one)) for one in LANGUAGES} == {frozenset(texts("en"))}


async def test_a_mail_is_handed_on_as_it_came(edge: Edge) -> None:
    edge.behind.answers["ReceiveMail"] = pb.ReceiveMailResponse(noted=True, meeting_id="mtg_1")
    mail = b"From: bo@example.com\r\n\r\nHello \xff"

    answer = await edge.client.post(
        "/v1/mail/inbound", content=mail, headers=edge.auth(**{"content-type": "message/rfc822"})
    )

    assert answer.json()["noted"] is True
    assert edge.behind.asked[-1].request.content == mail


async def test_a_mail_of_another_type_is_refused(edge: Edge) -> None:
    answer = await edge.client.post("/v1/mail/inbound", json={"a": 1}, headers=edge.auth())

    assert (answer.status_code, answer.json()["reason"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert "message/rfc822" in answer.json()["detail"]


MAIL = b"From: bo@example.com\r\nSubject: Re: \xe9\r\n\r\n--inner\r\n\nHello \xff\x00+%41\r\n"


def a_form(field: str, mail: bytes = MAIL, more: str = "") -> bytes:
    """What a provider of mail posts: fields it made of the mail, and the mail itself."""
    return (
        b'--xYz\r\ncontent-disposition: form-data; name="subject"\r\n\r\nRe: x\r\n'
        b'--xYz\r\nContent-Disposition: form-data; name="'
        + field.encode()
        + b'"'
        + more.encode()
        + b"\r\nContent-Type: message/rfc822\r\n\r\n"
        + mail
        + b"\r\n--xYz--\r\n"
    )


async def posted(edge: Edge, body: bytes, content_type: str, **headers: str) -> httpx.Response:
    edge.behind.answers["ReceiveMail"] = pb.ReceiveMailResponse(noted=True)
    return await edge.client.post(
        "/v1/mail/inbound",
        content=body,
        headers=(edge.auth() | {"content-type": content_type} | headers),
    )


@pytest.mark.parametrize("field", ["email", "body-mime", "content"])
async def test_a_mail_in_the_form_of_a_provider_is_handed_on_octet_for_octet(
    edge: Edge, field: str
) -> None:
    form = a_form(field, more='; filename="mail.eml"')

    answer = await posted(edge, form, 'multipart/form-data; boundary="xYz"')

    assert answer.status_code == 200
    assert edge.behind.asked[-1].request.content == MAIL


async def test_a_mail_in_a_form_without_parts_is_handed_on_octet_for_octet(edge: Edge) -> None:
    form = urlencode({"subject": "x", "body-mime": MAIL}).encode()

    answer = await posted(edge, form, "application/x-www-form-urlencoded")

    assert answer.status_code == 200
    assert edge.behind.asked[-1].request.content == MAIL


async def test_a_mail_is_taken_at_an_address_that_ends_in_mime(edge: Edge) -> None:
    edge.behind.answers["ReceiveMail"] = pb.ReceiveMailResponse(noted=True)
    headers = edge.auth(**{"content-type": "multipart/form-data; boundary=xYz"})

    answer = await edge.client.post(
        "/v1/mail/inbound/mime", content=a_form("body-mime"), headers=headers
    )

    assert answer.json()["noted"] is True
    assert edge.behind.asked[-1].request.content == MAIL


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (a_form("text"), "multipart/form-data; boundary=xYz", "NO_MAIL_IN_FORM"),
        (a_form("email", b" "), "multipart/form-data; boundary=xYz", "NO_MAIL_IN_FORM"),
        (a_form("email"), "multipart/form-data; boundary=other", "NO_MAIL_IN_FORM"),
        (a_form("email"), "multipart/form-data", "MALFORMED_FORM"),
        (b"", "multipart/form-data; boundary=xYz", "NO_MAIL_IN_FORM"),
        (b"subject=x", "application/x-www-form-urlencoded", "NO_MAIL_IN_FORM"),
        (b"a=b&" * 300, "application/x-www-form-urlencoded", "MALFORMED_FORM"),
    ],
)
async def test_a_form_without_a_mail_is_refused_with_what_to_do(
    edge: Edge, body: bytes, content_type: str, reason: str
) -> None:
    answer = await posted(edge, body, content_type)

    assert (answer.status_code, answer.json()["reason"]) == (400, reason)
    assert "ReceiveMail" not in [one.rpc for one in edge.behind.asked]


async def test_a_provider_that_is_told_only_a_url_gives_the_key_as_its_password(
    edge: Edge,
) -> None:
    key = edge.auth()["authorization"].removeprefix("Bearer ")
    basic = "Basic " + base64.b64encode(f"mail:{key}".encode()).decode()

    taken = await posted(edge, MAIL, "message/rfc822", authorization=basic)
    elsewhere = await edge.client.get("/v1/meetings", headers={"authorization": basic})
    broken = await posted(edge, MAIL, "message/rfc822", authorization="Basic !!")

    assert [one.status_code for one in (taken, elsewhere, broken)] == [200, 401, 401]


@pytest.mark.parametrize(
    ("path", "rpc", "with_key"),
    [
        ("/v1/meetings/mtg_1/calendar.ics", "GetCalendarFile", True),
        ("/v1/calendar-feeds/token.ics", "GetCalendarFeed", False),
    ],
)
async def test_calendars_are_files(edge: Edge, path: str, rpc: str, with_key: bool) -> None:
    made = {
        "GetCalendarFile": pb.GetCalendarFileResponse,
        "GetCalendarFeed": pb.GetCalendarFeedResponse,
    }
    edge.behind.answers[rpc] = made[rpc](content=b"BEGIN:VCALENDAR")

    answer = await edge.client.get(path, headers=edge.auth() if with_key else {})

    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
