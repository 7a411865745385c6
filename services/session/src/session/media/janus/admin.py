"""Janus's admin API: which handles a session has, and what they are for."""

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass
from uuid import uuid4

import aiohttp

from session.domain.rooms import MediaUnavailable
from session.media.janus.connection import REQUEST_SECONDS
from session.media.janus.refusals import Json, check

MOST_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A handle: *is_up* when its peer connection stands; *remote_sdp* is the browser's."""

    number: int
    opaque_id: str
    is_up: bool
    remote_sdp: str
    streams: Sequence[Json]


class JanusAdmin:
    """Read-only questions; each raises ``MediaUnavailable`` when there is no answer."""

    def __init__(self, url: str, secret: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._secret = secret
        self._http = http

    async def handles(self, session: int) -> Sequence[Found]:
        """The session's handles; raises ``RoomGone`` when Janus knows no such session."""
        listed = await self._ask(f"/{session}", "list_handles")
        free = asyncio.Semaphore(MOST_AT_ONCE)

        async def look(number: int) -> Found | None:
            async with free:
                return await self._found(session, number)

        found = await asyncio.gather(*(look(number) for number in listed.get("handles", ())))
        return [one for one in found if one is not None]

    async def sessions(self) -> Set[int]:
        """All Janus sessions that there are."""
        return frozenset((await self._ask("", "list_sessions"))["sessions"])

    async def _found(self, session: int, number: int) -> Found | None:
        try:
            told = (await self._ask(f"/{session}/{number}", "handle_info"))["info"]
        except MediaUnavailable:
            # Detached since the list was made, or the node fails: then the next call says so.
            return None
        return Found(
            number,
            str(told.get("opaque_id", "")),
            bool(told.get("flags", {}).get("ready")),
            str(told.get("sdps", {}).get("remote", "")),
            told.get("plugin_specific", {}).get("streams", ()),
        )

    async def _ask(self, path: str, verb: str) -> Json:
        question = {"janus": verb, "transaction": uuid4().hex, "admin_secret": self._secret}
        timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        try:
            async with self._http.post(self._url + path, json=question, timeout=timeout) as answer:
                told: Json = await answer.json(content_type=None)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise MediaUnavailable(
                f"the media node's admin API at {self._url} does not answer: {error}"
            ) from error
        return check(told)
