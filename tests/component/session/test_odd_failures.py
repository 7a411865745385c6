"""What fails in an odd way stops nothing else, and is not tried for ever."""

from collections.abc import AsyncIterator

import pytest

from convene.session.v1 import session_pb2 as pb
from session.domain.prompts import Prompt, PromptKind
from session.domain.rooms import MediaRefused, MediaUnavailable
from session.service.charge import Waits
from session.service.prompts import say
from session.store import Store
from tests.component.session.conftest import Parts, World, leases_of, replica
from tests.component.session.test_control import applied
from tests.support.sessions import NOON

MANY = 250


@pytest.fixture
async def world(parts: Parts) -> AsyncIterator[World]:
    async with replica(parts, leases_of(parts, "a"), waits=Waits(look_seconds=0.05)) as one:
        yield one


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MediaRefused("no such thing"), "MEDIA_REFUSED"),
        (MediaUnavailable("lost"), "MEDIA_UNAVAILABLE"),
        (RuntimeError("out of luck"), "COMMAND_FAILED"),
    ],
)
async def test_a_prompt_that_nobody_can_say_is_refused_and_others_go_on(
    world: World, error: Exception, reason: str
) -> None:
    await world.started()
    world.plane.odd_error = error
    request = pb.SendPromptRequest(
        meeting_id="mtg_1", session_id="active", text="Hello", kind=pb.PROMPT_KIND_SPOKEN
    )
    spoken = (await world.stub.SendPrompt(request, metadata=world.mine)).command

    await applied(world, "LockSession")
    settled = await world.until_settled(spoken, "REFUSED")

    assert settled.reason == reason


async def test_a_room_that_is_not_as_ordered_lets_commands_through(world: World) -> None:
    session = await world.started()
    await applied(world, "HoldSession")
    world.plane.odd_error = MediaRefused("this one cannot be muted")
    await world.joined(session, "Ada")

    await applied(world, "LockSession")

    assert (await world.find(session.id)).locked


async def test_of_many_lines_at_once_a_page_is_told_each_in_order(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, _):
        async with Store(world.db).begin(world.caller) as tx:
            held = await tx.session_to_change(session.id)
            for number in range(MANY):
                line = Prompt(f"pmt_{number}", PromptKind.CHAT, str(number), NOON)
                await say(tx, held, line)
        world.wake(session.id)
        heard = [(await page.hear("prompt")).text for _ in range(MANY)]

    assert heard == [str(number) for number in range(MANY)]
