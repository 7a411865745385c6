"""A scenario's people join, mute, drop, chat and leave; a room is steered from outside."""

import asyncio
import time

import pytest
from grpc import StatusCode, aio

from common.errors import Forbidden, Unavailable, WrongState
from convene.session.v1 import ear_pb2 as pb
from tests.support.ear_node import SESSION, SUITE, Ear, FakeSessions, stretches
from tests.support.eventually import eventually
from tests.support.scenarios import a_person, a_script, a_tone, a_zip
from tests.support.services import metadata


def said(*lines: str, **changes: object) -> bytes:
    """Ada says *lines*, one every 4 s from 2 s on, as written words."""
    says = [{"at": f"{2 + 4 * number}s", "text": text} for number, text in enumerate(lines)]
    person = a_person(**({"says": says, "leaves": "60s"} | changes))
    return a_zip(a_script(person, engine="script"))


def names(events: list[pb.WatchRoomResponse]) -> list[str]:
    return [event.WhichOneof("event") or "" for event in events]


async def test_muting_dropping_and_leaving_are_told_and_heard(ear: Ear) -> None:
    ada = a_person(
        says=[{"at": "200ms", "audio": "ada.wav"}],
        mutes=[{"at": "500ms", "until": "1s"}],
        drops=[{"at": "1500ms", "for": "400ms"}],
        leaves="2500ms",
    )
    chat = [{"at": "300ms", "from": "Ada", "text": "hello"}]
    watching = await ear.watch()

    await ear.perform(a_zip(a_script(ada, chat=chat), ada=a_tone(2)))
    events = await watching

    assert names(events) == [
        *("connected", "chat", "muted", "unmuted", "dropped"),
        *("connected", "left", "performance_over"),
    ]
    first, again = events[0].connected, events[5].connected
    assert (first.epoch, again.epoch, events[1].chat.text) == (1, 2, "hello")
    assert again.offset_seconds - first.offset_seconds == pytest.approx(1.9)
    assert stretches(await ear.listen("prt_Ada", 1)) == [
        ("SILENCE", 0, 0.2),
        ("AUDIO", 0.2, 0.5),
        ("MUTE", 0.5, 1),
        ("AUDIO", 1, 1.5),
        ("END", 1.5, 1.5),
    ]
    assert stretches(await ear.listen("prt_Ada", 2)) == [
        ("AUDIO", 0, 0.3),
        ("SILENCE", 0.3, 0.6),
        ("END", 0.6, 0.6),
    ]


async def test_a_script_is_said_in_its_own_time_faster_than_real_time(ear: Ear) -> None:
    watching = await ear.watch()
    begun = time.monotonic()

    await ear.perform(said("Good morning.", "Let us begin."), speed=60)
    await watching

    # It lasts 60 s.
    assert time.monotonic() - begun < 30
    heard = await ear.listen("prt_Ada")
    lines = [one.marker for one in heard if one.marker.kind == pb.MARKER_KIND_SCRIPT]
    assert [(line.text, line.from_sample / 48_000) for line in lines] == [
        ("Good morning.", 2),
        ("Let us begin.", 6),
    ]
    assert stretches(heard)[-1] == ("END", 60, 60)
    seconds = sum(line.to_sample - line.from_sample for line in lines) / 48_000
    assert await eventually(lambda: _spoken(ear, turns=2)) == pytest.approx(seconds)


async def test_a_script_has_the_same_times_whenever_it_is_played(
    ear: Ear, sessions: FakeSessions
) -> None:
    sessions.refusals["Ada"] = [WrongState("the session is starting", retry_after=0.1)]
    watching = await ear.watch()
    drop = {"at": "10340ms", "for": "2s"}

    await ear.perform(said("Hello.", joins="1100ms", drops=[drop]), speed=60)
    events = await watching

    starts = [one.connected.offset_seconds for one in events if one.HasField("connected")]
    assert starts == [1.1, 12.34]


async def test_a_second_script_in_a_room_follows_the_clock(ear: Ear) -> None:
    watching = await ear.watch()
    await ear.perform(said("Hello."), speed=60)
    await watching
    watching = await ear.watch()

    await ear.perform(said("Hello again."), speed=60, run_id="run_2")
    events = await watching

    assert events[0].connected.offset_seconds > 0.5


async def test_a_line_that_overlaps_a_mute_is_not_said(ear: Ear) -> None:
    watching = await ear.watch()

    await ear.perform(
        said("Not this.", "But this.", mutes=[{"at": "1s", "until": "2100ms"}]), speed=60
    )
    await watching

    heard = await ear.listen("prt_Ada")
    assert [one.marker.text for one in heard if one.marker.text] == ["But this."]
    assert stretches(heard)[1][:2] == ("MUTE", 1)


async def test_a_line_cut_by_leaving_is_a_gap(ear: Ear) -> None:
    watching = await ear.watch()

    await ear.perform(said("one two three four five six seven eight", leaves="3s"), speed=60)
    await watching

    assert stretches(await ear.listen("prt_Ada")) == [
        ("SILENCE", 0, 2),
        ("GAP", 2, 3),
        ("END", 3, 3),
    ]


