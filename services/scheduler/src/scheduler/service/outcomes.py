"""The facts of messages to people, as they are announced."""

from typing import TypeVar

from google.protobuf.message import Message

from common.db import Transaction
from convene.scheduler.v1 import events_pb2 as facts
from scheduler.domain.notices import Notice, NoticeKind, NoticeState

Told = TypeVar("Told", facts.InvitationSent, facts.InvitationFailed, facts.ReminderSent)

_REMINDING = frozenset({NoticeKind.REMINDER, NoticeKind.LIVE})


async def announce_told(tx: Transaction, notice: Notice) -> None:
    """Say that a person was told, or will not be; nothing while that is still open."""
    fact = _fact(notice)
    if fact is not None:
        await tx.announce(fact, aggregate=notice.meeting_id, meeting=notice.meeting_id)


def _fact(notice: Notice) -> Message | None:
    if notice.state is NoticeState.FAILED:
        failed = _about(facts.InvitationFailed, notice)
        failed.reason = notice.detail
        return failed
    if notice.state is not NoticeState.SENT:
        return None
    if notice.kind in _REMINDING:
        return _about(facts.ReminderSent, notice)
    return _about(facts.InvitationSent, notice)


def _about(make: type[Told], notice: Notice) -> Told:
    return make(
        invitation_id=notice.invitation_id,
        notice_id=notice.id,
        kind=f"NOTICE_KIND_{notice.kind.value}",
        channel=f"CHANNEL_{notice.recipient.channel.value}",
        email=notice.recipient.email,
        occurrence_id=notice.occurrence_id,
    )
