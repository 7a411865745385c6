"""Cameras and screens by RTP: whole frames on the join's time line, read from a key frame on."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import av
import pytest
from grpc import StatusCode, aio

from convene.session.v1 import ear_pb2 as pb
from tests.support.ear_node import Ear
from tests.support.rtp import PICTURE_RATE, RtpSender, pictures, speech

CAMERA = pb.MEDIUM_CAMERA
PICTURE_SAMPLES = 48_000 // PICTURE_RATE


@pytest.fixture
async def camera(ear: Ear) -> AsyncIterator[RtpSender]:
    seat = await ear.seat(1, camera_ssrc=2)
    sender = RtpSender((seat.host, seat.port), 2)
    yield sender
    sender.close()


async def shown(ear: Ear, from_sample: int = 0) -> list[pb.ListenResponse]:
    """Everything that the camera showed; ends the join."""
    await ear.unseat()
    return await ear.listen("prt_1", from_sample=from_sample, medium=CAMERA)


async def play(
    camera: RtpSender, frames: Sequence[bytes], lost: dict[int, Sequence[int]] | None = None
) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number, frame in enumerate(frames):
        await asyncio.sleep(begun + number / PICTURE_RATE - loop.time())
        camera.show(frame, (lost or {}).get(number, ()))


def frames_of(heard: list[pb.ListenResponse]) -> list[pb.Frame]:
    return [one.frame for one in heard if one.HasField("frame")]


def gaps_of(heard: list[pb.ListenResponse]) -> list[pb.Marker]:
    return [one.marker for one in heard if one.marker.kind == pb.MARKER_KIND_GAP]


async def test_frames_are_whole_in_order_and_on_the_time_line(ear: Ear, camera: RtpSender) -> None:
    sent = pictures(30)

    await play(camera, sent)
    heard = await shown(ear)

    frames = frames_of(heard)
    assert [frame.payload for frame in frames] == sent
    assert [frame.key for frame in frames] == [number % 15 == 0 for number in range(30)]
    assert [frame.sample - frames[0].sample for frame in frames] == [
        pytest.approx(number * PICTURE_SAMPLES, abs=1) for number in range(30)
    ]
    decoder = av.CodecContext.create("vp8", "r")
    assert sum(len(decoder.decode(av.Packet(one.payload))) for one in frames) == 30
    assert not gaps_of(heard)
    assert heard[-1].marker.kind == pb.MARKER_KIND_END


async def test_sound_and_picture_of_the_same_moment_lie_together(
    ear: Ear, camera: RtpSender
) -> None:
    microphone, shots = RtpSender(camera.address, 1), iter(pictures(10))

    def say(payload: bytes) -> None:
        """Picture and sound of one moment in one breath: a busy machine delays both alike."""
        if (microphone.sequence - 0xFFF0) % 5 == 0:
            camera.show(next(shots), every=0.1)
        microphone.send(payload)

    await microphone.play(speech()[:50], say)
    frames = frames_of(await shown(ear))
    sounds = [one.audio for one in await ear.listen("prt_1") if one.HasField("audio")]
    microphone.close()

    assert abs(frames[0].sample - sounds[0].first_sample) / 48_000 < 0.08


async def test_a_busy_ear_still_knows_when_each_came(ear: Ear, camera: RtpSender) -> None:
    microphone, (frame,) = RtpSender(camera.address, 1), pictures(1)

    microphone.send(speech()[0])
    # Nothing runs in this process meanwhile, the ear neither.
    time.sleep(0.4)  # noqa: ASYNC251
    camera.show(frame)
    sent_apart = camera.first_at - microphone.first_at
    (shown_frame,) = frames_of(await shown(ear))
    (sound,) = [one.audio for one in await ear.listen("prt_1") if one.HasField("audio")]
    microphone.close()

    apart = (shown_frame.sample - sound.first_sample) / 48_000
    assert apart == pytest.approx(sent_apart, abs=0.06)


async def test_after_a_loss_nothing_is_shown_until_the_next_key_frame(
    ear: Ear, camera: RtpSender
) -> None:
    sent = pictures(30, width=640, height=480)

    await play(camera, sent, {0: (), 5: (0,)})
    heard = await shown(ear)

    assert [frame.payload for frame in frames_of(heard)] == sent[:5] + sent[15:]
    (gap,) = gaps_of(heard)
    key = frames_of(heard)[5]
    assert (gap.to_sample, key.key) == (key.sample, True)
    assert (gap.to_sample - gap.from_sample) / 48_000 == pytest.approx(11 / PICTURE_RATE, abs=0.05)


async def test_a_reader_in_the_middle_begins_at_the_key_frame_before(
    ear: Ear, camera: RtpSender
) -> None:
    await play(camera, pictures(40))
    whole = frames_of(await shown(ear))
    wanted = whole[20].sample

    late = frames_of(await ear.listen("prt_1", from_sample=wanted, medium=CAMERA))

    assert [frame.sample for frame in late] == [frame.sample for frame in whole[15:]]
    assert late[0].key


async def test_a_camera_that_is_kept_no_more_is_silent_and_goes_on_later(
    ear: Ear, camera: RtpSender
) -> None:
    sent = pictures(15)
    await play(camera, sent[:5])
    await ear.seat(1, camera_ssrc=0)
    await asyncio.sleep(1)
    await ear.seat(1, camera_ssrc=3)
    again = RtpSender(camera.address, 3)
    await play(again, sent[:5])
    again.close()

    heard = await shown(ear)

    assert [frame.payload for frame in frames_of(heard)] == sent[:5] * 2
    kinds = [one.marker.kind for one in heard if one.HasField("marker")]
    assert kinds[1] == pb.MARKER_KIND_SILENCE


async def test_a_track_of_pictures_begins_when_they_are_wanted(ear: Ear) -> None:
    await ear.seat(1)

    with pytest.raises(aio.AioRpcError) as refused:
        await ear.listen("prt_1", medium=CAMERA)

    assert refused.value.code() is StatusCode.NOT_FOUND
    assert "no camera track" in (refused.value.details() or "")


async def test_a_large_picture_is_kept_whole(ear: Ear, camera: RtpSender) -> None:
    large = b"\x10" + bytes(700_000)
    for at in range(2):
        camera.show(large + bytes([at]))
        await asyncio.sleep(0.2)

    frames = frames_of(await shown(ear))

    assert [frame.payload for frame in frames] == [large + b"\0", large + b"\1"]