async def test_a_run_asked_for_twice_is_played_once(ear: Ear, sessions: FakeSessions) -> None:
    watching = await ear.watch()

    await asyncio.gather(*(ear.perform(said("Hello."), speed=60) for _ in range(3)))
    await watching
    await ear.perform(said("Hello."), speed=60)

    roster = await ear.roster()
    assert (sessions.codes, roster.performed) == (["0"], True)


async def test_people_wait_for_a_session_that_lets_nobody_in_yet(
    ear: Ear, sessions: FakeSessions
) -> None:
    sessions.refusals["Ada"] = [
        Unavailable("the session service starts"),
        WrongState("the session is starting", retry_after=0.1),
    ]
    watching = await ear.watch()

    await ear.perform(said("Hello."), speed=60)
    events = await watching

    assert events[-1].performance_over.error == ""
    assert len(sessions.codes) == 3
    # The clock waits with them: nothing of the scenario is lost.
    assert stretches(await ear.listen("prt_Ada"))[-1] == ("END", 60, 60)


async def test_a_refusal_for_good_is_told_when_all_is_over(
    ear: Ear, sessions: FakeSessions
) -> None:
    sessions.refusals["Ada"] = [Forbidden("this link was revoked")]
    bo = a_person(name="Bo", joins="1s", leaves="10s")
    watching = await ear.watch()

    await ear.perform(
        a_zip(a_script(a_person(leaves="10s"), bo, engine="script")), people=2, speed=20
    )
    events = await watching

    assert names(events) == ["connected", "left", "performance_over"]
    assert events[-1].performance_over.error == "Ada: this link was revoked"


async def test_a_performance_can_begin_in_the_middle(ear: Ear) -> None:
    ada = a_person(says=[{"at": "1s", "audio": "ada.wav"}], leaves="4s")
    bo = a_person(name="Bo", joins="3500ms", leaves="4s")
    gone = a_person(name="Cy", leaves="1s")
    watching = await ear.watch()

    await ear.perform(a_zip(a_script(ada, bo, gone), ada=a_tone(2)), people=3, from_seconds=2.5)
    events = await watching

    connected = [event.connected for event in events if event.HasField("connected")]
    assert [one.participant_id for one in connected] == ["prt_Ada", "prt_Bo"]
    assert connected[1].offset_seconds - connected[0].offset_seconds == pytest.approx(1.0)
    assert stretches(await ear.listen("prt_Ada")) == [
        ("AUDIO", 0, 0.5),
        ("SILENCE", 0.5, 1.5),
        ("END", 1.5, 1.5),
    ]


async def test_a_moderator_mutes_and_cuts(ear: Ear) -> None:
    ada = a_person(says=[{"at": "0s", "audio": "ada.wav"}], leaves="30s")
    watching = await ear.watch()
    await ear.perform(a_zip(a_script(ada), ada=a_tone(20)))
    await eventually(lambda: _present(ear))
    who = {"session_id": SESSION, "participant_id": "prt_Ada"}

    await ear.node.SetMuted(pb.SetMutedRequest(muted=True, **who), metadata=metadata(SUITE))
    assert (await ear.roster()).connections[0].muted
    await ear.node.Disconnect(pb.DisconnectRequest(**who), metadata=metadata(SUITE))

    assert names(await watching) == ["connected", "muted", "dropped", "performance_over"]
    assert stretches(await ear.listen("prt_Ada"))[-1][0] == "END"
    assert list((await ear.roster()).connections) == []
    with pytest.raises(aio.AioRpcError) as refused:
        await ear.node.SetMuted(pb.SetMutedRequest(muted=True, **who), metadata=metadata(SUITE))
    assert refused.value.code() == StatusCode.FAILED_PRECONDITION


async def test_a_closed_room_is_empty_and_its_tracks_are_over(ear: Ear) -> None:
    await ear.perform(a_zip(a_script(a_person(leaves="30s"))))
    await eventually(lambda: _present(ear))
    watching = await ear.watch()

    for _ in range(2):
        request = pb.CloseRoomRequest(session_id=SESSION)
        await ear.node.CloseRoom(request, metadata=metadata(SUITE))

    assert names(await watching) == ["dropped"]
    assert stretches(await ear.listen("prt_Ada"))[-1][0] == "END"
    with pytest.raises(aio.AioRpcError) as refused:
        await ear.roster()
    assert refused.value.code() == StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"codes": []}, "codes has 0 entries for 1 people"),
        ({"speed": 101}, "speed goes from 1 to 100"),
        ({"speed": 0.5}, "speed goes from 1 to 100"),
        ({"from_seconds": -1}, "from_seconds counts from 0"),
        ({"scenario": b"no zip"}, "pack it again"),
        ({"scenario": a_zip(), "speed": 2}, "only engine: script"),
        ({"run_id": "../run"}, "run_id takes"),
    ],
)
async def test_what_cannot_be_played_is_refused(
    ear: Ear, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(aio.AioRpcError, match=message) as refused:
        await ear.perform(**({"scenario": said("Hello.")} | changes))  # type: ignore[arg-type]

    assert refused.value.code() == StatusCode.INVALID_ARGUMENT
    assert (await ear.roster()).performed


async def _spoken(ear: Ear, turns: int) -> float:
    talk = (await ear.talk()).get("prt_Ada")
    return talk.speaking_seconds if talk and talk.turns == turns else 0.0


async def _present(ear: Ear) -> bool:
    return bool((await ear.roster()).connections)
