"""The way to a stranger's server: only to allowed addresses, never longer or more than agreed."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from common.addresses import AddressRules, RefusedAddress, check_answers
from common.exchange import LONGEST_DETAIL_BYTES, Outcome, Page, retry_after_seconds

RESOLVE_SECONDS = 5.0
# A name with more addresses than this is no receiver.
MOST_ANSWERS = 16
# A name server that hangs takes these threads, not those that the rest of the process needs.
RESOLVE_THREADS = 32
LONGEST_ERROR = 500
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class RefusedConnection(OSError):
    """The address that a connection was about to be opened to is not allowed."""


class GuardedResolver(AbstractResolver):
    """Looks a name up and refuses it whole when one of its addresses is not allowed."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        self._threads = ThreadPoolExecutor(RESOLVE_THREADS, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
            )
        if not 0 < len(found) <= MOST_ANSWERS:
            raise RefusedAddress(
                f"has a name with {len(found)} addresses; 1 to {MOST_ANSWERS} are taken"
            )
        addresses = [str(answer[4][0]) for answer in found]
        check_answers(self._rules, addresses)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=answer[0],
                proto=answer[2],
                flags=socket.AI_NUMERICHOST,
            )
            for address, answer in zip(addresses, found, strict=True)
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Receiver:
    """Sends one request at a time per call; *total_seconds* bounds the whole exchange."""

    def __init__(
        self, session: aiohttp.ClientSession, rules: AddressRules, total_seconds: float
    ) -> None:
        self._session = session
        self._rules = rules
        self._total = total_seconds

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """What came of posting *body* to *url*; never raises for what the receiver does."""
        started = monotonic()

        def outcome(status: int, detail: str, retry_after: float | None = None) -> Outcome:
            return Outcome(status, detail, int((monotonic() - started) * 1000), retry_after)

        try:
            self._rules.check_url(url)
            async with (
                asyncio.timeout(self._total),
                self._session.post(
                    url, headers=headers, data=body, allow_redirects=False
                ) as response,
            ):
                detail = await _read_detail(response)
                asked = retry_after_seconds(
                    response.headers.get("retry-after", ""), datetime.now(UTC)
                )
                return outcome(response.status, detail, asked)
        except TimeoutError:
            return outcome(0, f"no complete answer within {self._total:g} s")
        except RefusedAddress as refused:
            return outcome(0, str(refused))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return outcome(0, f"{type(error).__name__}: {error}"[:LONGEST_ERROR])

    async def get(self, url: str, headers: Mapping[str, str], most_bytes: int) -> Page:
        """What is at *url*, up to *most_bytes*; never raises for what the server does.

        A few redirects are followed, each to an allowed address only. The detail of a failure says
        nothing of the address, which may be a secret.
        """
        try:
            async with asyncio.timeout(self._total):
                for _ in range(MOST_REDIRECTS + 1):
                    self._rules.check_url(url)
                    page, url = await self._get_once(url, headers, most_bytes)
                    if not url:
                        return page
        except TimeoutError:
            return Page(0, detail=f"no complete answer within {self._total:g} s")
        except RefusedAddress as refused:
            return Page(0, detail=str(refused))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Page(0, detail=f"no answer ({type(error).__name__})")
        return Page(0, detail=f"more than {MOST_REDIRECTS} redirects")

    async def _get_once(
        self, url: str, headers: Mapping[str, str], most_bytes: int
    ) -> tuple[Page, str]:
        """The page at *url*, or where to look instead."""
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status in REDIRECTS and "location" in response.headers:
                response.close()
                return Page(response.status), urljoin(url, response.headers["location"])
            body = b""
            while len(body) <= most_bytes and not response.content.at_eof():
                body += await response.content.read(most_bytes + 1 - len(body))
            if len(body) > most_bytes:
                response.close()
                return Page(0, detail=f"more than {most_bytes} bytes"), ""
            return Page(response.status, body, response.headers.get("etag", "")), ""


@asynccontextmanager
async def opened(rules: AddressRules, total_seconds: float) -> AsyncIterator[Receiver]:
    """A ``Receiver`` that keeps to *rules* while the block runs."""

    def checked_socket(address: tuple[Any, ...]) -> socket.socket:
        # The last word: this is the very address that is connected to, however it was found.
        family, kind, protocol, _, peer = address
        if not rules.allows(ip_address(peer[0])):
            raise RefusedConnection(errno.EACCES, f"{peer[0]} is a private or special address")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(rules),
        socket_factory=checked_socket,
        # A new connection for each request: nothing of one workspace is reused by another.
        force_close=True,
        use_dns_cache=False,
        limit=0,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=total_seconds),
        trust_env=False,
        auto_decompress=False,
        read_bufsize=LONGEST_DETAIL_BYTES,
    ) as session:
        yield Receiver(session, rules, total_seconds)


async def _read_detail(response: aiohttp.ClientResponse) -> str:
    """The beginning of the answer as text; the rest is never read."""
    raw = b""
    while len(raw) < LONGEST_DETAIL_BYTES and not response.content.at_eof():
        raw += await response.content.read(LONGEST_DETAIL_BYTES - len(raw))
    response.close()
    # PostgreSQL's text takes no NUL, and a mark for a bad byte is longer than the byte.
    text = raw.decode(errors="replace").replace("\0", "")
    return text.encode()[:LONGEST_DETAIL_BYTES].decode(errors="ignore")
