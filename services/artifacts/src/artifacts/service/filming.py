"""Makes a recording's files of what its recorder left, and proves each by decoding it whole."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from artifacts.domain.recordings import (
    COMPOSITE,
    FragmentsDamaged,
    RecordedFile,
    Recording,
    Span,
    StudioFailed,
    Timeline,
)
from artifacts.exports.ffmpeg import Ffmpeg
from artifacts.exports.grid import RATE, Tenant, filters
from artifacts.exports.harvest import Film, Harvest
from artifacts.exports.ivf import write_ivf
from artifacts.exports.ogg import write_ogg
from common.blobs import BlobMissing, Blobs
from convene.bots.v1 import recording_pb2 as bots
from convene.session.v1 import ear_pb2, session_pb2

log = structlog.get_logger()

OGG = "audio/ogg"
WEBM = "video/webm"
LONGEST_DIFFERENCE = 0.5
FONT_REMEDY = "install a font where artifacts runs, say apt-get install fonts-dejavu-core"
LOUDEST = "alimiter=limit=0.95"
MEDIA = {ear_pb2.MEDIUM_CAMERA: "camera", ear_pb2.MEDIUM_SCREEN: "screen"}
# Quick enough for a small machine, good enough for faces and slides.
VIDEO_CODEC = (
    *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-threads", "2"),
    *("-b:v", "1500k", "-crf", "20", "-g", str(RATE * 4), "-r", str(RATE)),
)


@dataclass(frozen=True, slots=True)
class Take:
    """A file that is made and still to be proved; *exact* ones last as long as the recording."""

    track: str
    participant_id: str
    name: str
    content_type: str
    path: Path
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """What one recording's files are made from."""

    manifest: bots.RecordingManifest
    timeline: Timeline
    harvest: Harvest
    folder: Path

    def name(self, participant_id: str) -> str:
        names = (one.name for one in self.manifest.joins if one.participant_id == participant_id)
        return next(names, "") or participant_id


