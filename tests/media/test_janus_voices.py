"""People without a browser in a real Janus: what the ear says for them is heard."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import av
import numpy as np

from convene.session.v1 import ear_pb2 as pb
from tests.media.conftest import Stage
from tests.support.eventually import eventually

FRAME = 960


def a_voice(seconds: float) -> Iterator[bytes]:
    """Opus packets of a loud tone."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    wave = (np.sin(np.arange(48_000) * 2 * np.pi * 330 / 48_000) * 16_000).astype(np.int16)
    for at in range(0, int(seconds * 48_000), FRAME):
        frame = av.AudioFrame.from_ndarray(
            wave[np.arange(at, at + FRAME) % 48_000].reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = 48_000, at
        yield from (bytes(packet) for packet in encoder.encode(frame))


async def say(voice: pb.OpenVoiceRequest, seconds: float) -> None:
    """Send a tone as the ear does."""
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        for number, packet in enumerate(a_voice(seconds)):
            head = bytes([0x80, 111]) + number.to_bytes(2, "big")
            head += (number * FRAME).to_bytes(4, "big") + voice.ssrc.to_bytes(4, "big")
            with contextlib.suppress(OSError):
                sender.sendto(head + packet, (voice.host, voice.port))
            await asyncio.sleep(0.02)


async def test_a_bots_voice_is_heard_on_the_page(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann:
        await stage.plane.voice(stage.room, "prt_bot", "Bot")
        await stage.plane.voice(stage.room, "prt_bot", "Bot")
        await eventually(lambda: ann.offers and ann.offers[-1].tracks[0].participant_id)
        await say(stage.ear.voices["prt_bot"], 1.0)

        await eventually(lambda: ann.loud.get("prt_bot", 0) > 20)


async def test_scripted_people_have_a_voice_while_they_are_there(stage: Stage) -> None:
    stage.ear.scripted = [pb.Connection(participant_id="prt_eve", epoch=2, scripted=True)]
    stage.ear.changed.set()
    await eventually(lambda: "prt_eve" in stage.ear.voices)
    assert (await stage.here())["prt_eve"].epoch == 2

    stage.ear.scripted = []
    stage.ear.changed.set()
    await eventually(lambda: "prt_eve" not in stage.ear.voices)
    assert await stage.here() == {}


async def test_voices_that_come_and_go_leave_no_file_open(stage: Stage) -> None:
    eve = pb.Connection(participant_id="prt_eve", epoch=1, scripted=True)
    await stage.here()
    before = stage.janus.open_files()
    for _ in range(20):
        stage.ear.scripted = [eve]
        await stage.here()
        assert "prt_eve" in stage.ear.voices
        stage.ear.scripted = []
        await stage.here()

    await eventually(lambda: stage.janus.open_files() <= before)
