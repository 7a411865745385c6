"""Files on their way out: ranges, validators, and bytes passed on as fast as they are taken."""

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import structlog
from grpc import aio

from convene.artifacts.v1 import recordings_pb2 as pb
from gateway.edge.calls import Calls
from gateway.edge.exchange import Exchange, Reply, Send, start
from gateway.edge.operations import Entrance
from gateway.edge.problems import Refused, refusal_of
from gateway.edge.routes import Route

log = structlog.get_logger()

# Seconds: until the service shows what it has; for a client to take one piece.
OPENING = 10.0
SLOWEST_WRITE = 30.0
# No file takes longer; whoever is cut off asks for the rest.
LONGEST_DOWNLOAD = 4 * 3600.0
ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
TRACK = re.compile(r"[A-Za-z0-9_-]{0,200}")


class SlowClient(Exception):
    """The client does not take what it asked for."""


class Wanted(NamedTuple):
    """What the request asks for; *part* is none for all of the file."""

    part: pb.ByteRange | None
    etags: str


class DownloadOperation:
    """Answers a file by one server stream of *route*'s rpc."""

    def __init__(self, route: Route, calls: Calls, entrance: Entrance, *, public: bool) -> None:
        self.name = f"{route.method} /v1{route.path}"
        self._make: Any = route.request
        self._rpc = calls.stream(route)
        self._calls = calls
        self._entrance = entrance
        self._public = public

    async def answer(self, exchange: Exchange, values: dict[str, str]) -> "Reply | Download":
        """The open file; raises `Refused`, also where the range is outside of it (416)."""
        principal = await self._entrance.admit(exchange, public=self._public)
        fields = {**values, **_query(exchange, known=() if self._public else ("track",))}
        # Only a GET has ranges: whoever asks for the head alone wants to know of the whole.
        part = range_of(exchange) if exchange.method == "GET" else None
        wanted = Wanted(part, exchange.header(b"if-none-match") or "")
        metadata = self._calls.metadata(principal)
        call, head = await self._open(self._make(**fields, range=wanted.part), metadata)
        named = exchange.header(b"if-range")
        if wanted.part is not None and named and named != f'"{head.sha256}"':
            # What the client has is of another version: a part of this one is of no use to it.
            call.cancel()
            wanted = wanted._replace(part=None)
            call, head = await self._open(self._make(**fields), metadata)
        return _opened(call, head, wanted)

    async def _open(
        self, request: Any, metadata: tuple[tuple[str, str], ...]
    ) -> tuple[Any, pb.FileHead]:
        call = self._rpc(request, metadata=metadata, timeout=LONGEST_DOWNLOAD)
        try:
            async with asyncio.timeout(OPENING):
                first = await call.read()
        except TimeoutError:
            call.cancel()
            raise Refused(504, "DEADLINE_EXCEEDED", "The file did not open in time.") from None
        except aio.AioRpcError as error:
            raise refusal_of(error) from error
        if first is aio.EOF:
            raise Refused(503, "UNAVAILABLE", "The file was not there right now; retry.")
        return call, first.head


class Download:
    """A file, or a part of it, as its pieces come."""

    def __init__(self, call: Any, status: int, headers: Mapping[str, str]) -> None:
        self._call = call
        self._status = status
        self._headers = headers

    async def send(self, send: Send, more_headers: Mapping[str, str], *, head: bool) -> None:
        """Write it, waiting for the client before the next piece is asked for."""
        try:
            await start(send, self._status, {**self._headers, **more_headers})
            if not head:
                await self._copy(send)
            await send({"type": "http.response.body", "body": b""})
        except SlowClient:
            log.warning("download dropped a client that does not read")
        except aio.AioRpcError as error:
            # What was promised cannot come, say because it was deleted meanwhile. Without its end
            # the answer is cut, and the client knows.
            log.warning("download cut off", code=error.code().name, error=error.details())
        finally:
            self._call.cancel()

    async def _copy(self, send: Send) -> None:
        while (answer := await self._call.read()) is not aio.EOF:
            try:
                async with asyncio.timeout(SLOWEST_WRITE):
                    piece = {"type": "http.response.body", "body": answer.content}
                    await send({**piece, "more_body": True})
            except TimeoutError:
                raise SlowClient from None


def range_of(exchange: Exchange) -> pb.ByteRange | None:
    """The one range that the request asks for; several, or none that is understood, mean all."""
    found = ONE_RANGE.fullmatch((exchange.header(b"range") or "").replace(" ", ""))
    if found is None:
        return None
    first, last = found.groups()
    if first and last and int(last) < int(first):
        return None
    if first:
        return pb.ByteRange(first=int(first), last=int(last) if last else None)
    return pb.ByteRange(final=int(last)) if last else None


def disposition(name: str) -> str:
    """The header that names a file: in ASCII for everybody, and as it is written (RFC 6266)."""
    clean = "".join("_" if one in '/\\"' or not one.isprintable() else one for one in name)
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    header = f'inline; filename="{plain}"'
    return header if plain == clean else f"{header}; filename*=UTF-8''{quote(clean, safe='')}"


def _opened(call: Any, head: pb.FileHead, wanted: Wanted) -> "Reply | Download":
    etag = f'"{head.sha256}"'
    headers = {
        "etag": etag,
        "accept-ranges": "bytes",
        "cache-control": "private, max-age=0",
        "x-content-type-options": "nosniff",
    }
    if wanted.etags == "*" or etag in wanted.etags:
        call.cancel()
        return Reply(304, b"", "", headers)
    if wanted.part is not None and not head.length:
        call.cancel()
        raise Refused(
            416,
            "RANGE_NOT_SATISFIABLE",
            f"The file has {head.size_bytes} bytes; ask for a range within them.",
            headers={"content-range": f"bytes */{head.size_bytes}"},
        )
    headers["content-type"] = head.content_type
    headers["content-length"] = str(head.length)
    headers["content-disposition"] = disposition(head.file_name)
    if wanted.part is None:
        return Download(call, 200, headers)
    last = head.first + head.length - 1
    headers["content-range"] = f"bytes {head.first}-{last}/{head.size_bytes}"
    return Download(call, 206, headers)


def _query(exchange: Exchange, known: tuple[str, ...]) -> dict[str, str]:
    given = {}
    for pair in filter(None, exchange.query.decode("latin-1").split("&")):
        name, _, value = pair.partition("=")
        if name not in known:
            detail = (
                f"{name[:100]} is no query parameter here; known is {', '.join(known) or 'none'}."
            )
            raise Refused(400, "UNKNOWN_PARAMETER", detail)
        if not TRACK.fullmatch(value):
            raise Refused(400, "INVALID_FIELD", f"{name} takes a track as the recording lists it.")
        given[name] = value
    return given
