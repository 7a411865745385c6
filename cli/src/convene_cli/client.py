"""The public REST API as the CLI speaks it: nothing but HTTP and JSON."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from convene_cli.errors import CannotStart

AWAY = 503
REPEATABLE = ("GET", "PUT", "DELETE")
RETRY_SECONDS = 0.3
PATIENCE_SECONDS = 15.0

Json = dict[str, Any]


class Refused(CannotStart):
    """The API answered with a problem."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        fields = "; ".join(
            f"{one.get('field')}: {one.get('message')}" for one in problem.get("errors", [])
        )
        detail = problem.get("detail") or problem
        super().__init__(f"{status} {problem.get('reason', '')}: {detail} {fields}".strip())
        self.status = status


@dataclass(frozen=True)
class Api:
    """One key's view of the API at *base_url*."""

    base_url: str
    session: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """The JSON that *method* on *path* answers; raises ``Refused``.

        What may be asked twice is asked again while a service is away, for some seconds.
        """
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            async with self.session.request(method, self.base_url + path, json=body) as answer:
                again = answer.status == AWAY and method in REPEATABLE
                if not again or asyncio.get_running_loop().time() > until:
                    return await _answered(answer)
            await asyncio.sleep(RETRY_SECONDS)

    async def upload(self, path: str, content: bytes) -> Json:
        headers = {"Content-Type": "application/zip"}
        # As a file: it is sent piece by piece, which lets others have their turn in between.
        body = io.BytesIO(content)
        async with self.session.put(self.base_url + path, data=body, headers=headers) as answer:
            return await _answered(answer)

    async def events(self, meeting_id: str, after: int = 0) -> AsyncIterator[Json]:
        """A meeting's events from *after* on, as they happen, over lost connections too."""
        path = f"/v1/meetings/{meeting_id}/events/stream"
        while True:
            headers = {"Last-Event-ID": str(after)}
            try:
                async with self.session.get(self.base_url + path, headers=headers) as answer:
                    if answer.status not in (200, AWAY):
                        await _answered(answer)
                    async for line in answer.content:
                        if line.startswith(b"data:"):
                            event = json.loads(line[5:])
                            after = max(after, event["sequence"])
                            yield event
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError):
                pass
            await asyncio.sleep(RETRY_SECONDS)


@asynccontextmanager
async def connected(base_url: str, key: str) -> AsyncIterator[Api]:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        yield Api(base_url, session)


async def _answered(answer: aiohttp.ClientResponse) -> Json:
    content: Json = await answer.json(content_type=None) if answer.status != 204 else {}
    if answer.status >= 400:
        raise Refused(answer.status, content)
    return content
