"""People without a browser in a Janus room: the ear sends what they say as RTP."""

from collections.abc import Iterable

from session.media.janus.ear_side import EarSide
from session.media.janus.videoroom import VideoRoom


class Voices:
    """One room's voices, by participant. *host* is where Janus takes their RTP."""

    def __init__(self, rooms: VideoRoom, ear: EarSide, host: str) -> None:
        self._rooms = rooms
        self._ear = ear
        self._host = host
        self._ports: dict[str, int] = {}
        # Asked for by name; the others follow who is scripted at the ear.
        self._spoken: set[str] = set()
        self._untold: set[str] = set()

    def __contains__(self, participant_id: str) -> bool:
        return participant_id in self._ports

    async def speak(self, participant_id: str) -> None:
        """A voice that stays until the room is closed; asking again is no error."""
        self._spoken.add(participant_id)
        await self._open(participant_id)

    async def settle(self, scripted: Iterable[str]) -> None:
        """Have a voice for everybody in *scripted* and for those who were asked for."""
        wanted = self._spoken | set(scripted)
        for participant_id in sorted(wanted):
            await self._open(participant_id)
        for participant_id in sorted(self._ports.keys() - wanted):
            await self.close(participant_id)

    async def settle_none(self) -> None:
        """Take everybody out, as has to be done before the room ends."""
        for participant_id in sorted(self._ports):
            await self.close(participant_id)

    def tell_again(self) -> None:
        """The ear was away: it may have forgotten where to send."""
        self._untold |= self._ports.keys()

    async def close(self, participant_id: str) -> None:
        """Take a voice out; who has none is no error."""
        self._spoken.discard(participant_id)
        if self._ports.pop(participant_id, None) is not None:
            await self._rooms.remove_voice(participant_id)
            await self._ear.close_voice(participant_id)

    async def _open(self, participant_id: str) -> None:
        if participant_id not in self._ports:
            self._ports[participant_id] = await self._rooms.add_voice(participant_id, self._host)
            self._untold.add(participant_id)
        if participant_id in self._untold:
            port = self._ports[participant_id]
            await self._ear.open_voice(participant_id, self._host, port)
            self._untold.discard(participant_id)
