"""Live control: what each command does in the room and in the ledger, and why it is refused."""

from typing import Any

import pytest

from common import outbox
from convene.common.v1 import meeting_pb2 as meeting
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from session.domain.participants import ParticipantState
from session.store import Store
from tests.component.session.conftest import World
from tests.support.eventually import eventually
from tests.support.sessions import a_participant


async def ordered(world: World, verb: str, **fields: Any) -> pb.Command:
    """The receipt of a command to the live session."""
    request = getattr(pb, f"{verb}Request")(
        meeting_id="mtg_1", session_id="active", reason="because", **fields
    )
    answer = await getattr(world.stub, verb)(request, metadata=world.mine)
    accepted: pb.Command = answer.command
    assert accepted.state == pb.COMMAND_STATE_ACCEPTED
    return accepted


async def applied(world: World, verb: str, **fields: Any) -> pb.Command:
    return await world.until_settled(await ordered(world, verb, **fields), "APPLIED")


async def refused(world: World, verb: str, **fields: Any) -> str:
    return (await world.until_settled(await ordered(world, verb, **fields), "REFUSED")).reason


async def reasons(world: World, session: pb.Session, kind: type[Any]) -> list[tuple[str, str]]:
    told = [one for one in await world.told(session.id) if isinstance(one, kind)]
    return [(getattr(one, "participant_id", ""), one.reason) for one in told]


def muted(world: World, session: pb.Session, person: str) -> bool:
    return world.plane.rooms[session.id].connections[person].muted


def paused(world: World, session: pb.Session, person: str) -> bool:
    return world.plane.rooms[session.id].connections[person].video_paused


async def shown(world: World, session: pb.Session, person: str) -> pb.Participant:
    return {one.id: one for one in await world.roster(session.id)}[person]


async def films(world: World, session: pb.Session, person: str) -> None:
    """Their camera is on, and the roster says so."""
    world.plane.send(session.id, person, camera=True)

    async def seen() -> bool:
        return (await shown(world, session, person)).camera

    await eventually(seen)


async def knocker(
    world: World, session: pb.Session, state: ParticipantState = ParticipantState.KNOCKING
) -> str:
    person = a_participant(session_id=session.id, state=state)
    async with Store(world.db).begin(world.caller) as tx:
        await tx.put_participant(person)
    return person.id


async def test_unmuting_is_refused_unless_the_policy_allows_it(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    await applied(world, "MuteParticipant", participant_id=ada)

    assert await refused(world, "UnmuteParticipant", participant_id=ada) == "UNMUTE_NOT_ALLOWED"
    assert muted(world, session, ada)


async def test_a_policy_lets_people_be_unmuted(world: World) -> None:
    session = await world.started(policy=meeting.Policy(allow_unmute=True))
    ada = await world.joined(session, "Ada")
    await applied(world, "MuteParticipant", participant_id=ada)

    await applied(world, "UnmuteParticipant", participant_id=ada)

    assert not muted(world, session, ada)
    assert await reasons(world, session, facts.ParticipantUnmuted) == [(ada, "because")]


async def test_a_paused_video_stays_so_when_its_person_comes_again(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    await applied(world, "PauseVideo", participant_id=ada)
    await applied(world, "PauseVideo", participant_id=ada)

    world.plane.leave(session.id, ada)
    await world.until_participant(session.id, ada, "LEFT")
    world.plane.join(session.id, ada)
    await films(world, session, ada)

    await eventually(lambda: paused(world, session, ada))
    assert (await shown(world, session, ada)).video_paused
    assert await reasons(world, session, facts.ParticipantVideoPaused) == [(ada, "because")]


async def test_a_resumed_video_is_seen_again(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    await applied(world, "PauseVideo", participant_id=ada)

    await applied(world, "ResumeVideo", participant_id=ada)

    assert not paused(world, session, ada)
    assert not (await shown(world, session, ada)).video_paused
    assert await reasons(world, session, facts.ParticipantVideoResumed) == [(ada, "because")]


async def test_mute_all_leaves_hosts_out(world: World) -> None:
    session = await world.started()
    host = await world.joined(session, "Hedy", "HOST")
    helper = await world.joined(session, "Coco", "CO_HOST")
    guests = [await world.joined(session, name) for name in ("Ada", "Bo")]

    await applied(world, "MuteAll")

    assert [muted(world, session, one) for one in (host, helper, *guests)] == [0, 0, 1, 1]
    told = await reasons(world, session, facts.ParticipantMuted)
    assert told == [(guest, "because") for guest in guests]


@pytest.mark.parametrize(
    "verb",
    ["MuteParticipant", "PauseVideo", "ResumeVideo", "RemoveParticipant", "AdmitParticipant"],
)
async def test_whoever_has_left_is_gone(world: World, verb: str) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    world.plane.leave(session.id, ada)
    await world.until_participant(session.id, ada, "LEFT")

    assert await refused(world, verb, participant_id=ada) == "PARTICIPANT_GONE"


async def test_somebody_who_knocks_is_admitted_once(world: World) -> None:
    session = await world.started()
    person = await knocker(world, session)

    await applied(world, "AdmitParticipant", participant_id=person)
    await applied(world, "AdmitParticipant", participant_id=person)

    await world.until_participant(session.id, person, "ADMITTED")
    assert await reasons(world, session, facts.ParticipantAdmitted) == [(person, "because")]


async def test_somebody_who_knocks_is_turned_away_for_good(world: World) -> None:
    session = await world.started()
    person = await knocker(world, session)

    await applied(world, "DenyParticipant", participant_id=person)
    await applied(world, "DenyParticipant", participant_id=person)

    await world.until_participant(session.id, person, "DENIED")
    assert await refused(world, "AdmitParticipant", participant_id=person) == "PARTICIPANT_GONE"
    assert await reasons(world, session, facts.ParticipantDenied) == [(person, "because")]


@pytest.mark.parametrize("state", [ParticipantState.KNOCKING, ParticipantState.ADMITTED])
@pytest.mark.parametrize("ban", [False, True])
async def test_whoever_is_removed_before_they_are_in_is_turned_away(
    world: World, state: ParticipantState, ban: bool
) -> None:
    session = await world.started()
    person = await knocker(world, session, state)

    await applied(world, "RemoveParticipant", participant_id=person, ban=ban)

    await world.until_participant(session.id, person, "DENIED")
    told = [one for one in await world.told(session.id) if isinstance(one, facts.ParticipantDenied)]
    assert told == [facts.ParticipantDenied(participant_id=person, reason="because", banned=ban)]
    async with Store(world.db).begin(world.caller) as tx:
        assert (await tx.participant(session.id, person)).banned is ban


async def test_whoever_is_in_cannot_be_turned_away(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")

    reason = await refused(world, "DenyParticipant", participant_id=ada)

    assert reason == "PARTICIPANT_NOT_KNOCKING"


async def test_a_fact_names_who_gave_the_command(world: World) -> None:
    session = await world.started()
    await applied(world, "HoldSession")

    kept, _ = await outbox.facts_of(world.db, session.id, 1, 1000)

    held = next(one for one in kept if one.message.endswith("SessionHeld"))
    assert held.actor.id == world.caller.id


async def test_a_receipt_says_why_the_command_was_given(world: World) -> None:
    await world.started()
    assert (await applied(world, "HoldSession")).text == "because"
