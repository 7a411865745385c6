"""How a session's owner carries out a command: first in the room, then in the ledger."""

from collections import Counter
from collections.abc import Mapping

import structlog

from common.errors import DomainError
from common.leases import LeaseLost
from session.domain.commands import Command, Verb
from session.domain.rooms import MediaRefused, RoomGone
from session.service import prompting, steering_people, steering_sessions
from session.service.charge import Charge
from session.service.ways import NOT_CONNECTED, NOT_LIVE, Way, why_absent

log = structlog.get_logger()

MOST_TRIES = 5
MEDIA_REFUSED = "MEDIA_REFUSED"
FAILED = "COMMAND_FAILED"

# The end and recordings are not here: they are applied when they are asked for.
WAYS: Mapping[Verb, Way] = {
    Verb.LOCK: Way(steering_sessions.lock),
    Verb.UNLOCK: Way(steering_sessions.unlock),
    Verb.HOLD: Way(steering_sessions.hold, steering_sessions.quieten_room),
    Verb.RELEASE: Way(steering_sessions.release, steering_sessions.show_again),
    Verb.EXTEND: Way(steering_sessions.extend),
    Verb.PROMPT: Way(prompting.write, prompting.seat_voice),
    Verb.MUTE: Way(steering_people.mute, steering_people.mute_in_room),
    Verb.MUTE_ALL: Way(steering_people.mute_all, steering_people.mute_all_in_room),
    Verb.UNMUTE: Way(steering_people.unmute, steering_people.unmute_in_room),
    Verb.PAUSE_VIDEO: Way(steering_people.pause_video, steering_people.pause_video_in_room),
    Verb.RESUME_VIDEO: Way(steering_people.resume_video, steering_people.resume_video_in_room),
    Verb.ADMIT: Way(steering_people.admit),
    Verb.DENY: Way(steering_people.deny),
    Verb.REMOVE: Way(steering_people.remove, steering_people.cut),
}


class Obeying:
    """Of a session's owner. What fails oddly is tried a few times, and refused then."""

    def __init__(self, charge: Charge) -> None:
        self._charge = charge
        self._tries: Counter[str] = Counter()

    async def obey(self, command: Command) -> None:
        """Apply or refuse *command*; a repetition after a crash ends the same.

        Raises ``RoomGone`` when the room is to be built first.
        """
        refusal = await self._act(command)
        if refusal is None:
            return
        self._tries.pop(command.id, None)
        await self._settle(command, refusal)

    async def _act(self, command: Command) -> str | None:
        """Do it in the room: why it is refused, or nothing; None when it is left for now."""
        async with self._charge.store.begin(self._charge.suite) as tx:
            session = await tx.session(self._charge.session_id)
        if not session.admits:
            return NOT_LIVE
        try:
            return await WAYS[command.verb].act(self._charge, session, command)
        except LeaseLost:
            raise
        except Exception as error:
            self._tries[command.id] += 1
            tries = self._tries[command.id]
            log.warning("command failed", command=command.verb.value, tries=tries, exc_info=error)
            if tries >= MOST_TRIES:
                return _reason_of(error)
            if isinstance(error, RoomGone):
                raise
            return None

    async def _settle(self, command: Command, refusal: str) -> None:
        charge = self._charge
        async with charge.writing(charge.on_behalf_of(command.actor)) as tx:
            current = await tx.session_to_change(charge.session_id)
            if not current.admits:
                refusal = NOT_LIVE
            elif refusal == NOT_CONNECTED:
                refusal = why_absent(await tx.participant(current.id, command.target_id))
            refusal = refusal or await WAYS[command.verb].write(tx, current, command)
            settled = command.refused(refusal, tx.now) if refusal else command.applied(tx.now)
            await tx.settle_command(settled)


def _reason_of(error: Exception) -> str:
    """What its receipt says of a command that could not be carried out."""
    if isinstance(error, MediaRefused):
        return MEDIA_REFUSED
    return error.reason if isinstance(error, DomainError) else FAILED
