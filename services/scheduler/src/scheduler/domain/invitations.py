"""Invitations: one person asked to one meeting, and what they answered. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from common.errors import NotFound, WrongState
from scheduler.domain.definitions import Definition, Invitee, Telling
from scheduler.domain.notices import Channel, Recipient
from scheduler.domain.people import address_key, subscription_of

InvitationId = NewType("InvitationId", str)
INVITATION_PREFIX = "inv"
HOSTING = ("HOST", "CO_HOST")


class Response(Enum):
    NEEDS_ACTION = "NEEDS_ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    # No answer: the invitation was taken back.
    REMOVED = "REMOVED"


class InvitationNotFound(NotFound):
    def __init__(self, invitation_id: str) -> None:
        super().__init__(
            f"the meeting has no invitation {invitation_id}; list its invitations",
            invitation_id=invitation_id,
        )


class NothingToAnswer(WrongState):
    def __init__(self) -> None:
        super().__init__("the meeting is over or cancelled and takes no answer")


class InvitationDeclined(WrongState):
    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} has declined and is not asked again; the link that they have still takes "
            "another answer, and a new time asks everybody anew"
        )


class HearsNothing(WrongState):
    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} has the channel NONE and hears nothing; give the invitee another channel"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered, and when. *sequence* is that of the calendar they answered to."""

    response: Response = Response.NEEDS_ACTION
    comment: str = ""
    time: datetime | None = None
    sequence: int = 0

    def is_newer_than(self, other: "Answer") -> bool:
        """Whether this one counts after *other*: by sequence, then by time."""
        if other.time is None or self.time is None:
            return True
        return (self.sequence, self.time) > (other.sequence, other.time)


@dataclass(frozen=True, slots=True)
class Invitation:
    id: InvitationId
    meeting_id: str
    person: Invitee
    create_time: datetime
    answer: Answer = field(default_factory=Answer)
    # By the id of the occurrence.
    occurrence_answers: Mapping[str, Answer] = field(default_factory=dict)
    removed: bool = False

    @property
    def key(self) -> str:
        return address_key(self.person.email)

    @property
    def channel(self) -> Channel:
        return Channel(self.person.channel)

    @property
    def recipient(self) -> Recipient:
        person = self.person
        subscription = subscription_of(person.web_push)
        return Recipient(
            person.name, person.email, person.locale, self.channel, person.address, subscription
        )

    def check_may_be_asked(self) -> None:
        """Raise ``HearsNothing`` or ``InvitationDeclined``."""
        if self.channel is Channel.NONE:
            raise HearsNothing(self.person.email)
        if self.answer.response is Response.DECLINED:
            raise InvitationDeclined(self.person.email)

    def answer_for(self, occurrence_id: str) -> Answer:
        """What they said of this occurrence, or of all."""
        return self.occurrence_answers.get(occurrence_id, self.answer)

    def is_news(self, answer: Answer, occurrence_id: str = "") -> bool:
        """Whether *answer* counts: one to an occurrence may be as old as that to all."""
        if not occurrence_id:
            return answer.is_newer_than(self.answer)
        own = self.occurrence_answers.get(occurrence_id)
        if own is not None:
            return answer.is_newer_than(own)
        return self.answer.time is None or not self.answer.is_newer_than(answer)

    def answered(self, answer: Answer, occurrence_id: str = "") -> "Invitation":
        if occurrence_id:
            answers = {**self.occurrence_answers, occurrence_id: answer}
            return replace(self, occurrence_answers=answers)
        return replace(self, answer=answer, occurrence_answers={})

    def reminders(self, otherwise: Sequence[int]) -> frozenset[int]:
        """How long before a start they want to hear of it; *otherwise* is what the policy says."""
        return frozenset(self.person.reminders_seconds or otherwise)


def role_in(definition: Definition, person: Invitee) -> str:
    """The role that *person* has: a host's, where the meeting names them as one."""
    key = address_key(person.email)
    named = [one.role for one in definition.host_roles if address_key(one.email) == key]
    return named[0] if named else person.role


def reminder_offsets(definition: Definition) -> tuple[int, ...]:
    """Every length of time before a start at which somebody may be reminded, longest first."""
    if not definition.invitees or definition.policy.invitations is not Telling.SEND:
        return ()
    own = {one for person in definition.invitees for one in person.reminders_seconds}
    return tuple(sorted(own | set(definition.policy.reminders), reverse=True))
