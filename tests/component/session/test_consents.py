"""What is recorded or transcribed is so of those alone who agreed to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import signal_pb2 as signal
from tests.component.session.conftest import World
from tests.support.pages import Page, connected

SPEAKING = signal.SetMedia(muted=False, camera=True)


async def record(world: World) -> pb.Recording:
    request = pb.StartRecordingRequest(meeting_id="mtg_1", session_id="active")
    return (await world.stub.StartRecording(request, metadata=world.mine)).recording


async def stop(world: World, recording: pb.Recording) -> None:
    request = pb.StopRecordingRequest(
        meeting_id="mtg_1", session_id="active", recording_id=recording.id
    )
    await world.stub.StopRecording(request, metadata=world.mine)


@asynccontextmanager
async def speaking(world: World, name: str, **hello: bool) -> AsyncIterator[tuple[Page, str, str]]:
    """Somebody whose microphone is open: their page, id and token."""
    async with connected(world.signalling) as page:
        await page.hello(await world.token(name), **hello)
        welcome = await page.hear("welcome")
        await world.until_participant(welcome.session.id, welcome.self.id, "CONNECTED")
        await page.say(set_media=SPEAKING)
        yield page, welcome.self.id, welcome.join_token


async def heard(page: Page, who: str, *, muted: bool) -> None:
    await page.until("participant", participant__id=who, participant__muted=muted)


async def test_who_is_asked_while_inside_is_not_heard_before_they_agree(world: World) -> None:
    await world.started()
    async with speaking(world, "Ada") as (page, ada, token):
        await record(world)
        await heard(page, ada, muted=True)
        await page.say(set_media=SPEAKING)
        await page.say(ping=signal.Ping())
        await page.hear("pong")
        (session,) = world.plane.rooms.values()
        assert session.connections[ada].muted
        assert not session.connections[ada].camera

        async with connected(world.signalling) as again:
            await again.hello(token, consent=True)
            await again.hear("welcome")
            await again.say(set_media=SPEAKING)
            await heard(again, ada, muted=False)


async def test_who_does_not_agree_in_time_has_left_and_others_stay(world: World) -> None:
    session = await world.started()
    async with (
        speaking(world, "Ada") as (page, ada, token),
        speaking(world, "Bo", consent=True) as (_, bo, _),
    ):
        await record(world)
        await heard(page, ada, muted=True)
        await world.pass_time(61)
        goodbye = await page.hear("goodbye")
        await world.until_participant(session.id, ada, "LEFT")
        here = {one.id: one for one in await world.roster(session.id)}

        async with connected(world.signalling) as again:
            await again.hello(token)
            assert (await again.hear("refusal")).reason == "CONSENT_NEEDED"

    assert goodbye.reason == "CONSENT_NEEDED"
    assert (here[bo].state, here[bo].muted) == (pb.PARTICIPANT_STATE_CONNECTED, False)
    left = [one for one in await world.told(session.id) if isinstance(one, facts.ParticipantLeft)]
    assert [(one.participant_id, one.reason) for one in left] == [(ada, "CONSENT_NEEDED")]


async def test_nobody_is_asked_while_nothing_is_kept(world: World) -> None:
    session = await world.started()
    async with speaking(world, "Ada") as (page, ada, _):
        await world.pass_time(61)
        await page.say(ping=signal.Ping())
        await page.hear("pong")
        here = await world.until_participant(session.id, ada, "CONNECTED")
    assert not here.muted


async def test_who_was_not_asked_to_the_end_is_asked_again_by_the_next_recording(
    world: World,
) -> None:
    await world.started()
    async with speaking(world, "Ada") as (page, ada, _):
        recording = await record(world)
        await heard(page, ada, muted=True)
        await stop(world, recording)
        await page.until("session", session__recording_state="")
        await page.say(set_media=SPEAKING)
        await heard(page, ada, muted=False)
        await record(world)
        await heard(page, ada, muted=True)
