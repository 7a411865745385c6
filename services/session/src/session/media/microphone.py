"""One join's sound: RTP in, Opus packets and markers on its track out."""

import math
from collections.abc import Sequence

import structlog

from session.media.records import FRAME, RATE, Kind, Record
from session.media.reordering import Reordering
from session.media.rtp import Packet
from session.media.timeline import Timeline
from session.media.track import Track

log = structlog.get_logger()

# What came early waits so long for what is missing.
HOLD_SECONDS = 0.1
# More missing at once was not sent, or is lost for good: nobody waits for it.
MOST_HELD = 25
# Nothing has come for so long: readers are told that time passes without sound.
STALL_SAMPLES = 2 * RATE
# Until a browser is connected it sends nothing, and nothing is lost.
LEAD_SAMPLES = 10 * RATE
# What was sent before a mute ends, or is on its way when one begins, is not written over.
QUIET_LAG_SAMPLES = RATE * 3 // 10
# Nobody needs to know more often that it is still quiet.
QUIET_STEP_SAMPLES = RATE // 2
# Who was connected anew and is not heard by then has nothing to say.
OUTAGE_SAMPLES = 10 * RATE
# What the node itself says later than this begins anew; sooner, it goes on.
PAUSE_SAMPLES = RATE // 5
# Per configuration of Opus, the first five bits of a packet: samples in one of its frames.
FRAME_SAMPLES = (
    (480, 960, 1920, 2880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4
)  # fmt: skip


def opus_samples(packet: bytes) -> int:
    """How many samples at 48 kHz *packet* holds; 0 when it is no Opus (RFC 6716, 3.1)."""
    if not packet:
        return 0
    frames = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[packet[0] & 3]
    return frames * FRAME_SAMPLES[packet[0] >> 3]


class Microphone:
    """Writes one join's RTP to *track*. All samples are counted from the join."""

    def __init__(self, track: Track) -> None:
        self.ssrc = 0
        self.quiet = False
        # Packets of another length than 20 ms, which nobody downstream reads.
        self.odd = 0
        self._track = track
        self._head = track.head
        self._heard = track.head > 0
        self._was_quiet = False
        self._ready: list[Record] = []
        self._next = 0
        # The sample that was last told to be now.
        self._now = 0
        # Until then whatever is missing was lost with the connection.
        self._outage_ends = 0
        self._failing = False
        self._begin()

    @property
    def lost(self) -> int:
        return self._order.lost

    def tune(self, ssrc: int) -> None:
        """Hear another stream from now on; 0: none."""
        if ssrc != self.ssrc:
            self._place_all()
            self.ssrc = ssrc
            self._begin()

    def interrupt(self, now: int) -> None:
        """The connection was lost and was made anew by sample *now*."""
        if not self.quiet:
            self._place_all()
            self._outage_ends = now + OUTAGE_SAMPLES

    def set_quiet(self, quiet: bool, now: int) -> None:
        """Muted or heard again, at sample *now*."""
        if self.quiet and not quiet:
            self._mark(Kind.MUTE, now - QUIET_LAG_SAMPLES)
        self._was_quiet = self._was_quiet or quiet
        self.quiet = quiet

    def take(self, packet: Packet, arrived: float, now: int) -> None:
        """Take what arrived at the time *arrived*, which is sample *now*."""
        self._now = now
        for sequence, ordered in self._order.push(packet.sequence, packet, arrived):
            self._place(sequence, ordered, now)

    def pass_time(self, arrived: float, now: int) -> None:
        """Write what is ready, and that time has passed where nothing comes."""
        self._now = now
        for sequence, ordered in self._order.overdue(arrived):
            self._place(sequence, ordered, now)
        self._place_early()
        if self.quiet:
            self._mark_steps(Kind.MUTE, now - QUIET_LAG_SAMPLES)
        elif not self.ssrc and not self._is_out(now):
            self._mark_steps(Kind.SILENCE, now)
        elif now - self._head > STALL_SAMPLES + QUIET_STEP_SAMPLES:
            self._was_quiet = False
            self._mark(self._stall(now), now - STALL_SAMPLES)
        self.flush()

    def close(self) -> None:
        """Write all that came."""
        self._place_all()
        self.flush()

    def say(self, packets: Sequence[bytes], now: int) -> None:
        """Write 20 ms packets of the node's own, at sample *now* or behind what is there."""
        if now - self._head > PAUSE_SAMPLES:
            self._mark(Kind.SILENCE, now)
        for packet in packets:
            self._ready.append(Record(Kind.PACKET, self._head, self._head + FRAME, packet))
            self._head += FRAME
        self.flush()

    def flush(self) -> None:
        """Write what is there."""
        self._place_early()
        ready, self._ready = self._ready, []
        if not ready:
            return
        try:
            self._track.extend(ready)
            self._failing = False
        except OSError as error:
            # What is lost shows as a GAP before the next that can be written.
            if not self._failing:
                log.error("track not written", folder=str(self._track.folder), error=str(error))
            self._failing = True

    def _begin(self) -> None:
        self._order: Reordering[Packet] = Reordering(HOLD_SECONDS, MOST_HELD)
        self._timeline = Timeline(RATE, FRAME, FRAME)
        self._fresh = True
        # The first packets, until it is clear where they lie.
        self._early: list[tuple[int, Packet, int]] = []

    def _place_all(self) -> None:
        """Nothing more comes of this stream: what waits for something missing waits in vain."""
        for sequence, ordered in self._order.overdue(math.inf):
            self._place(sequence, ordered, self._now)
        self._place_early()

    def _place_early(self) -> None:
        early, self._early = self._early, []
        if early:
            arrivals = [(packet.timestamp, now) for _, packet, now in early]
            self._timeline.anchor(arrivals, self._head)
            for arrival in early:
                self._place(*arrival)

    def _place(self, sequence: int, packet: Packet, now: int) -> None:
        if not self._timeline.is_anchored:
            self._early.append((sequence, packet, now))
            return
        missing, self._next = sequence - self._next, sequence + 1
        jumped = missing > MOST_HELD and not self._fresh
        if self.quiet:
            return
        sample = self._timeline.place(packet.timestamp, now, self._head, jumped=jumped)
        if opus_samples(packet.payload) != FRAME:
            self.odd += 1
            return
        if sample < self._head:
            return
        if sample > self._head:
            self._mark(self._between(missing, sample), sample)
        self._ready.append(Record(Kind.PACKET, sample, sample + FRAME, packet.payload))
        self._head = sample + FRAME
        self._heard, self._was_quiet, self._fresh = True, False, False
        self._outage_ends = 0

    def _between(self, missing: int, sample: int) -> Kind:
        """What the time before a packet at *sample* was, with so many packets *missing*."""
        if self._was_quiet:
            return Kind.MUTE
        if self._is_out(sample):
            return Kind.OUTAGE
        if not self._heard or not (missing or self._fresh):
            return Kind.SILENCE
        return Kind.GAP

    def _stall(self, now: int) -> Kind:
        """What it is that nothing has come for long."""
        if self._is_out(now):
            return Kind.OUTAGE
        return Kind.GAP if self._heard or now >= LEAD_SAMPLES else Kind.SILENCE

    def _is_out(self, sample: int) -> bool:
        return self._heard and sample < self._outage_ends

    def _mark_steps(self, kind: Kind, until: int) -> None:
        if until - self._head >= QUIET_STEP_SAMPLES:
            self._mark(kind, until)

    def _mark(self, kind: Kind, until: int) -> None:
        until = until // FRAME * FRAME
        if until > self._head:
            self._ready.append(Record(kind, self._head, until))
            self._head = until
