"""Three people in one room, each in a Chromium that speaks from a file, through the whole suite."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

import aiohttp
import pytest
import pytest_asyncio

from convene_cli.client import Api, Json, Refused
from tests.support.browser import CEILING_SECONDS
from tests.support.eventually import eventually
from tests.support.people import BUILD, Meeting, Person, all_join, browsers, started
from tests.support.speech import word_error_rate
from tests.support.voices import VoiceFile, voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

# Everybody has to be in before anybody speaks, or the truth would not be known.
LEAD_SECONDS = 20.0
# Longer than the module takes: a file that is over would begin again.
FILE_SECONDS = 600.0
# What is heard becomes text and figures this much later.
SETTLED_SECONDS = 45.0
HEARD_SECONDS = 30.0


@dataclass
class Room:
    meeting: Meeting
    people: Sequence[Person]
    voices: dict[str, VoiceFile]

    def others(self, person: Person) -> list[Person]:
        return [one for one in self.people if one is not person]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(api: Api, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    folder = tmp_path_factory.mktemp("room")
    # Synthetic voices end where they end: of human ones nobody can say to a twentieth when they do.
    voices = voice_files(folder, "planning", lead=LEAD_SECONDS, seconds=FILE_SECONDS, most_lines=2)
    meeting = await started(api)
    async with browsers(meeting, folder, list(voices.values()), Ada="HOST") as people:
        await all_join(people)
        yield Room(meeting, people, voices)
        await meeting.end()


async def test_each_hears_and_sees_both_others(room: Room) -> None:
    for person in room.people:
        for other in room.others(person):
            await person.hears(other)
            await person.sees(other)

    for person in room.people:
        await person.page.screenshot(BUILD / f"room-{person.name.lower()}.png")


async def test_the_transcript_has_each_ones_words_under_their_name(room: Room) -> None:
    said = {name: [line.text for line in voice.lines] for name, voice in room.voices.items()}

    segments = await until_said(room)

    for name, lines in said.items():
        heard = " ".join(one["text"] for one in segments if one["speaker"]["name"] == name)
        assert word_error_rate([" ".join(lines)], [heard]) < 0.25, (name, heard)
    assert not [one for one in segments if one["gap"]]


async def test_speaking_seconds_are_within_a_twentieth_of_the_truth(room: Room) -> None:
    await until_said(room)

    metrics = await room.meeting.api.call("GET", f"{room.meeting.path}/metrics")

    found = {one["name"]: one["speaking_seconds"] for one in metrics["participants"]}
    for name, voice in room.voices.items():
        assert found[name] == pytest.approx(voice.speaking_seconds, rel=0.05), name


async def test_what_one_writes_the_others_read(room: Room) -> None:
    ada, bo, _ = room.people
    await bo.page.click("#chat")

    await ada.page.click("#chat")
    await ada.page.type("[aria-label='Message to everybody']", "Shall we begin?")
    await ada.page.press("Enter")

    await bo.page.until_text("Shall we begin?")


async def test_a_mute_by_the_api_silences_one_for_everybody_and_shows(room: Room) -> None:
    ada, bo, cy = room.people
    # Everybody sends all the time: silence is packets too.
    for one in (ada, cy):
        await eventually(partial(hears_so_many, one, 2), HEARD_SECONDS)

    await room.meeting.steer(bo, "mute", reason="background noise")

    for one in room.people:
        await one.sees_as(bo, "muted")
    for one, other in ((ada, cy), (cy, ada)):
        await eventually(partial(hears_so_many, one, 1), HEARD_SECONDS)
        await one.hears_anew(other, HEARD_SECONDS)
        assert await hears_so_many(one, 1), "the mute did not last"


async def hears_so_many(person: Person, count: int) -> bool:
    return len(await person.last_packets(1.0)) == count


async def test_who_is_removed_with_a_ban_comes_in_no_more(room: Room) -> None:
    ada, bo, cy = room.people
    hello = await cy.page.evaluate("window.hellos.at(-1)")

    await room.meeting.steer(cy, "remove", ban=True)

    await cy.page.until_text("You cannot come back")
    for one in (ada, bo):
        gone = f"!document.querySelector('[data-participant=\"{cy.id}\"]')"
        await one.page.wait_for(gone, CEILING_SECONDS)
    assert "welcome" not in await answers(room.meeting.api.base_url, hello)
    code = cy.url.rpartition("/")[2]
    with pytest.raises(Refused, match="BANNED"):
        await room.meeting.api.call("POST", "/v1/join-links/exchange", {"code": code, "name": "Cy"})


async def answers(base_url: str, hello: str) -> set[str]:
    """The kinds of frames that follow *hello* on a connection of its own, until it is closed."""
    kinds: set[str] = set()
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(base_url.replace("http", "ws") + "/v1/signal") as socket,
        asyncio.timeout(10),
    ):
        await socket.send_str(hello)
        async for message in socket:
            kinds |= json.loads(message.data).keys()
            if "welcome" in kinds:
                break
    return kinds


async def until_said(room: Room) -> list[Json]:
    """The transcript once everything that is said is in it."""
    wanted = {name: len(voice.lines) for name, voice in room.voices.items()}
    until = time.monotonic() + LEAD_SECONDS + SETTLED_SECONDS
    while time.monotonic() < until:
        segments = await room.meeting.transcript()
        names = [one["speaker"]["name"] for one in segments if one["final"]]
        if all(names.count(name) >= lines for name, lines in wanted.items()):
            return segments
        await asyncio.sleep(1)
    raise AssertionError(f"not all was said: {segments}")
