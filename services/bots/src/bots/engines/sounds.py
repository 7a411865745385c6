"""Sound as it is said into a room: Opus packets of 20 ms, of speech or of a file from the web."""

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from typing import Final

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler

from bots.domain.saying import CannotSpeak
from common.receiver import Receiver

RATE: Final = 48_000
PACKET_SAMPLES: Final = 960
PACKET_SECONDS: Final = PACKET_SAMPLES / RATE
# No ear takes more at once.
LONGEST_SECONDS: Final = 600
LARGEST_FILE: Final = 20 * 1024 * 1024
OK: Final = 200


class Sounds:
    """Fetches sounds by *receiver*, which keeps to the addresses that are allowed."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def fetch(self, url: str) -> bytes:
        """The file at *url*; raises ``CannotSpeak``."""
        page = await self._receiver.get(url, {"accept": "audio/*"}, LARGEST_FILE)
        if page.status != OK:
            raise CannotSpeak(f"no sound to play: {page.detail or f'status {page.status}'}")
        return page.body


def opus_of(content: bytes) -> Sequence[bytes]:
    """The sound of a file as Opus packets of 20 ms, mono; raises ``CannotSpeak``."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=PACKET_SAMPLES)
    encoder = _encoder()
    packets: list[bytes] = []
    try:
        with av.open(BytesIO(content), "r") as container:
            for decoded in container.decode(audio=0):
                for frame in resampler.resample(decoded):
                    packets += [bytes(packet) for packet in encoder.encode(frame)]
                if len(packets) * PACKET_SECONDS > LONGEST_SECONDS:
                    raise CannotSpeak(f"the sound is longer than {LONGEST_SECONDS} s")
    except (av.error.FFmpegError, IndexError) as error:
        raise CannotSpeak(f"this is no sound that can be played: {error}") from None
    if not packets:
        raise CannotSpeak("there is no sound in it")
    return packets


def _encoder() -> AudioCodecContext:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate = RATE
    encoder.layout = "mono"
    encoder.format = "s16"
    encoder.bit_rate = 32_000
    encoder.time_base = Fraction(1, RATE)
    encoder.options = {"frame_duration": "20", "application": "voip"}
    return encoder
