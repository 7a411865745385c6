"""A recorder ships what the ears keep, window by window, exactly once, whoever is killed."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bots.domain.recording import Medium
from bots.domain.sound import Mark, MarkKind
from bots.service import taking
from common.errors import DomainError
from convene.bots.v1 import events_pb2 as facts
from convene.bots.v1 import recording_pb2 as pb
from convene.session.v1 import ear_pb2, session_pb2
from convene.session.v1 import events_pb2 as session_facts
from tests.support.crews import MEETING, SESSION, RecorderReplica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.footage import flashes
from tests.support.tones import said

RECORDING = "rec_1"
RATE = 48_000


@pytest.fixture
async def recorder(stage: Stage) -> RecorderReplica:
    """A recorder's replica at work."""
    replica = stage.new_recorder("first")
    replica.start()
    return replica


def a_recording(*spans: tuple[float, float], layout: str = "AUDIO_ONLY") -> session_pb2.Recording:
    one = session_pb2.Recording(
        id=RECORDING,
        meeting_id=MEETING,
        session_id=SESSION,
        layout=f"RECORDING_LAYOUT_{layout}",
        spans=[session_pb2.Span(start_seconds=start, end_seconds=end) for start, end in spans],
    )
    one.room_open_time.FromDatetime(datetime.now(UTC) - timedelta(hours=1))
    return one


async def begun(stage: Stage, start: float = 0.0) -> None:
    """A recorded session in which Ada speaks."""
    await stage.begins()
    await stage.joins("ada")
    await stage.tell(session_facts.RecordingStarted(recording=a_recording((start, 0))))


async def stopped(stage: Stage, *spans: tuple[float, float]) -> None:
    await stage.tell(session_facts.RecordingStopped(recording=a_recording(*spans)))


async def captured(stage: Stage) -> facts.RecordingCaptured:
    async def there() -> facts.RecordingCaptured | None:
        found = await stage.facts(facts.RecordingCaptured)
        return found[0] if found else None

    found = await eventually(there)
    assert found is not None
    return found


async def content(stage: Stage) -> tuple[pb.RecordingManifest, list[pb.RecordingFragment]]:
    """What the recorder left, checked against its hashes."""
    told = await captured(stage)
    body = await stage.blobs.get(told.manifest_key)
    assert hashlib.sha256(body).hexdigest() == told.manifest_sha256
    manifest = pb.RecordingManifest.FromString(body)
    assert len(manifest.fragments) == told.fragments
    fragments = []
    for proof in manifest.fragments:
        body = await stage.blobs.get(proof.key)
        assert hashlib.sha256(body).hexdigest() == proof.sha256
        fragments.append(pb.RecordingFragment.FromString(body))
    return manifest, fragments


def packets_of(fragments: list[pb.RecordingFragment], participant: str) -> list[tuple[int, bytes]]:
    return [
        (packet.sample, packet.payload)
        for fragment in fragments
        for track in fragment.tracks
        if track.participant_id == participant
        for packet in track.packets
    ]


def mixed(fragments: list[pb.RecordingFragment]) -> tuple[list[int], NDArray[np.float32]]:
    """The slots of the mix and how it sounds, without what the codec puts before it."""
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = RATE
    decoder.layout = "mono"
    slots, heard = [], []
    for fragment in fragments:
        for packet in fragment.mixed:
            slots.append(packet.slot)
            for frame in decoder.decode(av.Packet(packet.payload)):
                heard.append(frame.to_ndarray().reshape(-1).astype(np.float32))
    return slots, np.asarray(np.concatenate(heard)[312:] / 32_768, np.float32)


