"""Join links, and what becomes of those who come by them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode, aio

from convene.common.v1.meeting_pb2 import ROLE_HOST, BotSpec, Policy
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from tests.component.session.conftest import World
from tests.support.eventually import eventually


class Refusal:
    """Why a call was refused: its status, its reason, when to come back."""

    def __init__(self, error: aio.AioRpcError) -> None:
        self.code = error.code()
        self.text = error.details() or ""
        self.reason = ""
        self.retry_after = 0.0
        packed = dict(error.trailing_metadata() or ())["grpc-status-details-bin"]
        for detail in status_pb2.Status.FromString(packed).details:
            about, wait = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
            if detail.Unpack(about):
                self.reason = about.reason
            if detail.Unpack(wait):
                self.retry_after = wait.retry_delay.seconds


async def refusal(call: aio.UnaryUnaryCall[Any, Any]) -> Refusal:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return Refusal(refused.value)


def an_exchange(world: World, code: str = "") -> aio.UnaryUnaryCall[Any, Any]:
    request = pb.ExchangeJoinLinkRequest(code=code or world.code(), name="Ada")
    return world.stub.ExchangeJoinLink(request)


async def a_link(world: World, **changes: Any) -> pb.JoinLink:
    fields: dict[str, Any] = {"meeting_id": "mtg_1", "name": "Ada"}
    request = pb.CreateJoinLinkRequest(**fields | changes)
    return (await world.stub.CreateJoinLink(request, metadata=world.mine)).join_link


def code_in(link: pb.JoinLink) -> str:
    return link.url.rsplit("/", 1)[1]


async def test_a_person_joins_by_the_meetings_own_link(world: World) -> None:
    session = await world.started()

    admitted = await an_exchange(world)
    person = admitted.participant
    assert person.state == pb.PARTICIPANT_STATE_JOINING
    assert admitted.session.id == session.id
    assert admitted.join_token
    world.plane.join(session.id, person.id)
    here = await world.until_participant(session.id, person.id, "CONNECTED")

    assert (here.name, here.epoch, len(here.intervals)) == ("Ada", 1, 1)
    joined = [
        one for one in await world.told(session.id) if isinstance(one, facts.ParticipantJoined)
    ]
    assert joined[0].participant.id == person.id
    assert joined[0].ear_address in {"node-1:7000", "node-2:7000", "node-3:7000"}


async def test_before_the_start_one_is_told_when_it_opens(world: World) -> None:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    world.scheduler.opening = start
    refused = await refusal(an_exchange(world))

    assert (refused.code, refused.reason) == (
        StatusCode.FAILED_PRECONDITION,
        "MEETING_NOT_STARTED",
    )
    opens = start - timedelta(seconds=600)
    assert f"opens at {opens:%Y-%m-%dT%H:%M:%SZ}" in refused.text
    assert refused.retry_after > 0


async def test_the_first_to_come_starts_a_meeting_that_lets_them(world: World) -> None:
    world.scheduler.starts_by_joining = True
    world.scheduler.start = lambda meeting_id: world.start(meeting_id=meeting_id)
    refused = await refusal(an_exchange(world))
    assert (refused.reason, refused.retry_after) == ("SESSION_NOT_OPEN", 1)

    session = await world.until("active", "WAITING")
    assert (await an_exchange(world)).session.id == session.id


async def test_nobody_starts_a_planned_meeting_before_it_opens(world: World) -> None:
    world.scheduler.starts_by_joining = True
    world.scheduler.opening = datetime.now(UTC) + timedelta(hours=2)
    refused = await refusal(an_exchange(world))
    assert refused.reason == "MEETING_NOT_STARTED"
    assert world.scheduler.started == []


@pytest.mark.parametrize(
    ("start_early", "role", "starts"),
    [
        ("ANYONE", "PARTICIPANT", True),
        ("HOSTS", "PARTICIPANT", False),
        ("HOSTS", "CO_HOST", True),
        ("HOSTS", "HOST", True),
        ("NOBODY", "HOST", False),
    ],
)
async def test_who_starts_a_meeting_ahead_of_its_time_is_for_the_policy_to_say(
    world: World, start_early: str, role: str, starts: bool
) -> None:
    started: list[str] = []

    async def start(meeting_id: str) -> None:
        started.append(meeting_id)

    world.scheduler.starts_by_joining, world.scheduler.start_early = True, start_early
    world.scheduler.opening = datetime.now(UTC) + timedelta(minutes=5)
    world.scheduler.start = start
    refused = await refusal(an_exchange(world, code_in(await a_link(world, role=f"ROLE_{role}"))))
    assert started == (["mtg_1"] if starts else [])
    assert refused.reason == ("SESSION_NOT_OPEN" if starts else "MEETING_NOT_STARTED")
    assert 0 < refused.retry_after <= 5


async def test_whoever_may_not_start_a_meeting_early_starts_it_when_it_is_due(
    world: World,
) -> None:
    world.scheduler.starts_by_joining, world.scheduler.start_early = True, "NOBODY"
    world.scheduler.opening = datetime.now(UTC) - timedelta(minutes=1)
    refused = await refusal(an_exchange(world))
    assert refused.reason == "SESSION_NOT_OPEN"
    assert len(world.scheduler.started) == 1


async def test_a_forged_link_opens_nothing(world: World) -> None:
    await world.started()
    refused = await refusal(an_exchange(world, "bm90IG91cnM"))
    assert (refused.code, refused.reason) == (StatusCode.NOT_FOUND, "UNKNOWN_JOIN_LINK")


async def test_a_locked_session_keeps_newcomers_out_and_takes_others_back(world: World) -> None:
    session = await world.started()
    link = await a_link(world)
    ada = await world.exchange("Ada", code_in(link))
    lock = pb.LockSessionRequest(meeting_id="mtg_1", session_id="active", reason="full")
    locked = await world.stub.LockSession(lock, metadata=world.mine)
    await world.until_settled(locked.command, "APPLIED")

    assert (await refusal(an_exchange(world))).reason == "SESSION_LOCKED"
    assert (await world.exchange("Ada", code_in(link))).id == ada.id
    assert (await world.find(session.id)).locked

    unlock = pb.UnlockSessionRequest(meeting_id="mtg_1", session_id="active")
    unlocked = await world.stub.UnlockSession(unlock, metadata=world.mine)
    await world.until_settled(unlocked.command, "APPLIED")
    await world.exchange("Bo")
    told = await world.names_told(session.id)
    assert [name for name in told if "ocked" in name] == ["SessionLocked", "SessionUnlocked"]


async def test_an_ending_session_lets_nobody_in(world: World) -> None:
    await world.started(bots=[BotSpec(kind="transcriber")])
    await world.end()
    refused = await refusal(an_exchange(world))
    assert (refused.reason, refused.code) == ("SESSION_OVER", StatusCode.FAILED_PRECONDITION)


async def test_a_starting_session_says_try_again(world: World) -> None:
    world.plane.silent = True
    await world.start()
    refused = await refusal(an_exchange(world))
    assert (refused.reason, refused.retry_after) == ("SESSION_NOT_OPEN", 1)


async def test_a_revoked_link_lets_nobody_in(world: World) -> None:
    await world.started()
    link = await a_link(world)
    request = pb.RevokeJoinLinkRequest(meeting_id="mtg_1", join_link_id=link.id)
    revoked = await world.stub.RevokeJoinLink(request, metadata=world.mine)

    assert revoked.join_link.revoked
    assert (await refusal(an_exchange(world, code_in(link)))).reason == "JOIN_LINK_REVOKED"


async def test_an_expired_link_lets_nobody_in(world: World) -> None:
    await world.started()
    link = await a_link(world, ttl_seconds=60)
    await world.pass_time(61)
    assert (await refusal(an_exchange(world, code_in(link)))).reason == "JOIN_LINK_EXPIRED"


async def test_a_single_use_link_works_once(world: World) -> None:
    await world.started()
    link = await a_link(world, single_use=True)
    await world.exchange("Ada", code_in(link))
    assert (await refusal(an_exchange(world, code_in(link)))).reason == "JOIN_LINK_USED"


async def test_a_link_for_a_meeting_that_is_not_there_is_refused(world: World) -> None:
    request = pb.CreateJoinLinkRequest(meeting_id="mtg_unknown")
    refused = await refusal(world.stub.CreateJoinLink(request, metadata=world.mine))
    assert refused.code is StatusCode.NOT_FOUND


async def test_links_are_listed_newest_first(world: World) -> None:
    made = [await a_link(world, name=name, role=ROLE_HOST) for name in ("Ada", "Bo", "Cy")]
    request = pb.ListJoinLinksRequest(meeting_id="mtg_1", page_size=2)
    page = await world.stub.ListJoinLinks(request, metadata=world.mine)
    request.page_token = page.next_page_token
    rest = await world.stub.ListJoinLinks(request, metadata=world.mine)

    listed = [*page.items, *rest.items]
    assert [one.id for one in listed] == sorted((one.id for one in made), reverse=True)
    assert {one.name for one in listed} == {"Ada", "Bo", "Cy"}
    assert {one.role for one in listed} == {ROLE_HOST}


async def test_a_token_that_nobody_uses_is_aborted(world: World) -> None:
    session = await world.started()
    person = await world.exchange("Ada")
    await world.pass_time(61)
    await world.until_participant(session.id, person.id, "ABORTED")
    assert "ParticipantAborted" in await world.names_told(session.id)


async def test_a_lost_connection_that_comes_back_is_a_new_join_of_the_same_person(
    world: World,
) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")

    world.plane.drop(session.id, ada)
    away = await world.until_participant(session.id, ada, "RECONNECTING")
    world.plane.join(session.id, ada)
    back = await world.until_participant(session.id, ada, "CONNECTED")
    await world.pass_time(21)

    assert away.intervals[0].HasField("left")
    assert (back.epoch, len(back.intervals)) == (2, 2)
    assert (await world.find(session.id)).state == pb.SESSION_STATE_ACTIVE


async def test_a_lost_connection_has_left_after_the_grace(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    world.plane.drop(session.id, ada)
    await world.until_participant(session.id, ada, "RECONNECTING")
    assert (await world.find(session.id)).state == pb.SESSION_STATE_ACTIVE

    await world.pass_time(21)

    await world.until_participant(session.id, ada, "LEFT")
    await world.until(session.id, "IDLE")


async def test_without_a_grace_a_lost_connection_has_left_at_once(world: World) -> None:
    session = await world.started(policy=Policy(reconnect_grace_seconds=0))
    ada = await world.joined(session, "Ada")
    world.plane.drop(session.id, ada)
    await world.until_participant(session.id, ada, "LEFT")


async def test_a_connection_that_nobody_was_given_is_cut(world: World) -> None:
    session = await world.started()
    world.plane.join(session.id, "prt_stranger")
    await eventually(lambda: not world.plane.rooms[session.id].connections)
    assert await world.roster(session.id) == []


async def test_chat_is_told(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    await eventually(lambda: world.plane.rooms[session.id].watchers)
    world.plane.say(session.id, ada, "hello")

    async def heard() -> bool:
        sent = [one for one in await world.told(session.id) if isinstance(one, facts.PromptSent)]
        return [(one.participant_id, one.text) for one in sent] == [(ada, "hello")]

    await eventually(heard)


async def test_somebody_let_in_while_the_owner_looks_is_no_stranger(world: World) -> None:
    session = await world.started()

    async def ada_comes() -> None:
        world.plane.before_look = None
        world.plane.join(session.id, (await world.exchange("Ada")).id)

    world.plane.before_look = ada_comes

    async def here() -> bool:
        return [one.state for one in await world.roster(session.id)] == [
            pb.PARTICIPANT_STATE_CONNECTED
        ]

    await eventually(here)
    assert world.plane.rooms[session.id].connections
