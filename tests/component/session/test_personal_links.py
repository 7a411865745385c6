"""An invitation's own join link: it says who comes, and it closes when the invitation does."""

import pytest
from grpc import aio

from common.principal import service_principal
from convene.session.v1 import session_pb2 as pb
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
