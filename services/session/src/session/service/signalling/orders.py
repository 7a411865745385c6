"""A host's orders: the same commands as the API's, given by a participant."""

from collections.abc import Awaitable, Callable, Mapping

from common.errors import InvalidInput
from common.principal import Principal
from convene.session.v1 import signal_pb2 as pb
from session.domain.commands import Command, Verb
from session.domain.sessions import Session
from session.service.commanding import Commanding, Order
from session.service.recordings import Asked, Recordings
from session.service.sessions import Sessions

# What a host's page may ask for, besides the session's end.
VERBS = frozenset(
    {
        "mute",
        "mute-all",
        "pause-video",
        "resume-video",
        "remove",
        "admit",
        "deny",
        "lock",
        "unlock",
        "hold",
        "release",
        "extend",
    }
)


class UnknownVerb(InvalidInput):
    def __init__(self, verb: str) -> None:
        super().__init__(f"there is no order {verb[:32]!r}", field="order.verb")


class NoTarget(InvalidInput):
    def __init__(self, verb: str) -> None:
        super().__init__(f"{verb} needs a participant", field="order.participant_id")


TARGETED = frozenset({"mute", "pause-video", "resume-video", "remove", "admit", "deny"})


class Orders:
    def __init__(self, commanding: Commanding, sessions: Sessions, recordings: Recordings) -> None:
        self._commanding = commanding
        self._sessions = sessions
        self._recording: Mapping[str, Callable[[Principal, Asked], Awaitable[object]]] = {
            "start-recording": recordings.start,
            "pause-recording": recordings.pause,
            "resume-recording": recordings.resume,
            "stop-recording": recordings.stop,
        }

    async def give(self, principal: Principal, session: Session, order: pb.Order) -> Command | None:
        """Accept *order*; answers the receipt, or nothing for what is done already.

        Raises ``UnknownVerb``, ``NoTarget``, or what the session has against it.
        """
        if order.verb == Verb.END.value:
            await self._sessions.end_by_host(principal, session.meeting_id, order.reason)
            return None
        if record := self._recording.get(order.verb):
            await record(principal, Asked(session.meeting_id, session.id, reason=order.reason))
            return None
        if order.verb not in VERBS or order.verb not in {verb.value for verb in Verb}:
            raise UnknownVerb(order.verb)
        if order.verb in TARGETED and not order.participant_id:
            raise NoTarget(order.verb)
        asked = Order(
            session.meeting_id,
            session.id,
            Verb(order.verb),
            order.reason,
            order.participant_id if order.verb in TARGETED else "",
            order.ban,
            order.extend_seconds,
        )
        return await self._commanding.accept(principal, asked)
