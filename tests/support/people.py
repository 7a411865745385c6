"""People in browsers: each opens their join link in a Chromium of their own and takes part."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from convene_cli.client import Api, Json
from tests.support.browser import Page, browsing
from tests.support.voices import VoiceFile

# Small pictures, few of them: browsers are not what these tests measure.
SMALL_VIDEO = "video=160x120@5"
JOIN_SECONDS = 60.0
_LOOK_SECONDS = 0.3
BUILD = Path(__file__).parents[2] / "build" / "browser"

# Keeps the page's peer connections and what it says hello with, for tests to look at.
_WATCH = """
window.watched = [];
const NativeConnection = window.RTCPeerConnection;
window.RTCPeerConnection = class extends NativeConnection {
  constructor(...args) { super(...args); window.watched.push(this); }
};
window.hellos = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (text) {
  if (String(text).includes("join_token")) window.hellos.push(text);
  return send.call(this, text);
};
"""
# Packets of sound received, by media section, every 20 ms from now on: [ms since 1970, counts].
_COUNT = """(async () => {
  const counts = [], until = Date.now() + %d;
  while (Date.now() < until) {
    const found = {};
    for (const connection of window.watched) {
      if (connection.connectionState !== "connected") continue;
      for (const one of (await connection.getStats()).values())
        if (one.type === "inbound-rtp" && one.kind === "audio")
          found[one.mid] = one.packetsReceived;
    }
    counts.push([Date.now(), found]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return counts;
})()"""
_MUST_AGREE = "document.querySelector('input[name=consent]')?.checked === false"


@dataclass
class Person:
    """Somebody with a browser. *id* is their participant's, once they are in."""

    name: str
    page: Page
    url: str
    id: str = ""
    joined_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def open(self) -> None:
        """Open the join page; its preview asks for the microphone, which begins to speak."""
        await self.page.goto(f"{self.url}?{SMALL_VIDEO}&name={self.name}")

    async def ask_to_join(self) -> None:
        """Press Join, and agree to what has to be agreed to, until the page goes on."""
        # As people do: once they see themselves.
        await self.page.wait_for("document.querySelector('video')?.videoWidth", JOIN_SECONDS)
        async with asyncio.timeout(JOIN_SECONDS):
            while await self.page.evaluate("window.convene.state") in ("prejoin", "joining"):
                if await self.page.evaluate(_MUST_AGREE):
                    await self.page.click("input[name=consent]")
                elif await self.page.evaluate("window.convene.state") == "prejoin":
                    await self.page.click("button[type=submit]")
                await asyncio.sleep(_LOOK_SECONDS)

    async def join(self) -> None:
        """Open the page and go through to the meeting, media flowing."""
        await self.open()
        await self.ask_to_join()
        await self.is_in()

    async def is_in(self, seconds: float = JOIN_SECONDS) -> None:
        await self.page.wait_for("window.convene.state === 'meeting'", seconds)
        await self.page.wait_for("window.convene.connections.publisher === 'connected'", seconds)
        self.id = str(await self.page.evaluate("window.convene.room.selfId"))
        self.joined_at = datetime.now(UTC)

    async def heard(self, other: "Person") -> Json:
        """What this page has had of *other* so far."""
        found = await self.page.evaluate(f"window.convene.stats['{other.id}'] ?? {{}}")
        return dict(found)

    async def hears(self, other: "Person", seconds: float = JOIN_SECONDS) -> None:
        stats = f"window.convene.stats['{other.id}']"
        await self.page.wait_for(f"{stats}?.totalAudioEnergy > 1e-4", seconds)

    async def sees(self, other: "Person", seconds: float = JOIN_SECONDS) -> None:
        await self.page.wait_for(f"window.convene.stats['{other.id}']?.framesDecoded > 5", seconds)

    async def sees_as(self, other: "Person", label: str, seconds: float = 5) -> None:
        """Wait until the tile of *other* is described as *label*, say ``muted``."""
        tile = f"document.querySelector('[data-participant=\"{other.id}\"]')"
        await self.page.wait_for(f"{tile}?.ariaLabel.includes('{label}')", seconds)

    async def last_packets(self, seconds: float) -> dict[str, float]:
        """Watch for *seconds* who is heard: when each one's last packet came, by media section.

        Times are seconds since 1970, good to 20 ms. Who is not heard at all is not in it.
        """
        counts = await self.page.evaluate(_COUNT % round(seconds * 1000))
        last: dict[str, float] = {}
        for (_, before), (at, after) in itertools.pairwise(counts):
            grown = [mid for mid, packets in after.items() if packets > before.get(mid, packets)]
            last |= dict.fromkeys(grown, at / 1000)
        return last

    async def hears_anew(self, other: "Person", seconds: float) -> None:
        """Wait until more sound of *other* comes in, over whichever connection."""
        stats = f"window.convene.stats['{other.id}']?.audioBytes ?? 0"
        now = await self.page.evaluate(stats)
        await self.page.wait_for(f"({stats}) > 0 && ({stats}) !== {now}", seconds)


@dataclass
class Meeting:
    """A live meeting for people in browsers."""

    api: Api
    id: str
    session_id: str

    @property
    def path(self) -> str:
        return f"/v1/meetings/{self.id}/sessions/{self.session_id}"

    async def link(self, name: str, **changes: Any) -> str:
        body = {"name": name} | changes
        made = await self.api.call("POST", f"/v1/meetings/{self.id}/join-links", body)
        link = made.get("join_link", made)
        return str(link["url"])

    async def participants(self) -> dict[str, Json]:
        listed = await self.api.call("GET", f"{self.path}/participants")
        return {one["name"]: one for one in listed["items"]}

    async def transcript(self) -> list[Json]:
        """Everything written down so far, gaps included."""
        found = await self.api.call("GET", f"/v1/meetings/{self.id}/transcript")
        return list(found["segments"])

    async def steer(self, person: Person, verb: str, **body: Any) -> Json:
        """Give an order about *person*, as an integrator's program does."""
        return await self.api.call("POST", f"{self.path}/participants/{person.id}/{verb}", body)

    async def end(self) -> None:
        await self.api.call("POST", f"/v1/meetings/{self.id}/end", {})


async def started(api: Api, **changes: Any) -> Meeting:
    """A meeting that begins now."""
    draft: Json = {
        "title": "Real room",
        "time_zone": "UTC",
        "bots": [{"kind": "transcriber", "config": {"language": "en"}}],
        "policy": {"all_left_seconds": 30},
    }
    made = await api.call("POST", "/v1/meetings/start", {"meeting": draft | changes})
    session = made.get("session", made)
    return Meeting(api, session["meeting_id"], session["id"])


@asynccontextmanager
async def browsers(
    meeting: Meeting, folder: Path, voices: Sequence[VoiceFile], **roles: str
) -> AsyncIterator[list[Person]]:
    """A browser for each of *voices*, with the link of its person; nobody has opened it yet.

    *roles* says who is more than a participant, as in ``Ada="HOST"``.
    """
    async with AsyncExitStack() as stack:
        people = []
        for voice in voices:
            page = await stack.enter_async_context(
                browsing(folder / voice.name.lower(), voice.path)
            )
            await page.before_load(_WATCH)
            url = await meeting.link(voice.name, role=roles.get(voice.name, "PARTICIPANT"))
            people.append(Person(voice.name, page, url))
        yield people


@asynccontextmanager
async def connecting_anew(people: Sequence[Person]) -> AsyncIterator[None]:
    """Wait behind the block until every page has made connections that it had not before."""
    made = [await one.page.evaluate("window.watched.length") for one in people]
    yield
    for one, count in zip(people, made, strict=True):
        await one.page.wait_for(f"window.watched.length > {count}", JOIN_SECONDS)


async def all_join(people: Sequence[Person]) -> None:
    """Everybody joins at once."""
    await asyncio.gather(*(person.join() for person in people))
