"""Who is let in: the lobby, the places of a session, what people agree to."""

import asyncio

import pytest
from grpc import StatusCode, aio

from common.links import LinkClaims
from convene.common.v1.meeting_pb2 import BotSpec, Policy
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import signal_pb2 as signal
from session.domain import participants
from session.domain.consents import Subject
from session.domain.participants import ParticipantAction
from session.store import Store
from tests.component.session.conftest import World
from tests.component.session.test_commands import removed
from tests.component.session.test_joining import refusal
from tests.support.eventually import eventually
from tests.support.pages import Page, connected

LOBBY = Policy(lobby=True)


async def decide(world: World, session: pb.Session, person: str, what: ParticipantAction) -> None:
    """What a host's order does to somebody who knocks."""
    async with Store(world.db).begin(world.caller) as tx:
        await tx.session_to_change(session.id)
        participant = await tx.participant(session.id, person)
        await tx.put_participant(participant.moved(what))
    world.wake(session.id)


async def knock(world: World, page: Page, name: str = "Bo") -> str:
    """The id of somebody whose page is told to wait."""
    request = pb.ExchangeJoinLinkRequest(code=world.code(), name=name)
    admission = await world.stub.ExchangeJoinLink(request)
    assert admission.participant.state == pb.PARTICIPANT_STATE_KNOCKING
    await page.hello(admission.join_token)
    assert (await page.hear("knocking")).meeting_title == "Kick-off"
    return str(admission.participant.id)


async def test_a_host_sees_who_knocks_and_whoever_is_admitted_is_welcomed(world: World) -> None:
    session = await world.started(policy=LOBBY)
    async with world.page("Ada", "HOST") as (ada, _), connected(world.signalling) as bo:
        person = await knock(world, bo)
        knocking = pb.PARTICIPANT_STATE_KNOCKING
        await ada.until("participant", participant__id=person, participant__state=knocking)
        await decide(world, session, person, ParticipantAction.ADMIT)
        welcome = await bo.hear("welcome")
        await world.until_participant(session.id, person, "CONNECTED")

    assert welcome.self.id == person
    told = [
        one for one in await world.told(session.id) if isinstance(one, facts.ParticipantKnocking)
    ]
    assert [one.participant.name for one in told] == ["Bo"]


async def test_whoever_is_denied_is_told_goodbye_and_may_not_come_by_the_token(
    world: World,
) -> None:
    session = await world.started(policy=LOBBY)
    async with connected(world.signalling) as bo:
        person = await knock(world, bo)
        await decide(world, session, person, ParticipantAction.DENY)
        assert (await bo.hear("goodbye")).reason == "DENIED"
        await bo.end()


async def test_whoever_is_banned_at_the_door_is_told_and_stays_out(world: World) -> None:
    session = await world.started(policy=LOBBY)
    async with connected(world.signalling) as bo:
        person = await knock(world, bo)
        order = await removed(world, person, ban=True)
        assert (await bo.hear("goodbye")).reason == "BANNED"
        await world.until_settled(order, "APPLIED")
        await bo.end()
    await world.until_participant(session.id, person, "DENIED")


async def test_nobody_else_sees_who_knocks(world: World) -> None:
    await world.started(policy=LOBBY)
    async with (
        world.page("Ada", "HOST") as (ada, _),
        world.page("Cy", "CO_HOST") as (_, cohost),
        connected(world.signalling) as bo,
        connected(world.signalling) as di,
    ):
        await knock(world, bo)
        person = await knock(world, di, "Di")
        await ada.until("participant", participant__id=person)
        await bo.say(chat=signal.Chat(text="hello?"))
        assert (await bo.hear("refusal")).reason == "HELLO_FIRST"
        assert {one.WhichOneof("response") for one in bo.told} == {"knocking", "refusal"}
    assert cohost.self.state != pb.PARTICIPANT_STATE_KNOCKING


async def test_whoever_knocks_and_goes_away_knocks_no_more(world: World) -> None:
    session = await world.started(policy=Policy(lobby=True, reconnect_grace_seconds=0))
    async with connected(world.signalling) as bo:
        person = await knock(world, bo)
    await world.until_participant(session.id, person, "ABORTED")


async def test_bots_do_not_knock(world: World) -> None:
    await world.started(policy=LOBBY)
    bot = await world.exchange("Bot", world.code("BOT", "OBSERVER"))
    assert bot.state == pb.PARTICIPANT_STATE_JOINING


