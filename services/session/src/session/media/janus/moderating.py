"""What moderators and people themselves want to be heard and seen of them."""

from session.domain.rooms import Source
from session.media.janus.ear_side import EarSide
from session.media.janus.ledger import Join, Wish
from session.media.janus.people import People
from session.media.janus.videoroom import VideoRoom


class Moderating:
    """One room's. Wishes stay with a participant through all their joins."""

    def __init__(self, rooms: VideoRoom, ear: EarSide) -> None:
        self._rooms = rooms
        self._ear = ear
        self.wishes: dict[str, Wish] = {}

    def wish(self, participant_id: str) -> Wish:
        return self.wishes.setdefault(participant_id, Wish())

    def is_quiet(self, join: Join) -> bool:
        return join.muted or self.wish(join.participant_id).muted

    async def begin(self, join: Join) -> None:
        """Before a join's first sound comes, have it as it is to be."""
        wish = self.wish(join.participant_id)
        for mid, source in join.sources.items():
            if wish.muted if source is Source.MICROPHONE else wish.video_paused:
                await self._rooms.moderate(join.participant_id, mid, True)
        if join.muted or not join.camera:
            await self.send_own(join)

    async def send_own(self, join: Join) -> None:
        """Have Janus take what they want to send themselves, and drop the rest."""
        own = {Source.MICROPHONE: not join.muted, Source.CAMERA: join.camera}
        streams = [
            {"mid": mid, "send": own[source]}
            for mid, source in join.sources.items()
            if source in own
        ]
        if streams:
            await join.publisher.ask("configure", streams=streams)

    async def settle(self, join: Join, people: People) -> None:
        """Have the room and the ear do what is wished of a join that is up."""
        quiet = self.is_quiet(join)
        if quiet:
            people.talkers.silenced(join.participant_id)
        # First, or it would drop the first words after a mute.
        await self._tell_ear(join, quiet)
        await self._moderate(join, people)

    async def _moderate(self, join: Join, people: People) -> None:
        wish = self.wish(join.participant_id)
        publication = people.publications.get(join.participant_id)
        shown = False
        for stream in list(publication.streams.values()) if publication else ():
            wanted = wish.video_paused if stream.is_video else wish.muted
            if stream.moderated != wanted:
                await self._rooms.moderate(join.participant_id, stream.mid, wanted)
                stream.moderated = wanted
                shown = shown or (stream.is_video and not wanted)
        if shown:
            # Janus asks for none by itself, and nothing is seen before the next.
            await ask_key_frame(join)

    async def _tell_ear(self, join: Join, quiet: bool) -> None:
        if join.offset_seconds is not None and join.quiet_told is not quiet:
            await self._ear.set_quiet(join, quiet)
            join.quiet_told = quiet


async def ask_key_frame(join: Join) -> None:
    await join.publisher.ask("configure", keyframe=True)
