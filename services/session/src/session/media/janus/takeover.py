"""Coming into a room that an earlier owner has built: everybody stays where they are."""

from collections.abc import Sequence

from session.media.janus.admin import Found, JanusAdmin
from session.media.janus.crowd import SUBSCRIBER
from session.media.janus.ledger import Join, Wish, join_of
from session.media.janus.live import LiveRoom


async def enter(room: LiveRoom, admin: JanusAdmin) -> None:
    """Claim the room, or build it where there is none. Raises ``MediaUnavailable``."""
    existed = await room.session.enter()
    try:
        await room.observe()
        await _clear_voices(room)
        if existed:
            await _adopt(room, await admin.handles(room.session.number))
    except BaseException:
        room.let_go()
        raise


async def _clear_voices(room: LiveRoom) -> None:
    """They are few, and made anew from what the ear says."""
    for one in await room.rooms.participants():
        if one.get("remote"):
            await room.rooms.remove_voice(str(one["id"]))


async def _adopt(room: LiveRoom, found: Sequence[Found]) -> None:
    publishers: dict[tuple[str, int], Found] = {}
    subscribers: dict[tuple[str, int], Found] = {}
    for one in found:
        seat = join_of(one.opaque_id)
        if seat is not None:
            kind = subscribers if seat[2] == SUBSCRIBER else publishers
            kind[seat[0], seat[1]] = one
        elif one.number != room.rooms.handle.number:
            await room.session.adopt(one.number, lambda _: None).detach()
    standing = await room.rooms.forwards()
    seated = (await room.ear.inside()).seated
    for (participant_id, epoch), publisher in publishers.items():
        join = Join(participant_id, epoch)
        room.crowd.adopt(join, publisher, subscribers.get((participant_id, epoch)))
        _remember_wish(room, participant_id)
        # Who is quiet without a moderator is so of their own will.
        is_quiet = seated.get((participant_id, epoch), False)
        join.muted = is_quiet and not room.moderating.wish(participant_id).muted
        await room.hearing.take_over(join, standing)


def _remember_wish(room: LiveRoom, participant_id: str) -> None:
    publication = room.people.publications.get(participant_id)
    streams = publication.streams.values() if publication else ()
    moderated = [one for one in streams if one.moderated]
    room.moderating.wishes[participant_id] = Wish(
        muted=any(not one.is_video for one in moderated),
        video_paused=any(one.is_video for one in moderated),
    )
