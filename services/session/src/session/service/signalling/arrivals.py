"""Whose page is there before they are in: they are awaited as long as it is, up to a limit."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta

from session.domain.deadlines import ABORT_SECONDS
from session.domain.participants import Participant, ParticipantState
from session.service.charge import Charge
from session.service.coming import expect
from session.service.signalling.leaving import NOT_YET_IN

# Media that does not flow by then is kept from flowing.
MEDIA_SECONDS = 180
# A host who let nobody in by then is not looking.
DOOR_SECONDS = 900
LONGEST: Mapping[ParticipantState, timedelta] = {
    ParticipantState.JOINING: timedelta(seconds=MEDIA_SECONDS),
    ParticipantState.KNOCKING: timedelta(seconds=DOOR_SECONDS),
    ParticipantState.ADMITTED: timedelta(seconds=DOOR_SECONDS),
}
PATIENCE = timedelta(seconds=ABORT_SECONDS)
# Well before the deadline that is put off.
EVERY = PATIENCE / 3

# Somebody, and what they still wait for.
Wait = tuple[str, ParticipantState]


class Arrivals:
    """Of one session. A new owner begins to count anew."""

    def __init__(self, charge: Charge) -> None:
        self._charge = charge
        self._since: dict[Wait, datetime] = {}
        self._put_off: dict[Wait, datetime] = {}

    async def keep(self, there: Set[str], roster: Sequence[Participant], now: datetime) -> None:
        """Put the deadlines of those off whose page is *there*."""
        waiting = [
            (one.id, one.state) for one in roster if one.id in there and one.state in NOT_YET_IN
        ]
        self._since = {one: self._since.get(one, now) for one in waiting}
        self._put_off = {one: self._put_off.get(one, now) for one in waiting}
        due = [one for one in waiting if now - self._put_off[one] >= EVERY]
        if not due:
            return
        async with self._charge.writing() as tx:
            for one in due:
                latest = self._since[one] + LONGEST[one[1]]
                await expect(tx, self._charge.session_id, one[0], min(now + PATIENCE, latest))
                self._put_off[one] = now
