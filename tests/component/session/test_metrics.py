"""Metrics: live from the media node, told when they change, sealed at the end."""

from collections.abc import AsyncIterator

import pytest

from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from session.domain.prompts import Prompt, PromptKind
from session.domain.rooms import Heard
from session.service.charge import Waits
from session.store import Store
from tests.component.session.conftest import Parts, World, leases_of, replica
from tests.component.session.test_control import films
from tests.support.eventually import eventually
from tests.support.sessions import NOON


@pytest.fixture
async def metered(parts: Parts) -> AsyncIterator[World]:
    """A replica that tells metrics all the time."""
    async with replica(parts, leases_of(parts, "a"), waits=Waits(metrics_seconds=0.2)) as world:
        yield world


async def metrics(world: World, session_id: str = "active") -> pb.GetMetricsResponse:
    request = pb.GetMetricsRequest(meeting_id="mtg_1", session_id=session_id)
    return await world.stub.GetMetrics(request, metadata=world.mine)


async def snapshots(world: World, session: pb.Session) -> list[facts.MetricsSnapshot]:
    return [one for one in await world.told(session.id) if isinstance(one, facts.MetricsSnapshot)]


async def test_live_metrics_come_from_the_media_node(world: World) -> None:
    session = await world.started()
    ada, bo = [await world.joined(session, name) for name in ("Ada", "Bo")]
    world.plane.spoken = {ada: Heard(30.0, 60.0, 4, 12.0, 2, 1.5), bo: Heard(10.0, 60.0, 3, 5.0)}

    found = await metrics(world)

    first, second = found.participants
    assert (first.participant_id, first.name, first.turns) == (ada, "Ada", 4)
    assert (first.speaking_seconds, first.talk_ratio) == (30, 0.75)
    assert (first.longest_turn_seconds, first.overlaps, first.overlap_seconds) == (12, 2, 1.5)
    assert second.talk_ratio == 0.25
    assert first.engagement_score > second.engagement_score
    assert found.formula_version == "1"
    assert "40 * min(1, speaking / equal share)" in found.formula
    assert not found.sealed


async def test_chat_lines_and_a_camera_raise_the_score(world: World) -> None:
    session = await world.started()
    ada, bo = [await world.joined(session, name) for name in ("Ada", "Bo")]
    await films(world, session, ada)
    line = Prompt("pmt_1", PromptKind.CHAT, "Hello", NOON, from_participant_id=ada)
    async with Store(world.db).begin(world.caller) as tx:
        await tx.add_prompt(session.id, line)
    await world.pass_time(60)

    first, second = (await metrics(world)).participants

    assert (first.participant_id, second.participant_id) == (ada, bo)
    assert first.camera_seconds >= 60 > second.camera_seconds == 0
    assert first.engagement_score - second.engagement_score == pytest.approx(20, abs=0.5)


async def test_a_snapshot_is_told_when_figures_change(metered: World) -> None:
    session = await metered.started()
    ada = await metered.joined(session, "Ada")
    metered.plane.spoken = {ada: Heard(30.0)}

    async def told() -> bool:
        found = await snapshots(metered, session)
        return bool(found) and found[-1].participants[0].speaking_seconds == 30

    await eventually(told)
    assert not (await snapshots(metered, session))[-1].sealed


async def test_an_empty_room_is_told_of_once(metered: World) -> None:
    session = await metered.started()
    ada = await metered.joined(session, "Ada")
    metered.plane.leave(session.id, ada)
    await metered.until_participant(session.id, ada, "LEFT")
    looks = len(metered.plane.asked_for_talk)
    await eventually(lambda: len(metered.plane.asked_for_talk) > looks + 1)
    told = len(await snapshots(metered, session))

    looks = len(metered.plane.asked_for_talk)
    await eventually(lambda: len(metered.plane.asked_for_talk) > looks + 2)

    assert len(await snapshots(metered, session)) == told


async def test_sealed_figures_change_no_more(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    world.plane.spoken = {ada: Heard(30.0, turns=2)}
    await world.end()
    await world.until(session.id, "ENDED")

    sealed = await metrics(world, session.id)
    world.plane.spoken = {ada: Heard(99.0)}
    await world.pass_time(600)

    assert sealed.sealed
    assert sealed.participants[0].speaking_seconds == 30
    assert await metrics(world, session.id) == sealed
    (told,) = await snapshots(world, session)
    assert (told.sealed, told.participants[0].turns) == (True, 2)


async def test_a_node_that_is_silent_at_the_end_leaves_what_was_told_last(metered: World) -> None:
    session = await metered.started()
    ada = await metered.joined(session, "Ada")
    metered.plane.spoken = {ada: Heard(30.0, turns=2)}

    async def told() -> bool:
        found = await snapshots(metered, session)
        return bool(found) and found[-1].participants[0].turns == 2

    await eventually(told)
    metered.plane.silent = True
    assert (await metrics(metered)).participants[0].turns == 2
    await metered.end()
    await metered.pass_time(60)
    await metered.until(session.id, "ENDED")

    sealed = await metrics(metered, session.id)
    assert sealed.sealed
    assert sealed.participants[0].speaking_seconds == 30


MOVING = Waits(look_seconds=0.05, move_seconds=0.3, give_up_seconds=0.3, metrics_seconds=0.1)


async def test_what_was_heard_before_a_move_counts_on(parts: Parts) -> None:
    async with replica(parts, leases_of(parts, "a"), waits=MOVING) as world:
        session = await world.started()
        ada = await world.joined(session, "Ada")
        world.plane.spoken = {ada: Heard(30.0, turns=2, longest_turn_seconds=20.0)}
        await eventually(lambda: spoken(world, session, 30.0))

        # The next node knows nothing of what the dead one heard.
        world.plane.dead.add(world.plane.rooms[session.id].node)
        world.plane.spoken = {}
        await eventually(lambda: len(world.plane.opened_on) > 1)
        world.plane.spoken = {ada: Heard(5.0, turns=1, longest_turn_seconds=5.0)}
        await eventually(lambda: spoken(world, session, 35.0))
        world.plane.spoken = {ada: Heard(6.0, turns=1, longest_turn_seconds=5.0)}
        await world.end()
        await world.until(session.id, "ENDED")

        (figures,) = (await metrics(world, session.id)).participants

    assert (figures.speaking_seconds, figures.turns) == (36, 3)
    assert figures.longest_turn_seconds == 20


async def spoken(world: World, session: pb.Session, seconds: float) -> bool:
    found = await snapshots(world, session)
    return bool(found) and found[-1].participants[0].speaking_seconds == seconds
