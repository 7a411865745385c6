"""A hold: nobody is heard or seen until it is released, and then all is as it was."""

from convene.common.v1 import meeting_pb2 as meeting
from convene.session.v1 import events_pb2 as facts
from tests.component.session.conftest import World
from tests.component.session.test_control import (
    applied,
    films,
    muted,
    paused,
    reasons,
    refused,
    shown,
)
from tests.support.eventually import eventually


async def test_a_held_session_is_quiet_and_dark(world: World) -> None:
    session = await world.started()
    host = await world.joined(session, "Hedy", "HOST")
    ada = await world.joined(session, "Ada")
    await films(world, session, ada)

    await applied(world, "HoldSession")
    await applied(world, "HoldSession")

    assert (await world.find(session.id)).held
    assert all(muted(world, session, one) and paused(world, session, one) for one in (host, ada))
    assert await reasons(world, session, facts.SessionHeld) == [("", "because")]
    assert await reasons(world, session, facts.ParticipantVideoPaused) == [(ada, "because")]
    told = await reasons(world, session, facts.ParticipantMuted)
    assert sorted(told) == sorted([(host, "because"), (ada, "because")])


async def test_a_release_shows_again_whom_the_hold_hid_and_nobody_else(world: World) -> None:
    session = await world.started()
    ada, bo = [await world.joined(session, name) for name in ("Ada", "Bo")]
    await films(world, session, ada)
    await applied(world, "PauseVideo", participant_id=bo)
    await applied(world, "HoldSession")

    await applied(world, "ReleaseSession")
    await applied(world, "ReleaseSession")

    assert not (await world.find(session.id)).held
    assert [paused(world, session, one) for one in (ada, bo)] == [False, True]
    assert [(await shown(world, session, one)).video_paused for one in (ada, bo)] == [False, True]
    assert await reasons(world, session, facts.SessionReleased) == [("", "because")]
    assert await reasons(world, session, facts.ParticipantVideoResumed) == [(ada, "because")]


async def test_people_unmute_themselves_after_a_hold_but_not_during_it(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    await applied(world, "HoldSession")
    world.plane.send(session.id, ada, muted=False)
    await eventually(lambda: muted(world, session, ada))

    await applied(world, "ReleaseSession")
    assert muted(world, session, ada)
    world.plane.send(session.id, ada, muted=False)

    async def heard() -> bool:
        return not (await shown(world, session, ada)).muted

    await eventually(heard)
    assert not muted(world, session, ada)


async def test_who_comes_during_a_hold_is_muted_and_paused_until_the_release(world: World) -> None:
    session = await world.started()
    await applied(world, "HoldSession")
    ada = await world.joined(session, "Ada")
    world.plane.send(session.id, ada, camera=True)

    await eventually(lambda: muted(world, session, ada) and paused(world, session, ada))
    await applied(world, "ReleaseSession")

    assert not paused(world, session, ada)


async def test_nobody_is_unmuted_or_shown_by_others_while_the_session_is_held(
    world: World,
) -> None:
    session = await world.started(policy=meeting.Policy(allow_unmute=True))
    ada = await world.joined(session, "Ada")
    await applied(world, "HoldSession")

    assert await refused(world, "UnmuteParticipant", participant_id=ada) == "SESSION_HELD"
    assert await refused(world, "ResumeVideo", participant_id=ada) == "SESSION_HELD"


async def test_a_pause_during_a_hold_outlives_it(world: World) -> None:
    session = await world.started()
    ada = await world.joined(session, "Ada")
    await applied(world, "HoldSession")
    await applied(world, "PauseVideo", participant_id=ada)

    await applied(world, "ReleaseSession")

    assert paused(world, session, ada)
