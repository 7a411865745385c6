"""What callers ask of invitations: who is asked, and what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from common import pages
from common.principal import Principal
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import invitation_pb2 as pb
from scheduler.domain.definitions import Definition, Invitee
from scheduler.domain.invitations import (
    Answer,
    Invitation,
    InvitationId,
    NothingToAnswer,
    Response,
)
from scheduler.domain.meetings import Meeting, MeetingAction, MeetingId, MeetingState
from scheduler.domain.occurrences import OccurrenceId
from scheduler.domain.people import InvitedTwice, address_key, check_address
from scheduler.service.announcing import Announcer, view_of
from scheduler.service.planner import Planner
from scheduler.service.sheets import Sheets
from scheduler.service.telling import Change, Teller, is_to_come
from scheduler.store import MeetingTransaction, Store
from scheduler.wire.people import invitation_to_wire, response_to_wire


@dataclass(frozen=True, slots=True)
class Held:
    """An invitation, with what its meeting says of the roles in it."""

    invitation: Invitation
    definition: Definition


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answers; an empty *occurrence_id* is for all of the meeting."""

    response: Response
    comment: str = ""
    occurrence_id: str = ""


class Invitations:
    def __init__(
        self, store: Store, planner: Planner, announcer: Announcer, teller: Teller, sheets: Sheets
    ) -> None:
        self._store = store
        self._planner = planner
        self._announcer = announcer
        self._teller = teller
        self._sheets = sheets

    async def add(
        self, caller: Principal, meeting_id: MeetingId, person: Invitee, etag: str
    ) -> Held:
        """Invite one more person. Raises ``InvitedTwice``, ``AddressMissing``, ``AddressUnfit``."""
        check_address("", person, self._teller.rules)
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id, lock=True)
            meeting.check_etag(etag)
            people = meeting.definition.invitees
            for place, one in enumerate(people):
                if address_key(one.email) == address_key(person.email):
                    raise InvitedTwice("email", person.email, f"invitees[{place}]")
            revised = await self._revised(tx, meeting, [*people, person])
            found = await tx.find_invited(meeting.id, address_key(person.email))
            assert found is not None, "who is named in the definition has an invitation"
            return Held(found, revised.definition)

    async def list(
        self, caller: Principal, meeting_id: MeetingId, page_size: int, page_token: str
    ) -> tuple[Sequence[Held], str]:
        """Who is invited, in the order they were, and the token of the next page."""
        size = pages.page_size(page_size)
        keys = pages.keys_of(page_token, 1)
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id)
            after = str(keys[0]) if keys else ""
            found = await tx.invitations_page(meeting.id, after, size + 1)
        token = pages.token_for(found[size - 1].id) if len(found) > size else ""
        return [Held(one, meeting.definition) for one in found[:size]], token

    async def remove(
        self, caller: Principal, meeting_id: MeetingId, invitation_id: InvitationId, etag: str
    ) -> None:
        """Take an invitation back; raises ``InvitationNotFound``."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id, lock=True)
            meeting.check_etag(etag)
            gone = await tx.invitation(meeting.id, invitation_id)
            people = meeting.definition.invitees
            await self._revised(
                tx, meeting, [p for p in people if address_key(p.email) != gone.key]
            )

    async def resend(
        self, caller: Principal, meeting_id: MeetingId, invitation_id: InvitationId
    ) -> Held:
        """Invite somebody once more.

        Raises ``NothingToAnswer`` for a meeting that is over, and for whom it is of no use
        ``HearsNothing`` or ``InvitationDeclined``.
        """
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id, lock=True)
            one = await tx.invitation(meeting.id, invitation_id)
            await check_open(tx, meeting)
            one.check_may_be_asked()
            await self._teller.resend(tx, meeting, one)
            return Held(one, meeting.definition)

    async def respond(
        self, caller: Principal, meeting_id: MeetingId, invitation_id: InvitationId, said: Said
    ) -> Held:
        """Note an answer; raises ``NothingToAnswer`` for a meeting that is over."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id)
            one = await tx.invitation(meeting.id, invitation_id, lock=True)
            await check_open(tx, meeting)
            if said.occurrence_id:
                await tx.occurrence(meeting.id, OccurrenceId(said.occurrence_id))
            sequence = (await tx.calendar_mark(meeting.id)).sequence
            answer = Answer(said.response, said.comment, tx.now, sequence)
            return Held(await note_answer(tx, one, answer, said.occurrence_id), meeting.definition)

    def to_wire(self, held: Held, caller: Principal) -> pb.Invitation:
        """*held* as *caller* may see it: a link lets whoever has it in, so it needs a scope."""
        url = ""
        if caller.may("join-links:read"):
            url = self._sheets.join_url(caller.workspace_id, held.definition, held.invitation)
        return invitation_to_wire(held.invitation, url)

    async def _revised(
        self, tx: MeetingTransaction, meeting: Meeting, people: Sequence[Invitee]
    ) -> Meeting:
        """The meeting with other people, told of as any change of it is."""
        definition = replace(meeting.definition, invitees=tuple(people))
        after = replace(meeting.after(MeetingAction.REVISE), definition=definition)
        saved = await tx.save(replace(after, update_time=tx.now))
        await self._planner.arm(tx, saved)
        await self._announcer.updated(tx, await view_of(tx, saved), ["invitees"])
        await self._teller.changed(tx, saved, Change(meeting.definition, ["invitees"]))
        return saved


async def check_open(tx: MeetingTransaction, meeting: Meeting) -> None:
    """Raise ``NothingToAnswer`` where nothing of the meeting is left to come."""
    if meeting.state is MeetingState.CANCELLED or not await is_to_come(tx, meeting):
        raise NothingToAnswer


async def note_answer(
    tx: MeetingTransaction, one: Invitation, answer: Answer, occurrence_id: str
) -> Invitation:
    """Keep *answer* and tell of it, if it is not what was said before."""
    before = one.answer_for(occurrence_id) if occurrence_id else one.answer
    after = one.answered(answer, occurrence_id)
    await tx.put_invitations([after])
    if (before.response, before.comment) == (answer.response, answer.comment):
        return after
    fact = facts.InvitationResponded(
        invitation_id=one.id,
        email=one.person.email,
        name=one.person.name,
        response=response_to_wire(answer.response),
        comment=answer.comment,
        occurrence_id=occurrence_id,
    )
    await tx.announce(fact, aggregate=one.meeting_id, meeting=one.meeting_id)
    return after
