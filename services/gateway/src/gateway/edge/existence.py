"""Whether a meeting exists, for lists of services that do not know meetings."""

import asyncio
from typing import Final

from google.protobuf.message import Message
from grpc import StatusCode, aio

from common.principal import EDGE, Principal, as_system
from gateway.edge.calls import Calls
from gateway.edge.problems import refusal_of
from gateway.edge.routes import GET_MEETING, Route

# The list is there already: it waits no longer than this for whether the meeting is.
LONGEST_WAIT_SECONDS: Final = 1.0


class Existence:
    """Asks the scheduler, and that only where a list that *route* answers is empty."""

    def __init__(self, route: Route, calls: Calls) -> None:
        self._list = route.list_of_meeting
        self._rpc = calls.unary(GET_MEETING)
        self._calls = calls

    async def check(
        self, principal: Principal | None, meeting_id: str, answer: Message, deadline: float
    ) -> None:
        """Raise `Refused` (404) when *answer* holds nothing as there is no such meeting.

        Asks once, for a second at most and until *deadline* (loop time); a scheduler that does
        not answer says nothing against it.
        """
        if not self._list or principal is None or getattr(answer, self._list):
            return
        soon = asyncio.get_running_loop().time() + LONGEST_WAIT_SECONDS
        try:
            await self._calls.call(
                self._rpc,
                GET_MEETING.request(meeting_id=meeting_id),
                # A key that may read bots need not be one that may read meetings.
                self._calls.metadata(as_system(principal, EDGE)),
                deadline=min(deadline, soon),
                repeatable=False,
            )
        except aio.AioRpcError as error:
            if error.code() is StatusCode.NOT_FOUND:
                raise refusal_of(error) from error
