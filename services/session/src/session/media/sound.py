"""A scenario's audio files as Opus packets of 20 ms, made ahead of time on threads of their own."""

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import structlog

from session.media.records import FRAME, RATE

log = structlog.get_logger()

BITS_PER_SECOND = 24_000
THREADS = 1


class Sound:
    """One file's packets, as many as are made by now."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []
        self.done = False
        self.error = ""

    def ready(self, until: int) -> bool:
        """Whether the packets before index *until*, or all there will ever be, are made."""
        return self.done or len(self.packets) >= until


class Sounds:
    """The audio in the zip at *archive*; each file is encoded once, when first asked for."""

    def __init__(self, archive: Path, threads: ThreadPoolExecutor) -> None:
        self._archive = archive
        self._threads = threads
        self._sounds: dict[str, Sound] = {}
        self._closed = False

    def prepare(self, name: str) -> Sound:
        """The sound in the file *name*, begun by now."""
        if name not in self._sounds:
            sound = self._sounds[name] = Sound()
            self._threads.submit(self._make, name, sound)
        return self._sounds[name]

    def close(self) -> None:
        """Make no more."""
        self._closed = True

    def _make(self, name: str, sound: Sound) -> None:
        try:
            with zipfile.ZipFile(self._archive) as archive:
                content = archive.read(name)
            for packet in encoded(content):
                if self._closed:
                    return
                sound.packets.append(packet)
        except Exception as error:
            # A file that passes for audio by its header can hide anything; one line is lost by it.
            log.warning("sound not readable", file=name, error=str(error))
            sound.error = f"{name} cannot be decoded"
        finally:
            sound.done = True


def encoded(content: bytes) -> Iterator[bytes]:
    """The sound file *content* as Opus, mono, 48 kHz, a packet per 20 ms; the last is filled up."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate = RATE
    encoder.layout = "mono"
    encoder.format = "flt"
    encoder.bit_rate = BITS_PER_SECOND
    encoder.options = {"application": "voip", "frame_duration": "20"}
    resampler = av.AudioResampler("flt", "mono", RATE, frame_size=FRAME)
    with av.open(io.BytesIO(content), mode="r") as container:
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                yield from map(bytes, encoder.encode(piece))
    for piece in resampler.resample(None):
        yield from map(bytes, encoder.encode(piece))
    yield from map(bytes, encoder.encode(None))
