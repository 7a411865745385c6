"""The page behind the links in invitations: yes, no or maybe, without a script and without a key.

Reading it changes nothing, since scanners of mail open every link: one that names an answer only
puts it first, for one click. The answer is a form.
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
from gateway.edge.routes import GET_REPLY, SEND_REPLY

DEADLINE = 10.0
MAX_FORM_BYTES = 8 * 1024
# As the links in mails say it.
CHOSEN = {"ACCEPTED": "yes", "TENTATIVE": "maybe", "DECLINED": "no"}


class ReplyPage:
    """Answers `/r/{code}`: what is asked, and, posted, what is said."""

    name = "/r/{code}"

    def __init__(self, calls: Calls, entrance: Entrance) -> None:
        self._calls = calls
        self._entrance = entrance
        self._get: Any = calls.unary(GET_REPLY)
        self._send: Any = calls.unary(SEND_REPLY)

    async def answer(self, exchange: Exchange, values: dict[str, str]) -> Reply:
        """The page; one that says so where the link is none of ours. Raises `Refused`."""
        await self._entrance.admit(exchange, public=True)
        code = values["code"][:500]
        tag = preferred(exchange.header(b"accept-language") or "")
        is_post = exchange.method == "POST"
        asking = pb.GetReplyRequest(code=code, locale=tag)
        try:
            is_noted = not is_post or await self._note(code, await exchange.body(MAX_FORM_BYTES))
            asked: Any = await self._call(self._get, asking)
        except aio.AioRpcError as error:
            if error.code() is StatusCode.NOT_FOUND:
                return replysheet.page(404, tag, texts(tag), replysheet.unknown(texts(tag)))
            raise refusal_of(error) from error
        words = texts(asked.language)
        body = replysheet.question(
            asked,
            words,
            chosen="" if is_post else _chosen(exchange.query),
            problem="" if is_noted else words["choose"],
            said=is_post,
        )
        return replysheet.page(200 if is_noted else 400, asked.language, words, body)

    async def _note(self, code: str, body: bytes) -> bool:
        """Note the answer of a form; false when there is none in it."""
        form = parse_qs(body.decode("utf-8", "replace"))
        response = replysheet.ANSWERS.get(form.get("answer", [""])[0])
        if response is None:
            return False
        comment = form.get("comment", [""])[0].replace("\0", "")[: replysheet.MOST_COMMENT]
        request = pb.SendReplyRequest(code=code, response=response, comment=comment)
        try:
            await self._call(self._send, request)
        except aio.AioRpcError as error:
            if error.code() is not StatusCode.FAILED_PRECONDITION:
                raise
            # The page itself says that the meeting is over.
        return True

    async def _call(self, rpc: Any, request: Message) -> Message:
        deadline = asyncio.get_running_loop().time() + DEADLINE
        metadata = self._calls.metadata(None)
        return await self._calls.call(rpc, request, metadata, deadline=deadline, repeatable=True)


def _chosen(query: bytes) -> str:
    """The answer that the link was for; empty when it says none that we know."""
    said = parse_qs(query.decode("latin-1")).get("response", [""])[0]
    return CHOSEN.get(said.upper(), "")
