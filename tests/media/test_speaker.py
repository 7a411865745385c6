"""A bot that speaks in a real room: the whole suite with its Janus, and people by WebRTC."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web

from convene_cli import suite
from convene_cli.client import Api, Json, Refused
from convene_cli.suite import Installation
from session.domain.prompts import voice_of
from session.domain.sessions import SessionId
from tests.support.background import in_background
from tests.support.eventually import eventually
from tests.support.page import FRAME, RATE, Microphone, Page, a_page
from tests.support.people import Meeting, started
from tests.support.scenarios import a_tone
from tests.support.servers import data_folder
from tests.support.signalled import SignalledPeer, signalling
from tests.support.speech import RATE as SPEECH_RATE
from tests.support.speech import Line, people_of, word_error_rate
from tests.support.suite import user_of

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

# Where two cores are everybody's, a step takes some seconds.
STEP_SECONDS = 40.0
GONG_HERTZ, GONG_SECONDS = 660.0, 2.0
ENOUGH_SECONDS = 0.3
LONG = "This is a rather long text, which takes quite some time until all of it has been said. " * 3
BOTS = [
    {"kind": "transcriber", "config": {"language": "en"}},
    {"kind": "speaker", "config": {"interruptible": {"after_milliseconds": 300, "roles": []}}},
]


@dataclass
class Person:
    id: str
    page: Page
    peer: SignalledPeer
    microphone: Microphone

    def heard_seconds(self, who: str) -> float:
        """How much could be heard of somebody so far."""
        return self.page.loud.get(who, 0) * FRAME / RATE


@dataclass
class Room:
    """Ada and Bo, who say nothing by themselves, and a bot that speaks."""

    meeting: Meeting
    bot_id: str
    ada: Person
    bo: Person

    @property
    def voice(self) -> str:
        return voice_of(SessionId(self.meeting.session_id)).id

    @property
    def bot_path(self) -> str:
        return f"/v1/meetings/{self.meeting.id}/bots/{self.bot_id}"

    async def tell(self, verb: str, **arguments: Any) -> str:
        """Have the bot do something; the receipt's id."""
        body = {"verb": verb, "arguments": arguments}
        given = await self.meeting.api.call("POST", f"{self.bot_path}/command", body)
        return str(given.get("command", given)["id"])

    async def settled(self, receipt: str) -> Json:
        async def found() -> Json | None:
            listed = await self.meeting.api.call("GET", f"{self.bot_path}/commands")
            (told,) = [one for one in listed["items"] if one["id"] == receipt]
            return None if told["state"] == "ACCEPTED" else told

        told = await eventually(found, STEP_SECONDS)
        assert told is not None
        return told


@pytest.fixture(scope="module")
def speaking_suite() -> Iterator[Installation]:
    """A suite whose bots play sounds of this machine."""
    with pytest.MonkeyPatch.context() as environment, data_folder() as folder:
        environment.setenv("BOTS_ALLOW_PRIVATE_ADDRESSES", "true")
        with in_background(lambda: suite.running(folder)) as running:
            assert running.suite.media_plane.startswith("janus"), running.suite.not_configured
            yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(speaking_suite: Installation) -> AsyncIterator[Room]:
    async with user_of(speaking_suite) as api, AsyncExitStack() as stack:
        meeting = await started(api, bots=BOTS)
        ada, bo = [
            await stack.enter_async_context(_somebody(meeting, name)) for name in ("Ada", "Bo")
        ]
        listed = await api.call("GET", f"/v1/meetings/{meeting.id}/bots")
        (bot_id,) = [one["id"] for one in listed["items"] if one["kind"] == "speaker"]
        yield Room(meeting, bot_id, ada, bo)
        await meeting.end()


@asynccontextmanager
async def _somebody(meeting: Meeting, name: str) -> AsyncIterator[Person]:
    """Somebody in the meeting by their join link, their media flowing."""
    code = (await meeting.link(name, role="PARTICIPANT")).rpartition("/")[2]
    entered = {"code": code, "name": name}
    token = await eventually(partial(_exchanged, meeting.api, entered), STEP_SECONDS)
    async with signalling(meeting.api) as peer, a_page(peer) as page:
        microphone = Microphone()
        participant_id = await peer.join(token)
        await page.publish(microphone=microphone)
        yield Person(participant_id, page, peer, microphone)


async def _exchanged(api: Api, entered: Json) -> str:
    """The token for their join link; empty while the session is being set up."""
    try:
        return str((await api.call("POST", "/v1/join-links/exchange", entered))["join_token"])
    except Refused as refused:
        if "SESSION_NOT_OPEN" not in str(refused):
            raise
        return ""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gong() -> AsyncIterator[str]:
    """The address of a sound."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=a_tone(GONG_SECONDS, pitch=GONG_HERTZ), content_type="audio/wav")

    app = web.Application()
    app.router.add_get("/gong.wav", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/gong.wav"
    await runner.cleanup()


async def test_people_hear_what_it_plays_and_the_receipt_says_that_all_was_played(
    room: Room, gong: str
) -> None:
    played = await room.settled(await room.tell("play", url=gong))

    assert (played["state"], played["reason"]) == ("APPLIED", "")
    assert played["answer"]["total_seconds"] == pytest.approx(GONG_SECONDS, abs=0.1)
    assert played["answer"]["spoken_seconds"] == played["answer"]["total_seconds"]
    for person in (room.ada, room.bo):
        # The first of it may be over before a page has answered that there is a new voice.
        heard = await eventually(partial(sound_of, person, room.voice), STEP_SECONDS)
        assert pitch_of(heard) == pytest.approx(GONG_HERTZ, abs=15)
        assert "♪ gong.wav" in person.peer.prompts


async def test_it_falls_silent_when_somebody_speaks_over_it_and_only_they_are_transcribed(
    room: Room,
) -> None:
    line = people_of("kick-off")["Bo"][1]
    before = room.ada.heard_seconds(room.voice)
    receipt = await room.tell("say", text=LONG)
    await eventually(lambda: room.ada.heard_seconds(room.voice) > before + 1, STEP_SECONDS)
    room.bo.microphone.say(line.pcm, SPEECH_RATE)

    said = await room.settled(receipt)

    spoken, total = said["answer"]["spoken_seconds"], said["answer"]["total_seconds"]
    assert (said["state"], said["answer"]["interrupted_by"]) == ("INTERRUPTED", room.bo.id)
    assert 1 < spoken < total
    segments = await until_written(room, line)
    assert {one["speaker"]["id"] for one in segments} == {room.bo.id}
    assert room.ada.heard_seconds(room.voice) - before < spoken + 0.5


def sound_of(person: Person, who: str) -> list[np.ndarray]:
    """What they heard of somebody, once it is enough to tell its pitch."""
    return person.page.sound[who] if person.heard_seconds(who) > ENOUGH_SECONDS else []


async def until_written(room: Room, line: Line) -> list[Json]:
    """The transcript, once *line* is in it."""

    async def written() -> list[Json]:
        segments = await room.meeting.transcript()
        heard = " ".join(one["text"] for one in segments if one["speaker"]["id"] == room.bo.id)
        assert word_error_rate([line.text], [heard]) < 0.3, segments
        return segments

    return await eventually(written, STEP_SECONDS)


def pitch_of(frames: list[np.ndarray]) -> float:
    """The strongest frequency, in hertz."""
    samples = np.concatenate(frames)
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))
