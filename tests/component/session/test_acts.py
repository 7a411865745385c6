"""What bots do to a session, through the client that the bots service does it with."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.clients import SessionHands
from bots.domain.act import Act, ActId, ActRefused, NothingRecorded
from bots.domain.bot import BotId
from bots.domain.reading import Do, Engines, Said
from bots.kinds.coach import Coach
from common import rpc
from common.principal import service_principal
from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import signal_pb2 as signal
from tests.component.session.conftest import World
from tests.support.eventually import eventually
from tests.support.segments import a_segment
from tests.support.services import KEY


async def done(world: World, session: pb.Session, do: Do, **arguments: Any) -> None:
    """Have it done twice, as a crew does that dies before it can note that it was done."""
    caller = service_principal("bots", world.caller.workspace_id)
    hands = SessionHands(world.stub, rpc.Caller(KEY, "bots"))
    act = an_act(session, do, arguments)
    await hands.do(caller, act)
    await hands.do(caller, act)


def an_act(session: pb.Session, do: Do, arguments: Mapping[str, Any]) -> Act:
    return Act(ActId("act_1"), session.id, "mtg_1", BotId("bot_1"), do, arguments)


@pytest.mark.parametrize(
    ("by_policy", "reason"), [(True, pb.END_REASON_POLICY), (False, pb.END_REASON_TRIGGER)]
)
async def test_a_bot_ends_its_session_and_says_why(
    world: World, by_policy: bool, reason: pb.EndReason
) -> None:
    session = await world.started()

    await done(world, session, Do.END, by_policy=by_policy, reason="'goodbye all' was said")

    ended = await world.until(session.id, "ENDED")
    assert (ended.end_reason, ended.end_text) == (reason, "'goodbye all' was said")


async def test_a_bot_of_an_earlier_session_does_not_end_the_next(world: World) -> None:
    earlier = await world.started()
    await world.end()
    await world.until(earlier.id, "ENDED")
    later = await world.started()

    await done(world, earlier, Do.END, reason="late")

    assert (await world.find(later.id)).state == pb.SESSION_STATE_WAITING


async def test_a_bot_prompts_one_person_once(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")

    await done(world, session, Do.PROMPT, text="slower", kind="SYSTEM", participant_id=ada)

    async def told() -> list[facts.PromptSent]:
        return [one for one in await world.told(session.id) if isinstance(one, facts.PromptSent)]

    await eventually(told)
    await done(world, session, Do.HOLD, reason="then something else")
    await eventually(lambda: _is_held(world, session))
    (prompt,) = [one.prompt for one in await told()]
    assert (prompt.text, prompt.to_participant_id) == ("slower", ada)


async def test_what_the_coach_tells_one_person_is_shown_to_nobody_else(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (ada, hers), world.page("Bo") as (bo, _):
        long = a_segment("on and on it goes", 0.0, end_seconds=90.0, speaker_id=hers.self.id)
        kind = Coach()
        reader = kind.reader(kind.checked({"monologue_seconds": 60}), Engines())
        (ask,) = (await reader.read(Said(long), reader.state, datetime.now(UTC))).asks
        await done(world, session, ask.do, **ask.arguments)
        told = await ada.hear("prompt")
        await ada.say(chat=signal.Chat(text="for all"))

        assert told.text.startswith("You have been speaking for 90 seconds")
        assert told.to_participant_id == hers.self.id
        # The first that Bo is shown.
        assert (await bo.hear("prompt")).text == "for all"
        async with world.page("Cy") as (_, later):
            assert [one.text for one in later.prompts] == ["for all"]


async def test_a_bot_mutes_somebody(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")

    await done(world, session, Do.MUTE, participant_id=ada, reason="shouting")

    def is_muted() -> bool:
        return world.plane.rooms[session.id].connections[ada].muted

    await eventually(is_muted)


async def test_a_bot_holds_and_releases_a_session(world: World) -> None:
    session = await world.started()

    await done(world, session, Do.HOLD, reason="policy")
    await eventually(lambda: _is_held(world, session))
    await done(world, session, Do.RELEASE)

    async def is_released() -> bool:
        return not await _is_held(world, session)

    await eventually(is_released)


async def test_a_bot_ticks_an_item_of_the_checklist(world: World) -> None:
    session = await world.started()
    request = pb.PutChecklistItemRequest(meeting_id="mtg_1", item="greet", text="Greet")
    await world.stub.PutChecklistItem(request, metadata=world.mine)

    await done(world, session, Do.CHECK, item="greet")

    found = await world.stub.ListChecklist(
        pb.ListChecklistRequest(meeting_id="mtg_1"), metadata=world.mine
    )
    assert [item.completed for item in found.items] == [True]


async def test_a_bot_is_told_what_cannot_be_done(world: World) -> None:
    session = await world.started()

    with pytest.raises(NothingRecorded):
        await done(world, session, Do.PAUSE_RECORDING, recording_id="")
    with pytest.raises(ActRefused):
        await done(world, session, Do.PAUSE_RECORDING, recording_id="rec_unknown")
    with pytest.raises(ActRefused):
        await done(world, session, Do.CHECK, item="unknown")


async def _is_held(world: World, session: pb.Session) -> bool:
    return (await world.find(session.id)).held
