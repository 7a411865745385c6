"""Has the ear hear every browser: its seat there, and the RTP that Janus forwards to it."""

import secrets
from collections.abc import Mapping

from session.domain.rooms import RoomGone
from session.media.janus.ear_side import EarSide
from session.media.janus.ledger import MEDIUM_OF, Forward, Join, Medium, Publication
from session.media.janus.videoroom import Standing, Target, VideoRoom

BITS_OF_SSRC = 32


class Hearing:
    """One room's. ``settle`` makes what is so for a join into what is to be so."""

    def __init__(self, rooms: VideoRoom, ear: EarSide) -> None:
        self._rooms = rooms
        self._ear = ear
        self.capturing = False

    async def settle(self, join: Join, publication: Publication | None) -> bool:
        """Seat the join and forward what it publishes; true when video began to be kept."""
        wanted = self._wanted(publication)
        await self._stop(join, wanted)
        started = [medium for medium in wanted if medium not in join.forwards]
        if not started and join.offset_seconds is not None:
            return False
        for medium in started:
            join.forwards[medium] = Forward(wanted[medium], _an_ssrc())
        await self._seat(join)
        for medium, forward in list(join.forwards.items()):
            if forward.stream_id is None:
                await self._start(join, medium, forward)
        return any(medium is not Medium.AUDIO for medium in started)

    async def take_over(self, join: Join, standing: Mapping[str, list[Standing]]) -> None:
        """Go on with the forward of sound that an earlier owner made; the rest is made anew."""
        found = standing.get(join.participant_id, [])
        sound = [one for one in found if not one.is_video]
        for one in found:
            if one.is_video or len(sound) > 1:
                await self._rooms.stop_forward(join.participant_id, one.stream_id)
        if len(sound) == 1:
            target = sound[0].target
            join.ear, join.is_heard = (target.host, target.port), True
            join.forwards[Medium.AUDIO] = Forward("", target.ssrc, sound[0].stream_id)

    def _wanted(self, publication: Publication | None) -> dict[Medium, str]:
        """The mids to be forwarded, at most one per medium."""
        wanted: dict[Medium, str] = {}
        for stream in publication.streams.values() if publication else ():
            medium = MEDIUM_OF[stream.source]
            is_sound = medium is Medium.AUDIO
            if stream.is_video is not is_sound and (is_sound or self.capturing):
                wanted.setdefault(medium, stream.mid)
        return wanted

    async def _stop(self, join: Join, wanted: Mapping[Medium, str]) -> None:
        for medium, forward in list(join.forwards.items()):
            if forward.mid and wanted.get(medium) == forward.mid:
                continue
            if not forward.mid and medium in wanted:
                forward.mid = wanted[medium]
                continue
            del join.forwards[medium]
            join.offset_seconds = None
            if forward.stream_id is not None:
                await self._rooms.stop_forward(join.participant_id, forward.stream_id)

    async def _seat(self, join: Join) -> None:
        ssrcs = {medium: forward.ssrc for medium, forward in join.forwards.items()}
        place = await self._ear.seat(join, ssrcs)
        join.offset_seconds, join.is_heard = place.offset_seconds, True
        if join.ear != (place.host, place.port):
            join.ear = place.host, place.port
            for forward in join.forwards.values():
                await self._drop(join, forward)

    async def _drop(self, join: Join, forward: Forward) -> None:
        if forward.stream_id is not None:
            stream_id, forward.stream_id = forward.stream_id, None
            await self._rooms.stop_forward(join.participant_id, stream_id)

    async def _start(self, join: Join, medium: Medium, forward: Forward) -> None:
        target = Target(*join.ear, forward.ssrc)
        try:
            forward.stream_id = await self._rooms.forward(join.participant_id, forward.mid, target)
        except RoomGone:
            raise
        except Exception:
            # They may have stopped to publish it meanwhile: then it is not wanted the next time.
            join.forwards.pop(medium, None)
            join.offset_seconds = None
            raise


def _an_ssrc() -> int:
    return secrets.randbits(BITS_OF_SSRC) or 1