class Filming:
    """*progress* of a composite is told in seconds of it."""

    def __init__(self, blobs: Blobs, ffmpeg: Ffmpeg) -> None:
        self._blobs = blobs
        self._ffmpeg = ffmpeg

    async def manifest(self, recording: Recording) -> bots.RecordingManifest:
        """What the recorder wrote of *recording*; raises ``FragmentsDamaged``."""
        content = await self._sound_object(recording.manifest_key, "")
        return bots.RecordingManifest.FromString(content)

    async def make(
        self, workspace_id: str, recording: Recording, progress: Callable[[float], None]
    ) -> Sequence[RecordedFile]:
        """The files of *recording*, the composite first, in the object store and proved.

        Raises ``StudioMissing``, ``StudioFailed``, ``FragmentsDamaged``.
        """
        self._ffmpeg.check()
        manifest = await self.manifest(recording)
        spans = [Span(one.start_seconds, one.end_seconds) for one in manifest.spans]
        timeline = Timeline(spans)
        with TemporaryDirectory(prefix="recording-") as name:
            folder = Path(name)
            with closing(Harvest(folder, timeline)) as harvest:
                for proof in manifest.fragments:
                    content = await self._sound_object(proof.key, proof.sha256)
                    harvest.take(bots.RecordingFragment.FromString(content))
                scene = Scene(manifest, timeline, harvest, folder)
                takes = await self._takes(scene, progress)
                prefix = f"{recording.folder(workspace_id)}/files"
                kept = [await self._keep(scene, prefix, take) for take in takes]
        return [one for one in kept if one is not None]

    async def _takes(self, scene: Scene, progress: Callable[[float], None]) -> Sequence[Take]:
        sounds = [await self._sound(scene, person) for person in scene.harvest.sounds]
        films = [
            await self._film(scene, person, medium, film)
            for (person, medium), film in scene.harvest.films.items()
            if film.size is not None
        ]
        mix = await self._mix(scene, sounds)
        if scene.manifest.layout == session_pb2.RECORDING_LAYOUT_AUDIO_ONLY:
            return [Take(COMPOSITE, "", "", OGG, mix), *sounds]
        composite = await self._grid(scene, mix, progress)
        return [composite, *sounds, *films]

    async def _sound(self, scene: Scene, participant_id: str) -> Take:
        path = scene.folder / f"audio-{participant_id}.ogg"
        await asyncio.to_thread(_write, path, scene.harvest.sound(participant_id))
        track = f"audio-{participant_id}"
        return Take(track, participant_id, scene.name(participant_id), OGG, path)

    async def _mix(self, scene: Scene, sounds: Sequence[Take]) -> Path:
        """What the recorder mixed; mixed anew where something came too late for it."""
        path = scene.folder / "mix.ogg"
        if not scene.harvest.is_late:
            await asyncio.to_thread(_write, path, scene.harvest.mixed())
            return path
        inputs = [part for one in sounds for part in ("-i", str(one.path))]
        mixing = f"amix=inputs={len(sounds)}:normalize=0:duration=longest,{LOUDEST}"
        codec = ("-c:a", "libopus", "-b:a", "64k", "-ac", "1", "-ar", "48000")
        arguments = [*inputs, "-filter_complex", mixing, *codec, str(path)]
        await self._ffmpeg.run(arguments, scene.timeline.seconds)
        return path

    async def _film(
        self, scene: Scene, participant_id: str, medium: "ear_pb2.Medium", film: Film
    ) -> Take:
        raw = _raw(scene, participant_id, medium)
        path = raw.with_suffix(".webm")
        await asyncio.to_thread(_write_film, raw, film)
        # Its own pictures, at their own times: the start of the recording stays second 0.
        arguments = ["-copyts", "-i", str(raw), "-c", "copy", str(path)]
        await self._ffmpeg.run(arguments, scene.timeline.seconds)
        track, name = f"{MEDIA[medium]}-{participant_id}", scene.name(participant_id)
        return Take(track, participant_id, name, WEBM, path, exact=False)

    async def _grid(self, scene: Scene, mix: Path, progress: Callable[[float], None]) -> Take:
        tenants = _tenants(scene)
        videos = [part for one in tenants if one.video for part in ("-i", str(one.video))]
        count = sum(1 for one in tenants if one.video)
        path, seconds = scene.folder / "composite.webm", scene.timeline.seconds
        for labels in (scene.folder, None):
            graph = scene.folder / "graph.txt"
            await asyncio.to_thread(graph.write_text, filters(tenants, seconds, labels))
            arguments = [
                *videos,
                *("-i", str(mix), "-filter_complex_script", str(graph)),
                *("-map", "[out]", "-map", f"{count}:a", *VIDEO_CODEC, "-c:a", "copy"),
                *("-t", f"{seconds:.3f}", str(path)),
            ]
            try:
                await self._ffmpeg.run(arguments, seconds, progress)
                break
            except StudioFailed as error:
                # Where there is no font, people have no names; that is no reason to lose it all.
                if labels is None or "font" not in str(error).lower():
                    raise
                log.warning("composite has no names", remedy=FONT_REMEDY, error=str(error))
        return Take(COMPOSITE, "", "", WEBM, path)

    async def _keep(self, scene: Scene, prefix: str, take: Take) -> RecordedFile | None:
        """Prove the file by decoding all of it, then store it.

        A person's own video that cannot be decoded is left out; nothing else may be.
        """
        length = scene.timeline.seconds
        try:
            arguments = ["-i", str(take.path), "-f", "null", "-"]
            seconds = await self._ffmpeg.run(arguments, length, strict=take.exact)
            if take.exact and abs(seconds - length) > LONGEST_DIFFERENCE:
                raise StudioFailed(f"{take.track} lasts {seconds:.2f} s instead of {length:.2f} s")
        except StudioFailed as error:
            if take.exact:
                raise
            log.warning("track left out", track=take.track, error=str(error))
            return None
        proof = await self._blobs.put_file(prefix, take.path, take.path.suffix)
        return RecordedFile(
            track=take.track,
            participant_id=take.participant_id,
            name=take.name,
            content_type=take.content_type,
            key=proof.key,
            size_bytes=proof.size_bytes,
            sha256=proof.sha256,
            duration_seconds=round(seconds, 3),
        )

    async def _sound_object(self, key: str, sha256: str) -> bytes:
        try:
            content = await self._blobs.get(key)
        except BlobMissing:
            raise FragmentsDamaged(f"object {key} is gone", key=key) from None
        # The manifest's key has its hash for a name.
        wanted = sha256 or Path(key).stem
        if hashlib.sha256(content).hexdigest() != wanted:
            raise FragmentsDamaged(f"object {key} is not what was put there", key=key)
        return content


def _tenants(scene: Scene) -> Sequence[Tenant]:
    """Everybody who was there, by when they came, and every screen that was shared."""
    people: dict[str, list[tuple[float, float]]] = {}
    for join in scene.manifest.joins:
        stretches = scene.timeline.clipped(join.start_seconds, join.end_seconds)
        people.setdefault(join.participant_id, []).extend(stretches)
    tenants = [
        _tenant(scene, person, ear_pb2.MEDIUM_CAMERA, _joined(present))
        for person, present in people.items()
        if present
    ]
    for person, medium in scene.harvest.films:
        film = scene.harvest.films[person, medium]
        if medium == ear_pb2.MEDIUM_SCREEN and film.size is not None:
            tenants.append(_tenant(scene, person, medium, scene.harvest.stretches(film)))
    return tenants


def _tenant(
    scene: Scene,
    person: str,
    medium: "ear_pb2.Medium",
    present: Sequence[tuple[float, float]],
) -> Tenant:
    film = scene.harvest.films.get((person, medium))
    label = scene.name(person)
    if medium == ear_pb2.MEDIUM_SCREEN:
        label = f"{label} (screen)"
    if film is None or film.size is None:
        return Tenant(label, present)
    seen = scene.harvest.stretches(film)
    return Tenant(label, present, _raw(scene, person, medium), film.start, seen)


def _joined(stretches: Iterable[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """Stretches that touch or overlap, as one: two joins may for a moment stand side by side."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _raw(scene: Scene, participant_id: str, medium: "ear_pb2.Medium") -> Path:
    return scene.folder / f"{MEDIA[medium]}-{participant_id}.ivf"


def _write(path: Path, packets: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        write_ogg(file, packets)


def _write_film(path: Path, film: Film) -> None:
    assert film.size is not None
    with path.open("wb") as file:
        write_ivf(file, film.size, ((one.at, one.payload) for one in film.pictures))
