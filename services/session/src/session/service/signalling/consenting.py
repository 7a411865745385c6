"""Who is inside while something begins to be kept of them agrees to it, or goes."""

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from datetime import datetime, timedelta

from session.domain.participants import Participant, ParticipantAction
from session.domain.rooms import MediaUnavailable, NotConnected, RoomGone
from session.domain.sessions import Session
from session.service.charge import Charge
from session.service.crowds import settle
from session.service.endings import announce, left
from session.service.signalling.places import Place
from session.service.signalling.seating import Seating

# To read a notice and to answer it.
ANSWER_SECONDS = 60
REFUSED = "CONSENT_NEEDED"
GOODBYE = (REFUSED, "This meeting is recorded or transcribed. Agree to that to come in again.")


class Consenting:
    """Of one session. A new owner begins to count anew."""

    def __init__(self, charge: Charge, seating: Seating) -> None:
        self._charge = charge
        self._seating = seating
        self._asked: dict[str, datetime] = {}

    async def keep(self, session: Session, now: datetime) -> None:
        """Whoever is asked is neither heard nor seen; whoever does not answer in time has to go."""
        unagreed = self._unagreed()
        if not session.is_kept:
            # What their page opens again is closed anew when something is kept again.
            for place in unagreed.values():
                place.hushed = None
        asked = unagreed if session.is_kept else {}
        self._asked = {one: self._asked.get(one, now) for one in asked}
        for place in asked.values():
            await _hush(place)
        patience = timedelta(seconds=ANSWER_SECONDS)
        late = {one for one, since in self._asked.items() if now - since >= patience}
        if late:
            await self._send_out([asked[one] for one in late])

    def _unagreed(self) -> Mapping[str, Place]:
        places = self._seating.places
        return {who: one for who, one in places.items() if one.publishes and not one.consented}

    async def _send_out(self, late: Sequence[Place]) -> None:
        for place in late:
            # Before it is written: their connection would be taken for a new join of theirs.
            await self._seating.put_out(place, *GOODBYE)
        whom = {place.participant_id for place in late}
        async with self._charge.writing() as tx:
            session = await tx.session_to_change(self._charge.session_id)
            if not session.admits:
                return
            before = await tx.roster(session.id)
            after = [_gone(one, whom, tx.now) for one in before]
            for was, gone in zip(before, after, strict=True):
                if gone is not was:
                    await tx.put_participant(gone)
                    await announce(tx, session, left(was, REFUSED))
            await settle(tx, session, before, after)


def _gone(participant: Participant, whom: Set[str], now: datetime) -> Participant:
    if participant.id not in whom or not participant.is_present:
        return participant
    return participant.gone(ParticipantAction.LEAVE, now)


async def _hush(place: Place) -> None:
    if place.peer is None or place.hushed is place.peer:
        return
    with suppress(RoomGone, MediaUnavailable, NotConnected):
        await place.peer.set_media(muted=True, camera=False)
        place.hushed = place.peer
