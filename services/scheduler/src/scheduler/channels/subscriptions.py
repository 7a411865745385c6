"""Calendars kept elsewhere: fetched by the guarded way, and read in a process that can be ended.

A rule of a stranger's calendar may take any time to follow, and a thread cannot be stopped.
"""

import asyncio
import sys
from dataclasses import dataclass
from datetime import datetime

import orjson

from common.addresses import AddressRules
from common.receiver import Receiver
from scheduler.domain.availability import Interval
from scheduler.domain.subscriptions import MOST_BYTES, UnreadableCalendar

# Together shorter than a firing may take.
FETCH_SECONDS = 6.0
READ_SECONDS = 6.0
# Processes at once; a calendar waits for its turn.
READERS = 4
NOT_MODIFIED = 304
READER = "scheduler.channels.ics_reader"


@dataclass(frozen=True, slots=True)
class Reading:
    """The busy time in a calendar's text; *unchanged* says that it is as it was."""

    busy: list[Interval]
    etag: str = ""
    unchanged: bool = False


class Subscriptions:
    """*rules* say which addresses may be asked."""

    def __init__(self, receiver: Receiver, rules: AddressRules) -> None:
        self.rules = rules
        self._receiver = receiver
        self._readers = asyncio.Semaphore(READERS)

    async def fetch(self, url: str, etag: str, whole: Interval) -> Reading:
        """The busy time within *whole*; raises ``UnreadableCalendar``."""
        headers = {"accept": "text/calendar", "accept-encoding": "identity"}
        if etag:
            headers["if-none-match"] = etag
        page = await self._receiver.get(url, headers, MOST_BYTES)
        if page.status == NOT_MODIFIED and etag:
            return Reading([], etag, unchanged=True)
        if page.status != 200:
            raise UnreadableCalendar(page.detail or f"its server answered {page.status}")
        async with self._readers:
            return Reading(await _read_apart(page.body, whole), page.etag[:500])


async def _read_apart(text: bytes, whole: Interval) -> list[Interval]:
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        READER,
        whole.start.isoformat(),
        whole.end.isoformat(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # What the service knows is nothing to a stranger's text.
        env={},
    )
    try:
        async with asyncio.timeout(READ_SECONDS):
            told, _ = await reader.communicate(text)
    except TimeoutError:
        raise UnreadableCalendar(f"it takes longer than {READ_SECONDS:g} s to read") from None
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    if reader.returncode:
        raise UnreadableCalendar("it takes too much to read")
    answer = orjson.loads(told)
    if answer["wrong"]:
        raise UnreadableCalendar(answer["wrong"])
    moment = datetime.fromisoformat
    return [Interval(moment(start), moment(end)) for start, end in answer["busy"]]
