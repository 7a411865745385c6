"""Records one session: takes tracks from the ears and ships them window by window."""

import asyncio
import time
from collections.abc import Mapping, Sequence

import structlog

from bots.domain.crew import Track
from bots.domain.recording import (
    RATE,
    SLOT_SAMPLES,
    WINDOW_SAMPLES,
    Medium,
    Recording,
    RecordingState,
)
from bots.engines.mixing import Mixer
from bots.service.captures import Captures, Standing
from bots.service.reel import Cut, Reel
from bots.service.taking import Piece, Source
from bots.store.recordings import Fragment, TakeKey
from bots.wire import spans_to
from common.blobs import Blobs
from common.leases import LeaseLost
from convene.bots.v1 import recording_pb2 as pb
from convene.bots.v1.events_pb2 import RecordingCaptured

log = structlog.get_logger()

TICK_SECONDS = 0.5
# A join or a pause that just happened is heard of within this.
SETTLING_SECONDS = 1.0
AGAIN_SECONDS = 1.0
# A stopped recording that cannot be shipped within this is given up.
LONGEST_FINISH_SECONDS = 600.0


class RecorderRun:
    """One recording while this replica holds it."""

    def __init__(
        self, captures: Captures, source: Source, blobs: Blobs, wake: asyncio.Event
    ) -> None:
        self._captures = captures
        self._blobs = blobs
        self._wake = wake
        self._mixer = Mixer()
        self._reel = Reel(source, captures.caller, self._wants, self._begin)
        self._recording: Recording | None = None
        self._finishing_since: float | None = None

    async def run(self) -> None:
        """Work until everything is shipped; raises ``LeaseLost``."""
        await self._captures.arrive()
        try:
            async with asyncio.TaskGroup() as group:
                while not await self._try_turn(group):
                    pass
                self._reel.stop()
        except BaseExceptionGroup as failures:
            if failures.split(LeaseLost)[1] is None:
                raise LeaseLost("the recording is held by another replica") from None
            raise

    async def _try_turn(self, group: asyncio.TaskGroup) -> bool:
        """A turn; what fails is tried again for as long as it may still succeed."""
        try:
            return await self._turn(group)
        except LeaseLost:
            raise
        except Exception as error:
            log.exception("recording is held up", recording=self._captures.recording_id)
            if self._is_hopeless():
                await self._give_up(error)
                return True
            # What was cut from the tracks is read again.
            self._reel.stop()
            self._mixer = Mixer()
            await asyncio.sleep(AGAIN_SECONDS)
            return False

    async def _turn(self, group: asyncio.TaskGroup) -> bool:
        """Ship the next window if it is ready, or rest; true when all is shipped."""
        self._wake.clear()
        standing = await self._captures.standing()
        recording = self._recording = standing.recording
        if not recording.is_unfinished:
            return True
        if recording.state is RecordingState.FINISHING and self._finishing_since is None:
            self._finishing_since = asyncio.get_running_loop().time()
            self._reel.look()
        window = recording.window()
        if window is None and recording.state is RecordingState.LIVE:
            # Paused: what follows is not wanted, what is wanted again is read from there.
            self._reel.stop()
            await self._rest()
            return False
        if self._reel.lacks(standing.tracks):
            cursors = await self._captures.cursors()
            self._reel.take(standing.tracks, cursors, group, with_video=recording.with_video)
        if window is None:
            return await self._end(standing)
        if self._is_ready(recording, window):
            await self._ship(recording, window, recording.slots_of(window))
        else:
            await self._rest()
        return False

    async def _end(self, standing: Standing) -> bool:
        """Ship what came too late for its window, then finish; true when it is all done."""
        recording = standing.recording
        end = max((one.last_slot or 0 for one in recording.spans), default=0) * SLOT_SAMPLES
        if self._reel.holds_up(end):
            await self._rest()
            return False
        if self._reel.has_pieces:
            await self._ship(recording, recording.next_window, ())
            return False
        await self._finish(recording)
        return True

    def _wants(self, slot: int) -> bool:
        return self._recording is not None and self._recording.wants(slot)

    def _begin(self, origin: int) -> int:
        assert self._recording is not None
        return _span_start(self._recording, origin)

    def _is_ready(self, recording: Recording, window: int) -> bool:
        end = (recording.slots_of(window)[-1] + 1) * SLOT_SAMPLES
        if recording.room_open_time is not None:
            passed = time.time() - recording.room_open_time.timestamp()
            if passed < end / RATE + SETTLING_SECONDS:
                return False
        return not self._reel.holds_up(end)

    async def _ship(self, recording: Recording, window: int, slots: Sequence[int]) -> None:
        """Put the window into the object store, then write that it is there."""
        # A window that a pause or the end cuts short is complete without the rest of it.
        until = (slots[-1] + 1) * SLOT_SAMPLES if slots else (window + 1) * WINDOW_SAMPLES
        cut = self._reel.cut(until)
        mixed = await asyncio.to_thread(self._mix, window, slots, cut.pieces)
        fragment = pb.RecordingFragment(
            recording_id=recording.id,
            index=window,
            tracks=_tracks_of(recording, cut.pieces),
            mixed=[
                pb.MixedPacket(slot=slot, payload=packet)
                for slot, packet in zip(slots, mixed, strict=True)
            ],
        )
        await self._keep(recording, window, fragment.SerializeToString(), cut)
        self._reel.drop(cut)
        for participant_id, epoch in cut.over:
            self._mixer.forget(f"{participant_id} {epoch}")

    async def _keep(self, recording: Recording, window: int, content: bytes, cut: Cut) -> None:
        """Until it is kept: what was cut from the tracks is nowhere else in this process."""
        while True:
            try:
                proof = await self._blobs.put(_prefix(recording, window), content, ".window")
                kept = Fragment(window, proof.key, proof.sha256, proof.size_bytes)
                await self._captures.keep(kept, cut.cursors, cut.over)
            except LeaseLost:
                raise
            except Exception as error:
                if self._is_hopeless():
                    raise
                log.warning("window not kept", recording=recording.id, error=str(error))
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    def _mix(
        self, window: int, slots: Sequence[int], taken: Mapping[TakeKey, Sequence[Piece]]
    ) -> Sequence[bytes]:
        first = window * WINDOW_SAMPLES
        sound = {
            f"{key[0]} {key[1]}": [(one.sample, one.payload) for one in pieces]
            for key, pieces in taken.items()
            if key[2] is Medium.AUDIO
        }
        starts = [slot * SLOT_SAMPLES for slot in slots]
        return self._mixer.mix(first, WINDOW_SAMPLES, starts, sound)

    async def _finish(self, recording: Recording) -> None:
        """Write the manifest and say that everything is captured."""
        fragments = await self._captures.fragments()
        everybody = await self._captures.everybody(recording.session_id)
        cursors = await self._captures.cursors()
        manifest = pb.RecordingManifest(
            recording_id=recording.id,
            layout=_layout_of(recording),
            spans=spans_to(recording.spans),
            joins=_joins_of(recording, everybody, cursors),
            fragments=[
                pb.FragmentProof(
                    index=one.window, key=one.key, sha256=one.sha256, size_bytes=one.size_bytes
                )
                for one in fragments
            ],
        )
        content = manifest.SerializeToString(deterministic=True)
        proof = await self._blobs.put(_folder(recording), content, ".manifest")
        await self._captures.finish(
            RecordingCaptured(
                recording_id=recording.id,
                manifest_key=proof.key,
                manifest_sha256=proof.sha256,
                fragments=len(fragments),
                layout=manifest.layout,
                spans=manifest.spans,
            )
        )

    def _is_hopeless(self) -> bool:
        since = self._finishing_since
        now = asyncio.get_running_loop().time()
        return since is not None and now - since > LONGEST_FINISH_SECONDS

    async def _give_up(self, error: Exception) -> None:
        why = f"RECORDER_FAILED: {error}"
        recording = self._recording
        assert recording is not None
        await self._captures.finish(
            RecordingCaptured(
                recording_id=recording.id,
                failure=why,
                layout=_layout_of(recording),
                spans=spans_to(recording.spans),
            )
        )

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(TICK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return


def _span_start(recording: Recording, origin: int) -> int:
    """The first sample that can be wanted of somebody who came at *origin*."""
    for span in recording.spans:
        last = span.last_slot
        if last is None or last * SLOT_SAMPLES > origin:
            return span.first_slot * SLOT_SAMPLES
    return recording.spans[-1].first_slot * SLOT_SAMPLES


def _tracks_of(
    recording: Recording, taken: Mapping[TakeKey, Sequence[Piece]]
) -> list[pb.TrackFragment]:
    found = []
    for (participant_id, epoch, medium), pieces in taken.items():
        packets = [
            pb.TrackPacket(sample=one.sample, key=one.key, payload=one.payload)
            for one in pieces
            if one.fresh and recording.wants(one.sample // SLOT_SAMPLES)
        ]
        if packets:
            found.append(
                pb.TrackFragment(
                    participant_id=participant_id,
                    epoch=epoch,
                    medium=f"MEDIUM_{medium.value}",
                    packets=packets,
                )
            )
    return found


def _joins_of(
    recording: Recording, everybody: Sequence[Track], cursors: Mapping[TakeKey, int]
) -> list[pb.RecordedJoin]:
    """Who was there while it was recorded, as far as their sound was read."""
    end = max((one.end or one.start for one in recording.spans), default=0.0)
    joins = []
    for track in everybody:
        read = cursors.get((*track.key, Medium.AUDIO), 0)
        if track.offset_seconds < end and read:
            joins.append(
                pb.RecordedJoin(
                    participant_id=track.participant_id,
                    epoch=track.epoch,
                    name=track.name,
                    start_seconds=track.offset_seconds,
                    end_seconds=track.offset_seconds + read / RATE,
                )
            )
    return joins


def _layout_of(recording: Recording) -> str:
    return "RECORDING_LAYOUT_GRID" if recording.with_video else "RECORDING_LAYOUT_AUDIO_ONLY"


def _folder(recording: Recording) -> str:
    return f"{recording.workspace_id}/{recording.session_id}/{recording.id}"


def _prefix(recording: Recording, window: int) -> str:
    return f"{_folder(recording)}/{window:08d}"
