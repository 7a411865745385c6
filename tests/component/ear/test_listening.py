"""Scripted people are heard: by several readers, from any sample, as long as they spoke."""

import asyncio
from itertools import pairwise

import av
import grpc
import numpy as np
import pytest
from grpc import StatusCode, aio

from convene.session.v1 import ear_pb2 as pb
from tests.support.ear_node import SESSION, SUITE, Ear, packets, stretches
from tests.support.eventually import eventually
from tests.support.scenarios import SCENARIOS, a_person, a_script, a_tone, a_zip, zipped
from tests.support.services import metadata


def two_people() -> bytes:
    ada = a_person(says=[{"at": "500ms", "audio": "ada.wav"}], leaves="3s")
    bo = a_person(
        name="Bo",
        role="participant",
        joins="200ms",
        says=[{"at": "1700ms", "audio": "bo.wav"}],
        leaves="2900ms",
    )
    return a_zip(a_script(ada, bo), ada=a_tone(1), bo=a_tone(0.6, rate=44_100, pitch=880))


def pitch_of(heard: list[pb.ListenResponse]) -> float:
    """The strongest frequency, in Hz, in the packets heard."""
    decoder = av.CodecContext.create("opus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate = 48_000
    decoder.layout = "mono"
    sound = [
        frame.to_ndarray().reshape(-1)
        for _, packet in sorted(packets(heard).items())
        for frame in decoder.decode(av.Packet(packet))
    ]
    samples = np.concatenate(sound)
    return float(np.abs(np.fft.rfft(samples)).argmax() * 48_000 / len(samples))


async def test_two_people_are_heard_where_the_scenario_puts_them(ear: Ear) -> None:
    await ear.perform(two_people(), 2)
    await eventually(lambda: _connected(ear, 2))

    roster = (await ear.roster()).connections
    ada, bo = await asyncio.gather(ear.listen("prt_Ada"), ear.listen("prt_Bo"))

    offsets = {one.participant_id: one.offset_seconds for one in roster}
    assert offsets["prt_Bo"] - offsets["prt_Ada"] == pytest.approx(0.2)
    assert stretches(ada) == [
        ("SILENCE", 0, 0.5),
        ("AUDIO", 0.5, 1.5),
        ("SILENCE", 1.5, 3),
        ("END", 3, 3),
    ]
    assert stretches(bo) == [
        ("SILENCE", 0, 1.5),
        ("AUDIO", 1.5, 2.1),
        ("SILENCE", 2.1, 2.7),
        ("END", 2.7, 2.7),
    ]
    assert pitch_of(ada) == pytest.approx(440, abs=5)
    assert pitch_of(bo) == pytest.approx(880, abs=5)


async def test_readers_hear_the_same_and_a_late_one_hears_it_from_its_sample(ear: Ear) -> None:
    await ear.perform(two_people(), 2)
    await eventually(lambda: _connected(ear, 2))

    first, second = await asyncio.gather(ear.listen("prt_Ada"), ear.listen("prt_Ada"))
    late = await ear.listen("prt_Ada", from_sample=48_000)

    assert packets(first) == packets(second)
    assert len(packets(first)) == 50
    assert packets(late) == {
        sample: packet for sample, packet in packets(first).items() if sample >= 48_000
    }
    assert stretches(late)[-1] == ("END", 3, 3)


async def test_a_batch_has_at_most_100_ms_and_nothing_is_twice(ear: Ear) -> None:
    await ear.perform(two_people(), 2)
    await eventually(lambda: _connected(ear, 2))

    heard = await ear.listen("prt_Ada")

    assert max(len(response.audio.packets) for response in heard) <= 5
    assert all(later[1] == earlier[2] for earlier, later in pairwise(stretches(heard)))


async def test_speaking_time_is_what_is_said_and_not_how_long_one_is_there(ear: Ear) -> None:
    clip = (SCENARIOS / "planning" / "cy-3.flac").read_bytes()
    script = (
        b"people: [{name: Ada, leaves: 4s, says: [{at: 500ms, audio: a.flac}]},"
        b" {name: Bo, leaves: 4s, says: [{at: 0s, audio: b.wav}]}]"
    )
    files = {"scenario.yaml": script, "a.flac": clip, "b.wav": a_tone(3)}

    await ear.perform(zipped(files), 2)
    await eventually(lambda: _connected(ear, 2))
    await ear.listen("prt_Ada")

    # Loudness alone says 1.82 s of this clip of 2.05 s; a tone is no speech.
    async def told() -> bool:
        talk = await ear.talk()
        assert talk["prt_Ada"].speaking_seconds == pytest.approx(1.82, rel=0.1)
        assert talk["prt_Ada"].turns == 1
        assert talk["prt_Bo"].speaking_seconds == 0
        return True

    await eventually(told)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"participant_id": "prt_nobody"}, StatusCode.NOT_FOUND),
        ({"session_id": "../../etc"}, StatusCode.NOT_FOUND),
        ({"epoch": 0}, StatusCode.NOT_FOUND),
        ({"from_sample": -1}, StatusCode.INVALID_ARGUMENT),
    ],
)
async def test_what_cannot_be_heard_is_refused(
    ear: Ear, changes: dict[str, object], code: grpc.StatusCode
) -> None:
    fields: dict[str, object] = {"session_id": SESSION, "participant_id": "prt_Ada", "epoch": 1}
    request = pb.ListenRequest(**(fields | changes))  # type: ignore[arg-type]

    with pytest.raises(aio.AioRpcError) as refused:
        await anext(aiter(ear.ear.Listen(request, metadata=metadata(SUITE))))

    assert refused.value.code() == code


async def test_only_services_of_the_suite_may_listen(ear: Ear) -> None:
    request = pb.ListenRequest(session_id=SESSION, participant_id="prt_Ada", epoch=1)

    with pytest.raises(aio.AioRpcError) as refused:
        await anext(aiter(ear.ear.Listen(request, timeout=30)))

    assert refused.value.code() == StatusCode.UNAUTHENTICATED


async def _connected(ear: Ear, people: int) -> bool:
    return len((await ear.roster()).connections) == people
