"""The join page's WebSocket: frames both ways, captions, and every way that it ends."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from grpc import StatusCode
from websockets.exceptions import InvalidStatus

from common.principal import Kind
from convene.gateway.v1.webhooks_pb2 import PublicEvent
from convene.session.v1.signal_pb2 import Knocking, SignalResponse
from gateway.edge.conversation import Bounds
from gateway.edge.limits import RateLimit
from gateway.edge.serve import LONGEST_FRAME
from tests.support.eventually import eventually
from tests.support.signalling import Page, SignalEdge, a_signal_edge

HELLO = {"join_token": "token", "consent": True}


def a_welcome(**changes: object) -> SignalResponse:
    welcome = {
        "self": {"id": "par_1", "name": "Ada"},
        "session": {"id": "ses_1", "meeting_id": "mtg_1", "test": True},
        "workspace_id": "wsp_1",
        "transcribed": True,
    }
    return ParseDict({"welcome": welcome | changes}, SignalResponse())


def some_words(sequence: int = 0, text: str = "Hello there", **changes: object) -> PublicEvent:
    segment = {
        "id": "seg_1",
        "speaker": {"id": "par_2", "name": "Grace"},
        "text": text,
        "final": bool(sequence),
    }
    event = PublicEvent(
        type="transcript.segment",
        session_id="ses_1",
        sequence=sequence,
        data=ParseDict({"segment": segment}, Struct()),
    )
    event.MergeFrom(PublicEvent(**changes))  # type: ignore[arg-type]
    return event


def a_translation(text: str, language: str, segment_id: str = "seg_1") -> PublicEvent:
    insight = {
        "kind": "translation",
        "segment_ids": [segment_id],
        "speaker": {"id": "par_2", "name": "Grace"},
        "text": text,
        "details": {"language": language, "engine": "apertium"},
    }
    return PublicEvent(
        type="insight.found",
        session_id="ses_1",
        sequence=8,
        data=ParseDict({"insight": insight}, Struct()),
    )


@pytest.fixture
async def edge() -> AsyncIterator[SignalEdge]:
    async with a_signal_edge() as running:
        yield running


@pytest.fixture
async def page(edge: SignalEdge) -> AsyncIterator[Page]:
    async with edge.page() as opened:
        await opened.say(hello=HELLO)
        yield opened


async def test_frames_go_both_ways_as_the_contract_names_their_fields(
    edge: SignalEdge, page: Page
) -> None:
    edge.behind.words.put_nowait(SignalResponse(pong={"sent_ms": 2**40}))
    assert await page.hear() == {"pong": {"sent_ms": 2**40}}

    await page.say(publish={"sdp": "v=0", "tracks": [{"mid": "0", "source": "CAMERA"}]})
    await page.say(leave={})

    await eventually(lambda: len(edge.behind.heard) == 3)
    hello, publish, leave = edge.behind.heard
    assert (hello.hello.join_token, hello.hello.consent) == ("token", True)
    assert publish.publish.tracks[0].source == 2
    assert leave.WhichOneof("request") == "leave"
    assert "traceparent" in edge.behind.metadata


@pytest.mark.parametrize(
    ("frame", "reason", "named"),
    [
        ({"chat": {"text": "hi", "colour": "red"}}, "UNKNOWN_FIELD", "chat.colour"),
        ({"dance": {}}, "UNKNOWN_FIELD", "dance"),
        ({"chat": {"text": ""}}, "INVALID_FIELD", "chat.text"),
        ({"ping": {"sent_ms": "1"}}, "WRONG_TYPE", "ping.sent_ms"),
        ({"leave": {}, "ping": {}}, "NOT_ONE_FIELD", "one field"),
        ({}, "NOT_ONE_FIELD", "one field"),
    ],
)
async def test_a_frame_that_breaks_the_contract_is_refused_and_the_talk_goes_on(
    edge: SignalEdge, page: Page, frame: dict[str, object], reason: str, named: str
) -> None:
    await page.say(**frame)

    refusal = (await page.hear())["refusal"]
    assert refusal["reason"] == reason
    assert named in refusal["text"]
    await page.say(ping={"sent_ms": 1})
    await eventually(lambda: [r.WhichOneof("request") for r in edge.behind.heard][1:] == ["ping"])


async def test_the_first_frame_must_be_hello(edge: SignalEdge) -> None:
    async with edge.page() as page:
        await page.say(ping={"sent_ms": 1})

        assert (await page.hear())["refusal"]["reason"] == "HELLO_FIRST"
        assert await page.closed() == (4400, "HELLO_FIRST")


async def test_a_refused_hello_is_told_and_closed_with_its_status(
    edge: SignalEdge, page: Page
) -> None:
    edge.behind.words.put_nowait((StatusCode.UNAUTHENTICATED, "the join token has expired"))

    assert (await page.hear())["refusal"]["text"] == "the join token has expired"
    assert (await page.closed())[0] == 4401


async def test_a_goodbye_closes_for_good(edge: SignalEdge, page: Page) -> None:
    edge.behind.words.put_nowait(SignalResponse(goodbye={"reason": "REMOVED", "text": "Bye."}))
    edge.behind.words.put_nowait(None)

    assert await page.hear() == {"goodbye": {"reason": "REMOVED", "text": "Bye."}}
    assert (await page.closed())[0] == 1000


@pytest.mark.parametrize("end", [None, (StatusCode.UNAVAILABLE, "gone")])
async def test_a_page_whose_session_is_lost_is_told_to_come_back(
    edge: SignalEdge, page: Page, end: tuple[StatusCode, str] | None
) -> None:
    edge.behind.words.put_nowait(end)

    assert (await page.closed())[0] == 1013


async def test_a_session_that_says_nothing_to_hello_is_given_up() -> None:
    # Long enough for the page to say hello first.
    async with a_signal_edge(Bounds(hello=3.0)) as edge, edge.page() as page:
        await page.say(hello=HELLO)

        assert (await page.closed())[0] == 1013


async def test_a_page_that_never_says_hello_is_closed() -> None:
    async with a_signal_edge(Bounds(hello=0.1)) as edge, edge.page() as page:
        assert (await page.closed())[0] == 4408


async def test_a_session_hears_that_a_page_hung_up(edge: SignalEdge) -> None:
    async with edge.page() as page:
        await page.say(hello=HELLO)
        await eventually(lambda: edge.behind.open == 1)

    await eventually(lambda: edge.behind.open == 0)


@pytest.mark.parametrize("origin", ["", "https://meet.example"])
async def test_our_own_pages_and_programs_may_open_it(edge: SignalEdge, origin: str) -> None:
    async with edge.page(origin) as page:
        await page.say(hello=HELLO)
        await eventually(lambda: len(edge.behind.heard) == 1)


async def test_a_page_of_another_name_of_this_server_may_open_it(edge: SignalEdge) -> None:
    async with edge.page(f"http://{edge.host}") as page:
        await page.say(hello=HELLO)
        await eventually(lambda: len(edge.behind.heard) == 1)


async def test_a_foreign_page_may_not_open_it(edge: SignalEdge) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with edge.page("https://evil.example"):
            pass

    assert refused.value.response.status_code == 403
    assert b"FOREIGN_ORIGIN" in (refused.value.response.body or b"")


async def test_an_address_opens_only_so_many_sockets_before_it_is_welcomed() -> None:
    async with a_signal_edge(Bounds(most_waiting=1)) as edge, edge.page() as page:
        with pytest.raises(InvalidStatus) as refused:
            async with edge.page():
                pass
        assert refused.value.response.status_code == 429

        await page.say(hello=HELLO)
        edge.behind.words.put_nowait(a_welcome())
        await page.hear()
        async with edge.page() as second:
            await second.say(hello=HELLO)
            await eventually(lambda: len(edge.behind.heard) == 2)


async def test_captions_begin_when_a_transcriber_comes_later() -> None:
    async with a_signal_edge() as edge, edge.page() as page:
        await page.say(hello=HELLO)
        edge.behind.words.put_nowait(a_welcome(transcribed=False))
        assert not (await page.hear())["welcome"]["workspace_id"]
        session = {"session": {"session": {"id": "ses_1", "transcribed": True}}}
        for _ in range(2):
            edge.behind.words.put_nowait(ParseDict(session, SignalResponse()))
            await page.hear()
        edge.behind.events.put_nowait(some_words())

        heard = await page.hear()

    assert heard["caption"]["text"] == "Hello there"
    assert len(edge.behind.watched) == 1


async def test_who_waits_in_a_lobby_keeps_nobody_else_out() -> None:
    async with a_signal_edge(Bounds(most_waiting=1)) as edge, edge.page() as waits:
        await waits.say(hello=HELLO)
        edge.behind.words.put_nowait(SignalResponse(knocking=Knocking()))
        await waits.hear()
        async with edge.page() as second:
            await second.say(hello=HELLO)
            await eventually(lambda: len(edge.behind.heard) == 2)


async def test_a_lobby_takes_only_so_many_of_an_address() -> None:
    async with a_signal_edge(Bounds(most_knocking=0)) as edge, edge.page() as page:
        await page.say(hello=HELLO)
        edge.behind.words.put_nowait(SignalResponse(knocking=Knocking()))
        assert (await page.hear())["refusal"]["reason"] == "RATE_LIMITED"
        assert await page.closed() == (4429, "RATE_LIMITED")


async def test_an_address_opens_only_so_many_sockets_at_once() -> None:
    bounds = Bounds(connects=RateLimit(per_second=0.1, burst=1))
    async with a_signal_edge(bounds) as edge, edge.page():
        with pytest.raises(InvalidStatus) as refused:
            async with edge.page():
                pass

    assert refused.value.response.headers["retry-after"]


async def test_a_page_that_floods_is_closed() -> None:
    bounds = Bounds(frames=RateLimit(per_second=0.1, burst=2))
    async with a_signal_edge(bounds) as edge, edge.page() as page:
        await page.say(hello=HELLO)
        for _ in range(3):
            await page.say(ping={"sent_ms": 1})

        assert (await page.closed())[0] == 4429


async def test_a_frame_that_is_too_large_closes_the_socket(page: Page) -> None:
    await page.say(answer={"sdp": "x" * LONGEST_FRAME})

    assert (await page.closed())[0] == 1009


async def test_a_binary_frame_closes_the_socket(page: Page) -> None:
    await page.socket.send(b"\x00")

    assert (await page.closed())[0] == 1003


async def test_words_are_shown_to_who_was_welcomed_to_a_transcribed_session(
    edge: SignalEdge, page: Page
) -> None:
    edge.behind.words.put_nowait(a_welcome())
    welcome = await page.hear()
    assert welcome["welcome"]["workspace_id"] == ""

    for event in (
        some_words(session_id="ses_2"),
        some_words(text=""),
        PublicEvent(type="session.locked", session_id="ses_1"),
        some_words(text="Hello"),
        some_words(sequence=7, text="Hello there."),
    ):
        edge.behind.events.put_nowait(event)

    caption = {
        "segment_id": "seg_1",
        "participant_id": "par_2",
        "name": "Grace",
        "language": "",
        "translated": False,
    }
    assert await page.hear() == {"caption": caption | {"text": "Hello", "final": False}}
    assert await page.hear() == {"caption": caption | {"text": "Hello there.", "final": True}}
    request, principal = edge.behind.watched[0]
    assert (request.meeting_id, request.from_now) == ("mtg_1", True)
    assert (principal.workspace_id, principal.kind) == ("wsp_1", Kind.PARTICIPANT)
    assert principal.scopes == {"meetings:read", "artifacts:read"}
    assert principal.test


async def test_captions_are_shown_in_the_language_that_somebody_wants_to_read(
    edge: SignalEdge, page: Page
) -> None:
    edge.behind.words.put_nowait(a_welcome())
    await page.hear()
    edge.behind.events.put_nowait(a_translation("Hola", "es"))
    assert await page.hear() == {"caption_languages": {"languages": ["es"]}}

    await page.say(captions={"language": "es"})
    assert (await page.hear())["caption"]["text"] == "Hola"
    await page.say(captions={"language": "klingon"})
    assert (await page.hear())["refusal"]["reason"] == "INVALID_FIELD"
    edge.behind.events.put_nowait(some_words(text="Hello"))
    edge.behind.events.put_nowait(a_translation("Olá", "pt"))
    edge.behind.events.put_nowait(a_translation("Hola", "es"))

    heard = [await page.hear() for _ in range(3)]
    assert heard[0]["caption"]["text"] == "Hello"
    assert heard[1] == {"caption_languages": {"languages": ["es", "pt"]}}
    caption = heard[2]["caption"]
    assert (caption["text"], caption["segment_id"], caption["name"]) == ("Hola", "seg_1", "Grace")
    assert (caption["language"], caption["translated"], caption["final"]) == ("es", True, True)
    assert "captions" not in [one.WhichOneof("request") for one in edge.behind.heard]


async def test_what_was_said_last_is_shown_in_a_language_that_is_chosen_later(
    edge: SignalEdge, page: Page
) -> None:
    edge.behind.words.put_nowait(a_welcome())
    await page.hear()
    for number in range(1, 5):
        edge.behind.events.put_nowait(a_translation(f"Hola {number}", "es", f"seg_{number}"))
    edge.behind.events.put_nowait(a_translation("Olá 4", "pt", "seg_4"))
    languages = [(await page.hear())["caption_languages"]["languages"] for _ in range(2)]
    assert languages == [["es"], ["es", "pt"]]

    await page.say(captions={"language": "es"})
    spanish = [(await page.hear())["caption"]["text"] for _ in range(3)]
    await page.say(captions={"language": "pt"})
    portuguese = (await page.hear())["caption"]["text"]

    assert spanish == ["Hola 2", "Hola 3", "Hola 4"]
    assert portuguese == "Olá 4"


async def test_captions_that_break_off_go_on_after_the_last_one(
    edge: SignalEdge, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.edge.captions.REOPEN_PAUSE", 0.01)
    edge.behind.words.put_nowait(a_welcome())
    edge.behind.events.put_nowait(some_words(sequence=7))
    edge.behind.events.put_nowait(None)

    await eventually(lambda: len(edge.behind.watched) == 2)

    again = edge.behind.watched[1][0]
    assert (again.after_sequence, again.from_now) == (7, False)


async def test_nothing_is_watched_where_nothing_is_transcribed(
    edge: SignalEdge, page: Page
) -> None:
    edge.behind.words.put_nowait(a_welcome(transcribed=False))
    await page.hear()
    edge.behind.words.put_nowait(SignalResponse(pong={"sent_ms": 1}))
    await page.hear()

    await asyncio.sleep(0)
    assert edge.behind.watched == []
