"""How a session's owner carries out a command: first in the room, then in the ledger."""

from collections.abc import Mapping

from session.domain.commands import Command, Verb
from session.service import prompting, steering_people, steering_sessions
from session.service.charge import Charge
from session.service.ways import NOT_CONNECTED, NOT_LIVE, Way, why_absent

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


async def obey(charge: Charge, command: Command) -> None:
    """Apply or refuse *command*; a repetition after a crash ends the same."""
    way = WAYS[command.verb]
    async with charge.store.begin(charge.suite) as tx:
        session = await tx.session(charge.session_id)
    refusal = await way.act(charge, session, command) if session.admits else NOT_LIVE
    async with charge.writing(charge.on_behalf_of(command.actor)) as tx:
        current = await tx.session_to_change(session.id)
        if not current.admits:
            refusal = NOT_LIVE
        elif refusal == NOT_CONNECTED:
            refusal = why_absent(await tx.participant(session.id, command.target_id))
        refusal = refusal or await way.write(tx, current, command)
        settled = command.refused(refusal, tx.now) if refusal else command.applied(tx.now)
        await tx.settle_command(settled)