def loud_seconds(heard: NDArray[np.float32]) -> list[float]:
    """When it becomes loud, in seconds."""
    frames = heard[: len(heard) // 480 * 480].reshape(-1, 480)
    loud = np.sqrt((frames**2).mean(axis=1)) > 0.05
    return [round(at / 100, 2) for at in np.flatnonzero(loud[1:] & ~loud[:-1]) + 1]


async def test_everything_that_was_said_is_shipped_once_and_in_its_window(
    stage: Stage, recorder: RecorderReplica
) -> None:
    spoken = said("alpha", "bravo", "charlie")
    await begun(stage)
    await stage.ear.say("ada", spoken)
    await stage.ear.end("ada")
    await stopped(stage, (0, 4.5))

    manifest, fragments = await content(stage)

    assert [one.index for one in fragments] == [0, 1, 2]
    assert packets_of(fragments, "ada") == [
        (at * 960, packet) for at, packet in enumerate(spoken[:225])
    ]
    assert [(one.participant_id, one.name) for one in manifest.joins] == [("ada", "Ada")]


async def test_the_mix_has_everybody_where_they_spoke(
    stage: Stage, recorder: RecorderReplica
) -> None:
    await begun(stage)
    await stage.joins("bob", offset=3.0)
    await stage.ear.say("ada", said("alpha"))
    await stage.ear.say("bob", said("bravo"))
    for person in ("ada", "bob"):
        await stage.ear.end(person)
    await stopped(stage, (0, 6))

    _, fragments = await content(stage)

    slots, heard = mixed(fragments)
    assert slots == list(range(300))
    starts = loud_seconds(heard)
    assert starts == [pytest.approx(0.5, abs=0.03), pytest.approx(3.5, abs=0.03)]


async def test_what_was_said_in_a_pause_is_nowhere(stage: Stage, recorder: RecorderReplica) -> None:
    await begun(stage)
    await stage.ear.say("ada", said("alpha", "bravo", "charlie", "delta"))
    await stage.ear.end("ada")
    await stopped(stage, (0, 1.5), (3.1, 5))

    _, fragments = await content(stage)

    slots, _ = mixed(fragments)
    recorded = [*range(75), *range(155, 250)]
    assert slots == recorded
    assert [sample // 960 for sample, _ in packets_of(fragments, "ada")] == recorded


async def test_a_killed_recorder_is_taken_over_without_loss_or_repetition(
    stage: Stage, recorder: RecorderReplica
) -> None:
    spoken = said("alpha", "bravo", "charlie", "delta", "echo")
    await begun(stage)
    await stage.ear.say("ada", spoken[:170])
    await eventually(lambda: fragments_kept(stage))
    await recorder.die()
    await stage.ear.say("ada", spoken[170:])
    await stage.ear.end("ada")
    await stopped(stage, (0, 8))
    stage.new_recorder("second").start()
    await stage.expire_leases()

    _, fragments = await content(stage)

    assert Counter(one.index for one in fragments) == dict.fromkeys(range(4), 1)
    assert packets_of(fragments, "ada") == [
        (at * 960, packet) for at, packet in enumerate(spoken[:400])
    ]
    assert mixed(fragments)[0] == list(range(400))
    assert len(await stage.facts(facts.BotJoined)) == 1


async def fragments_kept(stage: Stage) -> bool:
    async with stage.database.begin_system() as connection:
        found = await connection.execute("select count(*) from recording_fragments", {})
        return bool(found.scalar_one())


async def test_somebody_who_is_heard_of_late_is_recorded_from_when_they_came(
    stage: Stage, recorder: RecorderReplica
) -> None:
    spoken = said("alpha", "bravo", "charlie")
    await begun(stage)
    await stage.ear.say("ada", spoken)
    await eventually(lambda: fragments_kept(stage))
    await stage.ear.say("bob", spoken)
    await stage.joins("bob", offset=0.5)
    for person in ("ada", "bob"):
        await stage.ear.end(person)
    await stopped(stage, (0, 4))

    _, fragments = await content(stage)

    assert packets_of(fragments, "bob") == [
        (24_000 + at * 960, packet) for at, packet in enumerate(spoken[:175])
    ]


async def test_an_ear_that_was_away_leaves_no_hole(stage: Stage, recorder: RecorderReplica) -> None:
    spoken = said("alpha", "bravo", "charlie")
    await begun(stage)
    await stage.ear.say("ada", spoken[:60])
    await eventually(lambda: stage.ear.asked)
    await stage.ear.cut()
    await stage.ear.say("ada", spoken[60:])
    await stage.ear.end("ada")
    await stopped(stage, (0, 4))

    _, fragments = await content(stage)

    assert packets_of(fragments, "ada") == [
        (at * 960, packet) for at, packet in enumerate(spoken[:200])
    ]


async def test_a_track_that_says_nothing_holds_nobody_up(
    stage: Stage, recorder: RecorderReplica
) -> None:
    await begun(stage)
    await stage.joins("bob")
    await stage.ear.say("ada", said("alpha"))
    await stage.ear.end("ada")
    await stopped(stage, (0, 2))

    _, fragments = await content(stage)

    assert len(packets_of(fragments, "ada")) == 100


async def moves(stage: Stage, offset: float) -> None:
    """Ada's session leaves its ear, and she is there again at another."""
    there = stage.ear.address.replace("127.0.0.1", "localhost")
    await stage.joins("ada", 2, offset, ear_address=there)
    await stage.ear.say("ada", said("bravo"), 2)
    await stage.ear.end("ada", 2)


async def test_a_track_of_an_ear_that_was_left_and_is_silent_is_over(
    stage: Stage, recorder: RecorderReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOVED_SECONDS", 0.5)
    first, second = said("alpha"), said("bravo")
    await begun(stage)
    await stage.ear.say("ada", first)
    # The first ear says no more, not even that its track is over.
    await moves(stage, 4.0)

    async def both_over() -> bool:
        return await over(stage) == 2

    await eventually(both_over)
    await stopped(stage, (0, 8))
    manifest, fragments = await content(stage)

    assert packets_of(fragments, "ada") == [
        *((at * 960, packet) for at, packet in enumerate(first)),
        *((4 * RATE + at * 960, packet) for at, packet in enumerate(second)),
    ]
    assert [one.epoch for one in manifest.joins] == [1, 2]


async def test_an_ear_that_was_left_and_is_not_reached_holds_no_recording_up(
    stage: Stage, recorder: RecorderReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOVED_SECONDS", 0.5)
    monkeypatch.setitem(taking.PATIENCE_SECONDS, Medium.AUDIO, 60.0)
    await stage.begins()
    await stage.tell(session_facts.RecordingStarted(recording=a_recording((0, 0))))
    await stage.joins("ada", ear_address="127.0.0.1:1")
    await moves(stage, 4.0)
    await stopped(stage, (0, 8))

    _, fragments = await content(stage)

    assert len(packets_of(fragments, "ada")) == len(said("bravo"))


async def test_pictures_are_shipped_with_their_times_through_a_kill(
    stage: Stage, recorder: RecorderReplica
) -> None:
    frames = flashes(6, 2.0)
    await stage.begins()
    await stage.joins("ada", offset=0.5)
    grid = a_recording((0, 0), layout="GRID")
    await stage.tell(session_facts.RecordingStarted(recording=grid))
    await stage.ear.show("ada", frames[:45])
    await stage.ear.say("ada", said("alpha", "bravo", "charlie", "delta"))
    await eventually(lambda: fragments_kept(stage))
    await recorder.die()
    await stage.ear.show("ada", frames[45:])
    await stage.ear.end("ada")
    stopping = a_recording((0, 5), layout="GRID")
    await stage.tell(session_facts.RecordingStopped(recording=stopping))
    stage.new_recorder("second").start()
    await stage.expire_leases()

    _, fragments = await content(stage)

    shown = [
        (packet.sample, packet.key, packet.payload)
        for fragment in fragments
        for track in fragment.tracks
        if track.medium == ear_pb2.MEDIUM_CAMERA
        for packet in track.packets
    ]
    assert shown == [
        (24_000 + round(at * RATE), key, frame) for at, key, frame in frames if at + 0.5 < 5
    ]


async def test_a_session_without_anybody_is_recorded_as_silence(
    stage: Stage, recorder: RecorderReplica
) -> None:
    await stage.begins()
    await stage.tell(session_facts.RecordingStarted(recording=a_recording((1, 0))))
    await stopped(stage, (1, 2.5))

    manifest, fragments = await content(stage)

    slots, heard = mixed(fragments)
    assert slots == list(range(50, 125))
    assert float(np.abs(heard).max()) < 0.001
    assert not manifest.joins


async def test_a_recorder_is_a_bot_that_comes_and_leaves_with_its_recording(
    stage: Stage, recorder: RecorderReplica
) -> None:
    crew = stage.new_replica("crew")
    crew.start()
    await begun(stage)
    await stage.ear.mark("ada", Mark(MarkKind.END, 0, 0))
    await stopped(stage, (0, 1))
    await captured(stage)

    bots, _ = await crew.bots.page(a_caller(), MEETING, 10, "")
    assert [(one.kind, one.state.value, one.reason) for one in bots] == [
        ("recorder", "DONE", "RECORDING_STOPPED")
    ]
    with pytest.raises(DomainError) as refused:
        await crew.bots.attach(a_caller(), MEETING, "recorder", {})
    assert "recordings/start" in str(refused.value)


async def over(stage: Stage) -> int:
    async with stage.database.begin_system() as connection:
        found = await connection.execute("select count(*) from recording_cursors where is_over", {})
        count: int = found.scalar_one()
        return count


async def test_two_hundred_joins_that_are_over_cost_nothing_any_more(
    stage: Stage, recorder: RecorderReplica
) -> None:
    await stage.begins()
    grid = a_recording((0, 0), layout="GRID")
    grid.room_open_time.FromDatetime(datetime.now(UTC) - timedelta(seconds=30))
    await stage.tell(session_facts.RecordingStarted(recording=grid))
    guests = [f"guest{number}" for number in range(200)]
    for number, guest in enumerate(guests):
        await stage.ear.say(guest, [b"\xf8\xff\xfe"] * 5)
        await stage.ear.end(guest)
        await stage.joins(guest, offset=0.1 * number)

    async def all_over() -> bool:
        return await over(stage) == 200

    await eventually(all_over, 30)
    asked = len(stage.ear.asked)
    await recorder.die()
    stage.new_recorder("second").start()
    await stage.expire_leases()
    await stopped(stage, (0, 32))
    manifest, _ = await content(stage)

    assert len(stage.ear.asked) == asked
    assert [one.participant_id for one in manifest.joins] == guests


async def test_who_left_unheard_is_not_asked_for_for_ever(
    stage: Stage, recorder: RecorderReplica
) -> None:
    stage.ear.forgets("bob")
    await begun(stage)
    await stage.joins("bob")
    await stage.tell(session_facts.ParticipantLeft(participant_id="bob", epoch=1))
    await stage.ear.say("ada", said("alpha"))

    async def given_up() -> bool:
        return await over(stage) == 1

    await eventually(given_up)


async def test_two_recordings_are_captured_apart(stage: Stage, recorder: RecorderReplica) -> None:
    await begun(stage)
    await stage.ear.say("ada", said("alpha", "bravo"))
    await stage.ear.end("ada")
    await stopped(stage, (0, 1))
    second = a_recording((1.2, 2.2))
    second.id = "rec_2"
    await stage.tell(session_facts.RecordingStarted(recording=second))
    await stage.tell(session_facts.RecordingStopped(recording=second))

    async def both() -> bool:
        return len(await stage.facts(facts.RecordingCaptured)) == 2

    await eventually(both)
    told = await stage.facts(facts.RecordingCaptured)
    assert sorted(one.recording_id for one in told) == ["rec_1", "rec_2"]
    assert not any(one.failure for one in told)
