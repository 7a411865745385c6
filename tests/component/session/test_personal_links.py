"""An invitation's own join link: it says who comes, and it closes when the invitation does."""

import pytest
from grpc import aio

from common.principal import service_principal
from convene.common.v1 import meeting_pb2 as shared
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1.events_pb2 import InvitationRoleChanged
from convene.session.v1 import session_pb2 as pb
from session.consumers import Consumers
from tests.component.session.conftest import World

INVITATION = "inv_bo"


async def test_who_comes_by_their_own_link_is_known_by_their_invitation(world: World) -> None:
    session = await world.started()

    first = await world.exchange("Bo", world.code(link=INVITATION))
    again = await world.exchange("Bo", world.code(link=INVITATION))
    other = await world.exchange("Cy")

    assert first.id == again.id != other.id
    shown = {one.id: one.invitation_id for one in await world.roster(session.id)}
    assert shown == {first.id: INVITATION, other.id: ""}


async def test_the_link_of_an_invitation_that_was_taken_back_lets_nobody_in(world: World) -> None:
    await world.started()
    suite = service_principal("session", world.caller.workspace_id, test=True)

    await world.joining.mark_invitation(suite, "mtg_1", INVITATION, removed=True)
    with pytest.raises(aio.AioRpcError) as refused:
        await world.exchange("Bo", world.code(link=INVITATION))
    assert "revoked" in (refused.value.details() or "")
    await world.joining.mark_invitation(suite, "mtg_1", INVITATION, removed=False)

    assert (await world.exchange("Bo", world.code(role="HOST", link=INVITATION))).role
    request = pb.ListJoinLinksRequest(meeting_id="mtg_1")
    listed = await world.stub.ListJoinLinks(request, metadata=world.mine)
    assert list(listed.items) == []


@pytest.mark.parametrize(("said", "now"), [("HOST", "PARTICIPANT"), ("PARTICIPANT", "HOST")])
async def test_a_link_that_was_sent_lets_its_person_in_as_what_they_are_now(
    world: World, said: str, now: str
) -> None:
    await world.started()
    before = await world.exchange("Bo", world.code(role=said, link=INVITATION))

    await recast(world, now)
    after = await world.exchange("Bo", world.code(role=said, link=INVITATION))

    assert after.id == before.id
    assert before.role == shared.Role.Value(f"ROLE_{said}")
    assert after.role == shared.Role.Value(f"ROLE_{now}")


async def test_the_last_role_counts_also_after_the_invitation_was_taken_back(world: World) -> None:
    await world.started()
    suite = service_principal("session", world.caller.workspace_id, test=True)
    await recast(world, "HOST")
    await recast(world, "CO_HOST")
    await world.joining.mark_invitation(suite, "mtg_1", INVITATION, removed=True)

    with pytest.raises(aio.AioRpcError):
        await world.exchange("Bo", world.code(link=INVITATION))
    await world.joining.mark_invitation(suite, "mtg_1", INVITATION, removed=False)

    came = await world.exchange("Bo", world.code(link=INVITATION))
    assert came.role == shared.ROLE_CO_HOST


async def recast(world: World, role: str) -> None:
    """Have the scheduler's fact of another role come in."""
    envelope = Envelope(workspace_id=world.caller.workspace_id, meeting_id="mtg_1", test=True)
    fact = InvitationRoleChanged(invitation_id=INVITATION, role=f"ROLE_{role}")
    reactions = Consumers(world.sessions, world.joining).of_scheduler()
    await reactions[InvitationRoleChanged](fact, envelope)
