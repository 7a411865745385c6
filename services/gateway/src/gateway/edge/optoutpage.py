"""The page behind the link by which a reader stops reminders and summaries of a meeting.

Reading it changes nothing. Posting to it stops them, as mail programs do for their one click
(RFC 8058), unless the form of the page asks for the contrary.
"""

import asyncio
from typing import Any
from urllib.parse import parse_qs

from google.protobuf.message import Message
from grpc import StatusCode, aio

from convene.scheduler.v1 import invitations_pb2 as pb
from gateway.edge import replysheet
from gateway.edge.calls import Calls
from gateway.edge.exchange import Exchange, Reply
from gateway.edge.operations import Entrance
from gateway.edge.problems import refusal_of
from gateway.edge.replytexts import preferred, texts
from gateway.edge.routes import GET_OPT_OUT, PUT_OPT_OUT

DEADLINE = 10.0
MAX_FORM_BYTES = 8 * 1024
TITLE = "messages"


class OptOutPage:
    """Answers `/u/{code}`."""

    name = "/u/{code}"

    def __init__(self, calls: Calls, entrance: Entrance) -> None:
        self._calls = calls
        self._entrance = entrance
        self._get: Any = calls.unary(GET_OPT_OUT)
        self._put: Any = calls.unary(PUT_OPT_OUT)

    async def answer(self, exchange: Exchange, values: dict[str, str]) -> Reply:
        """The page; one that says so where the link is none of ours. Raises `Refused`."""
        await self._entrance.admit(exchange, public=True)
        code = values["code"][:1000]
        tag = preferred(exchange.header(b"accept-language") or "")
        try:
            if exchange.method == "POST":
                stop = _wants_to_stop(await exchange.body(MAX_FORM_BYTES))
                await self._call(self._put, pb.PutOptOutRequest(code=code, opted_out=stop))
            found: Any = await self._call(self._get, pb.GetOptOutRequest(code=code, locale=tag))
        except aio.AioRpcError as error:
            if error.code() is StatusCode.NOT_FOUND:
                body = replysheet.unknown(texts(tag))
                return replysheet.page(404, tag, texts(tag), body, TITLE)
            raise refusal_of(error) from error
        words = texts(found.language)
        body = replysheet.opt_out(found.title, words, opted_out=found.opted_out)
        return replysheet.page(200, found.language, words, body, TITLE)

    async def _call(self, rpc: Any, request: Message) -> Message:
        deadline = asyncio.get_running_loop().time() + DEADLINE
        metadata = self._calls.metadata(None)
        return await self._calls.call(rpc, request, metadata, deadline=deadline, repeatable=True)


def _wants_to_stop(body: bytes) -> bool:
    """Anything but the form that takes it back: a click in a mail program is all there is of it."""
    return parse_qs(body.decode("utf-8", "replace")).get("stop", ["yes"])[0] != "no"
