"""One join's camera or screen: RTP in, whole VP8 frames and markers on its track out."""

import math

import structlog

from session.media.records import RATE, Kind, Record
from session.media.reordering import Reordering
from session.media.rtp import Packet
from session.media.timeline import Timeline
from session.media.track import Track
from session.media.vp8 import Assembly, Frame

log = structlog.get_logger()

CLOCK_RATE = 90_000
# A media node asks the browser again for what it missed; that comes a round trip later.
HOLD_SECONDS = 0.2
# A key frame of a screen comes as some hundred packets at once.
MOST_HELD = 1000
STALL_SAMPLES = 2 * RATE
QUIET_STEP_SAMPLES = RATE // 2
MOST_STEP_SAMPLES = RATE // 2


class Pictures:
    """Writes the frames of one stream to *track*. All samples are counted from the join."""

    def __init__(self, track: Track) -> None:
        self.ssrc = 0
        self._track = track
        self._head = track.head
        self._seen = False
        # The sample that was last told to be now.
        self._now = 0
        self._ready: list[Record] = []
        self._failing = False
        self._begin()

    def tune(self, ssrc: int) -> None:
        """See another stream from now on; 0: none."""
        if ssrc != self.ssrc:
            self._place_all()
            self.ssrc = ssrc
            self._begin()

    def take(self, packet: Packet, arrived: float, now: int) -> None:
        """Take what arrived at the time *arrived*, which is sample *now*."""
        self._now = now
        for sequence, ordered in self._order.push(packet.sequence, packet, arrived):
            self._assemble(sequence, ordered, now)

    def pass_time(self, arrived: float, now: int) -> None:
        """Write what is ready, and that time has passed where nothing comes."""
        self._now = now
        for sequence, ordered in self._order.overdue(arrived):
            self._assemble(sequence, ordered, now)
        self._place_early()
        if not self.ssrc and now - self._head > QUIET_STEP_SAMPLES:
            self._mark(Kind.SILENCE, now)
        elif now - self._head > STALL_SAMPLES + QUIET_STEP_SAMPLES:
            # Whatever comes next refers to frames that nobody has: a key frame is needed.
            self._broken = True
            self._mark(Kind.GAP if self._seen else Kind.SILENCE, now - STALL_SAMPLES)
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
            self._broken = True
            if not self._failing:
                log.error("track not written", folder=str(self._track.folder), error=str(error))
            self._failing = True

    def close(self) -> None:
        """Write all that came."""
        self._place_all()
        self.flush()

    def finish(self) -> None:
        """End the track."""
        self._track.finish()

    def _begin(self) -> None:
        self._order: Reordering[Packet] = Reordering(HOLD_SECONDS, MOST_HELD)
        self._timeline = Timeline(CLOCK_RATE, 1, MOST_STEP_SAMPLES)
        self._assembly = Assembly()
        self._next: int | None = None
        # Frames mean nothing before the first key frame.
        self._broken = True
        # The first packets, until it is clear where they lie.
        self._early: list[tuple[int, Packet, int]] = []

    def _place_all(self) -> None:
        """Nothing more comes of this stream: what waits for something missing waits in vain."""
        for sequence, ordered in self._order.overdue(math.inf):
            self._assemble(sequence, ordered, self._now)
        self._place_early()

    def _place_early(self) -> None:
        early, self._early = self._early, []
        if early:
            arrivals = [(packet.timestamp, now) for _, packet, now in early]
            self._timeline.anchor(arrivals, self._head)
            for arrival in early:
                self._assemble(*arrival)

    def _assemble(self, sequence: int, packet: Packet, now: int) -> None:
        if not self._timeline.is_anchored:
            self._early.append((sequence, packet, now))
            return
        missing = sequence - self._next if self._next is not None else 0
        self._next = sequence + 1
        frame = self._assembly.take(
            packet.timestamp, packet.payload, last=packet.marker, missing=missing > 0
        )
        if self._assembly.lost:
            self._assembly.lost, self._broken = False, True
        if frame is not None:
            self._show(frame, now, jumped=missing > MOST_HELD)

    def _show(self, frame: Frame, now: int, *, jumped: bool) -> None:
        sample = self._timeline.place(frame.timestamp, now, self._head, jumped=jumped)
        if self._broken and not frame.key:
            return
        # A clock that is followed may step back; the frame is needed all the same.
        sample = max(sample, self._head)
        if self._broken:
            self._mark(Kind.GAP if self._seen else Kind.SILENCE, sample)
        self._broken, self._seen = False, True
        kind = Kind.KEY_PICTURE if frame.key else Kind.PICTURE
        # The time since the frame before, so that a track has no holes: it is shown at the end.
        self._ready.append(Record(kind, self._head, sample + 1, frame.payload))
        self._head = sample + 1

    def _mark(self, kind: Kind, until: int) -> None:
        if until > self._head:
            self._ready.append(Record(kind, self._head, until))
            self._head = until
