"""Ends rooms that nobody can hold any more: their sessions went on at another node, or are over."""

import asyncio
import secrets

import structlog

from common.errors import DomainError
from session.domain.rooms import RoomGone
from session.media.janus.admin import JanusAdmin
from session.media.janus.connection import JanusConnection
from session.media.janus.handles import LARGEST_ID, Handle, JanusSession, janus_session_id
from session.media.janus.refusals import JanusRefused
from session.media.janus.videoroom import VideoRoom

log = structlog.get_logger()

# It costs a node two questions.
SWEEP_SECONDS = 60.0
# How the ids of meetings' sessions begin, which are their rooms' names.
SESSION_PREFIX = "ses_"


async def sweep_often(connection: JanusConnection, admin: JanusAdmin, room_key: str) -> None:
    """Sweep one node now and then, until cancelled; one that does not answer is swept later."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await sweep(connection, admin, room_key)
        except DomainError as error:
            log.info("media node not swept", error=str(error))


async def sweep(connection: JanusConnection, admin: JanusAdmin, room_key: str) -> None:
    """Destroy the rooms on one node that are ours and have no Janus session.

    An owner has the Janus session before it makes the room, and keeps it for as long as it has the
    room. Raises ``MediaUnavailable`` and ``RoomGone``.
    """
    looking = JanusSession(connection, secrets.randbelow(LARGEST_ID) + 1, lambda: None)
    await looking.enter()
    try:
        handle = await looking.attach("sweeper", lambda _: None)
        listed = (await handle.ask("list", admin_key=room_key)).told.get("list", ())
        # Asked for after the rooms: of one that is made meanwhile the session is there first.
        held = await admin.sessions()
        for name in (str(one["room"]) for one in listed):
            if name.startswith(SESSION_PREFIX) and janus_session_id(name) not in held:
                await _end(name, room_key, handle)
    finally:
        looking.leave()
        await looking.ask("destroy")


async def _end(name: str, room_key: str, handle: Handle) -> None:
    room = VideoRoom(name, room_key, 0)
    room.handle = handle
    try:
        await room.destroy()
    except RoomGone:
        return
    except JanusRefused as refused:
        # Its secret is not made from our key: it is somebody else's.
        log.info("room left alone", room=name, error=str(refused))
    else:
        log.info("room without a session ended", room=name)