async def test_no_more_come_in_than_there_are_places_however_many_try_at_once(
    world: World,
) -> None:
    session = await world.started(policy=Policy(max_participants=7))
    tries = [world.exchange(f"P{number}") for number in range(20)]
    came = await asyncio.gather(*tries, return_exceptions=True)

    refused = [one for one in came if isinstance(one, aio.AioRpcError)]
    assert len(came) - len(refused) == 7
    assert {one.code() for one in refused} == {StatusCode.RESOURCE_EXHAUSTED}
    assert len(await world.roster(session.id)) == 7


async def test_a_full_session_says_so_and_takes_somebody_when_one_has_left(world: World) -> None:
    await world.started(policy=Policy(max_participants=1, reconnect_grace_seconds=0))
    async with world.page("Ada") as (ada, _):
        request = pb.ExchangeJoinLinkRequest(code=world.code(), name="Bo")
        refused = await refusal(world.stub.ExchangeJoinLink(request))
        assert (refused.reason, refused.retry_after) == ("SESSION_FULL", 15)
        await ada.say(leave=signal.Leave())
        await ada.hear("goodbye")

    async def let_in() -> bool:
        try:
            await world.stub.ExchangeJoinLink(request)
        except aio.AioRpcError as error:
            raise AssertionError from error
        return True

    await eventually(let_in)


async def test_whoever_left_finds_the_place_taken(world: World) -> None:
    session = await world.started(policy=Policy(max_participants=1))
    async with world.page("Ada") as (ada, welcome):
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
        await ada.say(leave=signal.Leave())
        await ada.hear("goodbye")
    await world.until_participant(session.id, welcome.self.id, "LEFT")
    await world.exchange("Bo")
    async with connected(world.signalling) as ada:
        await ada.hello(welcome.join_token)
        assert (await ada.hear("goodbye")).reason == "FULL"


async def test_nobody_comes_into_a_transcribed_session_without_agreeing(world: World) -> None:
    session = await world.started(bots=[BotSpec(kind="transcriber")])
    token = await world.token("Ada")
    async with connected(world.signalling) as page:
        await page.hello(token)
        assert (await page.hear("refusal")).reason == "CONSENT_NEEDED"
        await page.hello(token, consent=True)
        welcome = await page.hear("welcome")

    assert welcome.transcribed
    assert welcome.self.HasField("consent_time")
    async with Store(world.db).begin(world.caller) as tx:
        kept = await tx.consents(session.id)
    assert {(one.participant_id, one.subject, one.method) for one in kept} == {
        (welcome.self.id, subject, "JOIN_PAGE") for subject in Subject
    }
    (shown,) = await world.roster(session.id)
    assert shown.consent_time == welcome.self.consent_time


@pytest.mark.parametrize("role", ["HOST", "CO_HOST"])
async def test_hosts_do_not_knock(world: World, role: str) -> None:
    await world.started(policy=LOBBY)
    claims = LinkClaims(world.caller.workspace_id, "mtg_1", "PERSON", role)
    host = await world.exchange("Ada", world.signer.code(claims))
    assert host.state == pb.PARTICIPANT_STATE_JOINING


async def test_the_end_that_is_near_is_told(world: World) -> None:
    await world.started(policy=Policy(max_duration_seconds=120))
    async with world.page("Ada") as (ada, _):
        await world.pass_time(61)
        assert (await ada.hear("ending_soon")).remaining_seconds == 60


async def test_so_many_may_wait_and_they_take_up_no_places(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participants, "MOST_KNOCKING", 2)
    session = await world.started(policy=Policy(lobby=True, max_participants=1))
    waiting = [await world.exchange(name) for name in ("Bo", "Cy")]
    assert {one.state for one in waiting} == {pb.PARTICIPANT_STATE_KNOCKING}

    request = pb.ExchangeJoinLinkRequest(code=world.code(), name="Di")
    refused = await refusal(world.stub.ExchangeJoinLink(request))
    host = await world.exchange("Ada", world.code(role="HOST"))

    assert (refused.reason, refused.retry_after) == ("LOBBY_FULL", 15)
    assert host.state == pb.PARTICIPANT_STATE_JOINING
    assert len(await world.roster(session.id)) == 3
