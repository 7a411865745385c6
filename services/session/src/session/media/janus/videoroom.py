"""One room of Janus's VideoRoom, as its owner steers it."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from session.domain.rooms import MediaRefused
from session.media.janus.handles import Handle
from session.media.janus.ledger import Join, Publication, publication_of
from session.media.janus.refusals import ID_EXISTS, NO_SUCH_FEED, ROOM_EXISTS, JanusRefused, Json

# Beside its people: voices, and whoever takes the place of a join that Janus has not let go yet.
SPARE_PUBLISHERS = 10
BITS_PER_SECOND = 1_000_000
# The talk events of fewer packets than half a second's come too often for any use.
TALK_PACKETS = 25
TALK_LEVEL = 45
KEY_FRAME_SECONDS = 10
ADD_TRIES = 20
ADD_AGAIN_SECONDS = 0.05
# What Janus takes from a remote publisher, and where in its packets their level stands.
VOICE_SSRC = 1000
VOICE_LEVEL_EXTENSION = 1


@dataclass(frozen=True, slots=True)
class Target:
    """Where a forward goes, and as what."""

    host: str
    port: int
    ssrc: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A forward that exists: *is_video* is all that is known of what it carries."""

    stream_id: int
    target: Target
    is_video: bool


class VideoRoom:
    """Requests about a room for *places* people, over a handle that any owner may have attached."""

    # The newest of the handles that only look on.
    handle: Handle

    def __init__(self, name: str, room_key: str, places: int) -> None:
        self.name = name
        self._places = places
        self._room_key = room_key
        self._secret = hmac.new(room_key.encode(), name.encode(), hashlib.sha256).hexdigest()

    async def create(self) -> None:
        """Create the room; one that exists stays."""
        try:
            await self.handle.ask(
                "create",
                room=self.name,
                secret=self._secret,
                admin_key=self._room_key,
                permanent=False,
                is_private=True,
                publishers=self._places + SPARE_PUBLISHERS,
                bitrate=BITS_PER_SECOND,
                fir_freq=KEY_FRAME_SECONDS,
                audiocodec="opus",
                videocodec="vp8",
                opus_fec=True,
                opus_dtx=False,
                audiolevel_ext=True,
                audiolevel_event=True,
                audio_active_packets=TALK_PACKETS,
                audio_level_average=TALK_LEVEL,
                notify_joining=True,
                record=False,
                lock_record=True,
            )
        except JanusRefused as refused:
            if refused.code != ROOM_EXISTS:
                raise

    async def observe(self, name: str) -> Sequence[Publication]:
        """Be told of everything from now on; answers who publishes already."""
        answer = await self.handle.ask(
            "join", ptype="publisher", room=self.name, id=name, display=""
        )
        return [publication_of(one) for one in answer.told.get("publishers", ())]

    async def join(self, handle: Handle, join: Join) -> None:
        """Sit down as somebody who may publish; whoever has their id is sent out first."""
        request = {"ptype": "publisher", "room": self.name, "id": join.participant_id}
        try:
            await handle.ask("join", **request, display=str(join.epoch))
        except JanusRefused as refused:
            if refused.code != ID_EXISTS:
                raise
            await self.kick(join.participant_id)
            await handle.ask("join", **request, display=str(join.epoch))

    async def participants(self) -> Sequence[Json]:
        answer = await self.handle.ask("listparticipants", room=self.name)
        found: Sequence[Json] = answer.told.get("participants", ())
        return found

    async def moderate(self, participant_id: str, mid: str, mute: bool) -> None:
        await self._order("moderate", id=participant_id, mid=mid, mute=mute)

    async def kick(self, participant_id: str) -> None:
        """Send somebody out; who is not there is no error."""
        try:
            await self._order("kick", id=participant_id)
        except JanusRefused as refused:
            if refused.code != NO_SUCH_FEED:
                raise

    async def forward(self, participant_id: str, mid: str, target: Target) -> int:
        """Send a track's RTP to *target*; answers the forward's id."""
        where = {"host": target.host, "port": target.port, "ssrc": target.ssrc}
        answer = await self._order(
            "rtp_forward",
            publisher_id=participant_id,
            admin_key=self._room_key,
            # Asked for at the top as well, though every stream has its own.
            host=target.host,
            streams=[{"mid": mid, **where}],
        )
        return int(answer["forwarders"][0]["stream_id"])

    async def stop_forward(self, participant_id: str, stream_id: int) -> None:
        """Stop a forward; one that is gone is no error."""
        try:
            await self._order(
                "stop_rtp_forward",
                publisher_id=participant_id,
                stream_id=stream_id,
                admin_key=self._room_key,
            )
        except JanusRefused as refused:
            if refused.code != NO_SUCH_FEED:
                raise

    async def forwards(self) -> dict[str, list[Standing]]:
        """The forwards that exist, by participant."""
        answer = await self._order("listforwarders", admin_key=self._room_key)
        return {
            str(one["publisher_id"]): [_standing(told) for told in one.get("forwarders", ())]
            for one in answer.get("publishers", ())
        }

    async def add_voice(self, participant_id: str, host: str) -> int:
        """Let RTP in as a participant; answers the port that Janus takes it at."""
        stream = {
            "type": "audio",
            "codec": "opus",
            "mid": "0",
            "mindex": 0,
            "description": "MICROPHONE",
            "audiolevel_ext_id": VOICE_LEVEL_EXTENSION,
            "fec": True,
        }
        for _ in range(ADD_TRIES):
            try:
                answer = await self._order(
                    "add_remote_publisher",
                    id=participant_id,
                    display="0",
                    iface=host,
                    streams=[stream],
                )
                return int(answer["port"])
            except JanusRefused as refused:
                if refused.code != ID_EXISTS:
                    raise
            # Janus takes a voice out a moment after it says so.
            await self.remove_voice(participant_id)
            await asyncio.sleep(ADD_AGAIN_SECONDS)
        raise MediaRefused(f"the media node does not let go of the voice {participant_id}")

    async def remove_voice(self, participant_id: str) -> None:
        """Take a voice out. Before a kick or the room's end: else Janus keeps its sockets."""
        try:
            await self._order("remove_remote_publisher", id=participant_id)
        except JanusRefused as refused:
            if refused.code != NO_SUCH_FEED:
                raise

    async def destroy(self) -> None:
        """End the room for everybody. Raises ``RoomGone``."""
        for one in await self.participants():
            if one.get("remote"):
                await self.remove_voice(str(one["id"]))
        await self._order("destroy")

    async def _order(self, request: str, **body: object) -> Json:
        answer = await self.handle.ask(request, room=self.name, secret=self._secret, **body)
        return answer.told


def _standing(told: Json) -> Standing:
    target = Target(str(told["host"]), int(told["port"]), int(told.get("ssrc", 0)))
    return Standing(int(told["stream_id"]), target, told.get("type") == "video")
