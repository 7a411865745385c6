"""The page behind the links in invitations: yes, no or maybe, without a script and without a key.

Reading it changes nothing, since scanners of mail open every link; the answer is a form.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC
from html import escape
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from google.protobuf.message import Message
from grpc import StatusCode, aio

from convene.scheduler.v1 import invitation_pb2 as kinds
from convene.scheduler.v1 import invitations_pb2 as pb
from gateway.edge.calls import Calls
from gateway.edge.exchange import Exchange, Reply
from gateway.edge.operations import Entrance
from gateway.edge.pages import HTML
from gateway.edge.problems import refusal_of
from gateway.edge.routes import GET_REPLY, SEND_REPLY

DEADLINE = 10.0
MAX_FORM_BYTES = 8 * 1024
MOST_COMMENT = 1000
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
ANSWERS: Mapping[str, tuple[kinds.InvitationResponse, str, str]] = {
    "yes": (kinds.INVITATION_RESPONSE_ACCEPTED, "Yes", "You said that you come."),
    "maybe": (kinds.INVITATION_RESPONSE_TENTATIVE, "Maybe", "You said that you may come."),
    "no": (kinds.INVITATION_RESPONSE_DECLINED, "No", "You said that you do not come."),
}
SAID = {response: text for response, _, text in ANSWERS.values()}
STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --paper: #f7f8fa;
  --card: #fff; --line: #dfe3e9; --mark: #2f5fd0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e5eaf1; --soft: #9aa6b5; --paper: #11151b;
  --card: #181e26; --line: #2a323d; --mark: #86a9ff } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper) }
main { max-width: 30rem; margin: 12vh auto 2rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; overflow-wrap: anywhere }
p { margin: .25rem 0; color: var(--soft) }
strong { color: var(--ink) }
form { margin-top: 1.5rem; display: grid; gap: .75rem; grid-template-columns: repeat(3, 1fr) }
label { grid-column: 1 / -1; color: var(--soft); font-size: .9rem }
textarea { width: 100%; box-sizing: border-box; margin-top: .3rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: .5rem }
button { font: inherit; padding: .6rem; border-radius: 8px; border: 1px solid var(--mark);
  background: transparent; color: var(--mark); cursor: pointer }
button[aria-pressed="true"] { background: var(--mark); color: var(--card) }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px }
"""


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
        try:
            if exchange.method == "POST":
                problem = await self._note(code, await exchange.body(MAX_FORM_BYTES))
            else:
                problem = ""
            asked: Any = await self._call(self._get, pb.GetReplyRequest(code=code))
        except aio.AioRpcError as error:
            if error.code() is StatusCode.NOT_FOUND:
                return _page(404, _unknown())
            raise refusal_of(error) from error
        return _page(
            400 if problem else 200, _asked(asked, problem, said=exchange.method == "POST")
        )

    async def _note(self, code: str, body: bytes) -> str:
        """Note the answer of a form; what was wrong with it, if anything."""
        form = parse_qs(body.decode("utf-8", "replace"))
        chosen = ANSWERS.get(form.get("answer", [""])[0])
        if chosen is None:
            return "Choose yes, maybe or no."
        comment = form.get("comment", [""])[0].replace("\0", "")[:MOST_COMMENT]
        request = pb.SendReplyRequest(code=code, response=chosen[0], comment=comment)
        try:
            await self._call(self._send, request)
        except aio.AioRpcError as error:
            if error.code() is not StatusCode.FAILED_PRECONDITION:
                raise
            # The page itself says that the meeting is over.
        return ""

    async def _call(self, rpc: Any, request: Message) -> Message:
        deadline = asyncio.get_running_loop().time() + DEADLINE
        metadata = self._calls.metadata(None)
        return await self._calls.call(rpc, request, metadata, deadline=deadline, repeatable=True)


def _asked(asked: pb.GetReplyResponse, problem: str, *, said: bool) -> str:
    lines = [f"<h1>{escape(asked.title)}</h1>"]
    when = _when(asked)
    if when:
        lines.append(f"<p>{when}</p>")
    if asked.is_over:
        return "".join([*lines, "<p><strong>This meeting is over or was cancelled.</strong></p>"])
    if problem:
        lines.append(f"<p role='alert'><strong>{escape(problem)}</strong></p>")
    elif asked.response in SAID:
        thanks = "Thank you. " if said else ""
        lines.append(f"<p role='status'><strong>{thanks}{SAID[asked.response]}</strong></p>")
    greeting = f"{escape(asked.name)}, do you come?" if asked.name else "Do you come?"
    lines.append(f"<p>{greeting}</p><form method='post'>")
    for value, (response, label, _) in ANSWERS.items():
        pressed = "true" if asked.response == response else "false"
        lines.append(
            f"<button name='answer' value='{value}' aria-pressed='{pressed}'>{label}</button>"
        )
    lines.append(
        "<label>A word to the host, if you like"
        f"<textarea name='comment' rows='2' maxlength='{MOST_COMMENT}'></textarea></label></form>"
    )
    return "".join(lines)


def _when(asked: pb.GetReplyResponse) -> str:
    if not asked.HasField("start_time"):
        return ""
    try:
        zone = ZoneInfo(asked.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = asked.start_time.ToDatetime(UTC).astimezone(zone)
    next_one = "Next: " if asked.is_series else ""
    shown = f"{local:%A, %d %B %Y, %H:%M} ({escape(zone.key)})"
    return f"{next_one}<time datetime='{local.isoformat()}'>{shown}</time>"


def _unknown() -> str:
    return (
        "<h1>This link is not known</h1>"
        "<p>The invitation was taken back, or the address was cut off. Ask the host.</p>"
    )


def _page(status: int, body: str) -> Reply:
    head = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>Invitation</title><style>{STYLE}</style></head><body><main>"
    )
    return Reply(status, f"{head}{body}</main></body></html>".encode(), HTML, HEADERS)
