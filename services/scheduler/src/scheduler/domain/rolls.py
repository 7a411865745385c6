"""How invitations follow whom a meeting names, and which answers still count. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from common.ids import new_id
from scheduler.domain.definitions import Definition, Telling
from scheduler.domain.invitations import (
    INVITATION_PREFIX,
    Answer,
    Invitation,
    InvitationId,
    role_in,
)
from scheduler.domain.meetings import Meeting
from scheduler.domain.notices import Channel
from scheduler.domain.people import address_key


@dataclass(slots=True)
class Roll:
    """Who is invited after a change, who newly, who no more; *put* is what to write.

    *readdressed* are those who are told elsewhere from now on. *silenced* are those who want to
    hear nothing any more, as they were; *woken* those who want to again. *recast* are those with
    another role, and that role.
    """

    invited: list[Invitation] = field(default_factory=list)
    new: set[InvitationId] = field(default_factory=set)
    readdressed: set[InvitationId] = field(default_factory=set)
    gone: list[Invitation] = field(default_factory=list)
    restored: list[Invitation] = field(default_factory=list)
    put: list[Invitation] = field(default_factory=list)
    silenced: list[Invitation] = field(default_factory=list)
    woken: set[InvitationId] = field(default_factory=set)
    recast: list[tuple[Invitation, str]] = field(default_factory=list)

    @property
    def crosses(self) -> bool:
        """Whether the meeting leaves somebody's calendar, or comes back into it."""
        return bool(self.gone or self.restored or self.silenced or self.woken)


def may_tell(definition: Definition) -> bool:
    """Whether anybody is told of the meeting at all."""
    return definition.policy.invitations is Telling.SEND


def roll_of(
    known: Sequence[Invitation], meeting: Meeting, before: Definition | None, now: datetime
) -> Roll:
    """The invitations of *meeting*, which was *before*; *known* are all that it ever had."""
    roll = Roll()
    left = {one.key: one for one in known}
    was_silent = before is not None and not may_tell(before)
    # Ids of one millisecond are in no order; lists are in that of their ids.
    names = iter(sorted(new_id(INVITATION_PREFIX) for _ in meeting.definition.invitees))
    for person in meeting.definition.invitees:
        old = left.pop(address_key(person.email), None)
        if old is None:
            after = Invitation(InvitationId(next(names)), meeting.id, person, now)
        elif old.removed:
            after = replace(old, person=person, removed=False, answer=Answer())
            roll.restored.append(after)
            roll.recast.append((after, role_in(meeting.definition, person)))
        else:
            after = replace(old, person=person)
            _compare(roll, old, after)
            role = role_in(meeting.definition, person)
            if role != role_in(before or meeting.definition, old.person):
                roll.recast.append((after, role))
        if after != old:
            roll.put.append(after)
        if old is None or old.removed or old.channel is Channel.NONE or was_silent:
            roll.new.add(after.id)
        roll.invited.append(after)
    roll.gone = [one for one in left.values() if not one.removed]
    roll.put += [replace(one, removed=True, occurrence_answers={}) for one in roll.gone]
    return roll


def _compare(roll: Roll, old: Invitation, after: Invitation) -> None:
    if after.recipient != old.recipient:
        roll.readdressed.add(after.id)
    if after.channel is old.channel:
        return
    if after.channel is Channel.NONE:
        roll.silenced.append(old)
    elif old.channel is Channel.NONE:
        roll.woken.add(after.id)


def ask_anew(roll: Roll, occurrence_id: str = "") -> None:
    """Forget what was answered for another time: of one occurrence, or of all."""
    fresh = {
        one.id: _unanswered(one, occurrence_id)
        for one in roll.invited
        if _unanswered(one, occurrence_id) != one
    }
    roll.invited = [fresh.get(one.id, one) for one in roll.invited]
    roll.put = [fresh.pop(one.id, one) for one in roll.put] + list(fresh.values())


def _unanswered(one: Invitation, occurrence_id: str) -> Invitation:
    if not occurrence_id:
        return replace(one, answer=Answer(), occurrence_answers={})
    kept = {name: said for name, said in one.occurrence_answers.items() if name != occurrence_id}
    return replace(one, occurrence_answers=kept)
