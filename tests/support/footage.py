"""What a recorder leaves, made by hand: sound and pictures with known times, in windows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from bots.engines.mixing import Mixer
from common.blobs import Blobs
from convene.bots.v1 import events_pb2 as bots_events
from convene.bots.v1 import recording_pb2 as pb
from convene.session.v1 import ear_pb2, session_pb2

RATE = 48_000
SLOT = 960
WINDOW = 96_000
AUDIO, CAMERA, SCREEN = ear_pb2.MEDIUM_AUDIO, ear_pb2.MEDIUM_CAMERA, ear_pb2.MEDIUM_SCREEN

Samples = NDArray[np.float32]


def beeps(seconds: float, *at: float, pitch: float = 1000.0, length: float = 0.2) -> Samples:
    """Silence with beeps that begin *at* these seconds."""
    heard = np.zeros(round(seconds * RATE), np.float32)
    tone = 0.5 * np.sin(2 * np.pi * pitch * np.arange(round(length * RATE)) / RATE)
    for start in at:
        first = round(start * RATE)
        heard[first : first + len(tone)] += tone[: len(heard) - first].astype(np.float32)
    return heard


def opus(heard: Samples) -> list[bytes]:
    """Opus packets of 20 ms each."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = RATE, "mono", "flt"
    packets = []
    for first in range(0, len(heard) - SLOT + 1, SLOT):
        frame = av.AudioFrame.from_ndarray(
            heard[first : first + SLOT].reshape(1, -1), format="flt", layout="mono"
        )
        frame.sample_rate = RATE
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets


def flashes(
    seconds: float, *at: float, size: tuple[int, int] = (160, 120), length: float = 0.2
) -> list[tuple[float, bool, bytes]]:
    """VP8 frames at 15 a second, dark, and white for a while from *at* on: time, key, frame."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height = size
    codec.pix_fmt, codec.time_base, codec.framerate = "yuv420p", Fraction(1, 15), Fraction(15)
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    codec.gop_size = 15
    frames = []
    for number in range(round(seconds * 15)):
        bright = any(start <= number / 15 + 1e-6 < start + length for start in at)
        picture = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
        picture[: size[1]] = 235 if bright else 40
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 15)
        for packet in codec.encode(frame):
            frames.append((number / 15, packet.is_keyframe, bytes(packet)))
    return frames


@dataclass
class Footage:
    """One recording as its recorder saw it; times in seconds since the room opened."""

    spans: Sequence[tuple[float, float]]
    layout: str = "AUDIO_ONLY"
    recording_id: str = "rec_1"
    # Where its session's recordings are in the object store.
    folder: str = "wsp/ses"
    # Whose sound comes with the last window only, too late for the mix.
    late: set[str] = field(default_factory=set)
    joins: list[pb.RecordedJoin] = field(default_factory=list)
    packets: list[tuple[str, int, "ear_pb2.Medium", int, bool, bytes]] = field(default_factory=list)

    def hears(self, person: str, offset: float, heard: Samples, epoch: int = 1) -> None:
        """*person* is there from *offset* on and is heard."""
        end = offset + len(heard) / RATE
        self.joins.append(
            pb.RecordedJoin(
                participant_id=person,
                epoch=epoch,
                name=person.removeprefix("prt_").title(),
                start_seconds=offset,
                end_seconds=end,
            )
        )
        origin = round(offset * RATE)
        self.packets += [
            (person, epoch, AUDIO, origin + number * SLOT, True, packet)
            for number, packet in enumerate(opus(heard))
        ]

    def sees(
        self,
        person: str,
        offset: float,
        frames: Sequence[tuple[float, bool, bytes]],
        medium: "ear_pb2.Medium" = CAMERA,
        epoch: int = 1,
    ) -> None:
        self.packets += [
            (person, epoch, medium, round((offset + at) * RATE), key, frame)
            for at, key, frame in frames
        ]

    def recording(self) -> session_pb2.Recording:
        one = session_pb2.Recording(
            id=self.recording_id,
            meeting_id="mtg_1",
            session_id="ses_1",
            layout=f"RECORDING_LAYOUT_{self.layout}",
            spans=self._spans(),
        )
        one.create_time.GetCurrentTime()
        return one

    async def keep(self, blobs: Blobs) -> bots_events.RecordingCaptured:
        """Leave it in the object store, as the recorder does."""
        windows = range(
            int(min(start for start, _ in self.spans) * RATE) // WINDOW,
            -int(-max(end for _, end in self.spans) * RATE // WINDOW),
        )
        mixer, proofs = Mixer(), []
        for window in windows:
            fragment = self._window(window, mixer, is_last=window == windows[-1])
            content = fragment.SerializeToString()
            kept = await blobs.put(
                f"{self.folder}/{self.recording_id}/{window:08d}", content, ".window"
            )
            proofs.append(
                pb.FragmentProof(
                    index=window, key=kept.key, sha256=kept.sha256, size_bytes=kept.size_bytes
                )
            )
        manifest = pb.RecordingManifest(
            recording_id=self.recording_id,
            layout=f"RECORDING_LAYOUT_{self.layout}",
            spans=self._spans(),
            joins=self.joins,
            fragments=proofs,
        )
        kept = await blobs.put(
            f"{self.folder}/{self.recording_id}", manifest.SerializeToString(), ".manifest"
        )
        return bots_events.RecordingCaptured(
            recording_id=self.recording_id,
            manifest_key=kept.key,
            manifest_sha256=kept.sha256,
            fragments=len(proofs),
            layout=manifest.layout,
            spans=manifest.spans,
        )

    def _window(self, window: int, mixer: Mixer, *, is_last: bool) -> pb.RecordingFragment:
        first, last = window * WINDOW, (window + 1) * WINDOW
        inside = [one for one in self.packets if first <= one[3] < last and one[0] not in self.late]
        late = [one for one in self.packets if is_last and one[0] in self.late]
        fragment = pb.RecordingFragment(recording_id=self.recording_id, index=window)
        for key in dict.fromkeys(one[:3] for one in [*inside, *late]):
            track = fragment.tracks.add(participant_id=key[0], epoch=key[1], medium=key[2])
            mine = [one for one in [*inside, *late] if one[:3] == key]
            for _, _, _, sample, is_key, payload in mine:
                if self._wants(sample // SLOT):
                    track.packets.add(sample=sample, key=is_key, payload=payload)
        wanted = [slot for slot in range(first // SLOT, last // SLOT) if self._wants(slot)]
        sounds = {
            f"{key[0]} {key[1]}": [(one[3], one[5]) for one in inside if one[:3] == key]
            for key in dict.fromkeys(one[:3] for one in inside if one[2] == AUDIO)
        }
        mix = mixer.mix(first, WINDOW, [slot * SLOT for slot in wanted], sounds)
        for slot, packet in zip(wanted, mix, strict=True):
            fragment.mixed.add(slot=slot, payload=packet)
        return fragment

    def _wants(self, slot: int) -> bool:
        return any(round(start * 50) <= slot < round(end * 50) for start, end in self.spans)

    def _spans(self) -> list[session_pb2.Span]:
        return [session_pb2.Span(start_seconds=start, end_seconds=end) for start, end in self.spans]
