"""Notices for tests: built, put into the queue as their writers do, sent, and looked at."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson
from google.protobuf.message import Message
from sqlalchemy import text

from common.db import Database, Transaction
from common.ids import new_id
from common.outbox import facts_of
from common.principal import Principal
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1 import events_pb2 as facts
from scheduler.domain.notices import (
    Channel,
    Letter,
    Notice,
    NoticeKind,
    NoticeState,
    Recipient,
)
from scheduler.domain.sending import Dispatch, Outcome, Verdict
from scheduler.service.sending import ChannelSender, Sending
from scheduler.store.sending import Limits, NoticeQueue, SendingStore

START = datetime(2090, 12, 1, 9, tzinfo=UTC)
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tests//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    "UID:mtg_1@convene\r\nDTSTAMP:20901101T090000Z\r\nDTSTART:20901201T090000Z\r\n"
    "SUMMARY:Réunion\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_FACTS = {
    one.DESCRIPTOR.full_name: one
    for one in (facts.InvitationSent, facts.InvitationFailed, facts.ReminderSent)
}


def a_recipient(**changes: object) -> Recipient:
    fields: dict[str, object] = {
        "name": "Bo",
        "email": "bo@example.com",
        "locale": "en",
        "channel": Channel.EMAIL,
    }
    return Recipient(**(fields | changes))  # type: ignore[arg-type]


def a_letter(**changes: object) -> Letter:
    fields: dict[str, object] = {
        "title": "Kick-off",
        "agenda": "1. Hello\n2. Plans",
        "time_zone": "Europe/Lisbon",
        "start_time": START,
        "end_time": START + timedelta(minutes=30),
        "role": "PARTICIPANT",
        "join_url": "https://meet.example/j/abc",
        "respond_url": "https://meet.example/r/abc",
    }
    return Letter(**(fields | changes))  # type: ignore[arg-type]


def a_notice(**changes: object) -> Notice:
    now = datetime.now(UTC)
    fields: dict[str, object] = {
        "id": new_id("ntc"),
        "meeting_id": new_id("mtg"),
        "invitation_id": new_id("inv"),
        "occurrence_id": "",
        "kind": NoticeKind.INVITED,
        "recipient": a_recipient(),
        "letter": a_letter(),
        "state": NoticeState.QUEUED,
        "due_at": now,
        "expires_at": now + timedelta(days=1),
    }
    return Notice(**(fields | changes))  # type: ignore[arg-type]


async def queued(db: Database, caller: Principal, *notices: Notice) -> None:
    """Put *notices* into the queue in one transaction."""
    async with db.begin(caller, Transaction) as tx:
        for one in notices:
            await tx.run(
                """
                insert into notices (workspace_id, id, meeting_id, invitation_id, occurrence_id,
                    kind, recipient, letter, state, due_at, expires_at, test)
                values (:w, :id, :meeting, :invitation, :occurrence, :kind,
                    cast(:recipient as jsonb), cast(:letter as jsonb), :state, :due, :expires,
                    :test)""",
                w=caller.workspace_id,
                id=one.id,
                meeting=one.meeting_id,
                invitation=one.invitation_id,
                occurrence=one.occurrence_id,
                kind=one.kind.value,
                recipient=orjson.dumps(one.recipient).decode(),
                letter=orjson.dumps(one.letter).decode(),
                state=one.state.value,
                due=one.due_at,
                expires=one.expires_at,
                test=caller.test,
            )


@dataclass(frozen=True)
class Standing:
    """How a notice stands in the table."""

    state: str
    attempts: int
    detail: str
    due_at: datetime


async def standing_of(db: Database, notice: Notice) -> Standing:
    async with db.begin_system() as connection:
        found = await connection.execute(
            text("select state, attempts, detail, due_at from notices where id = :id"),
            {"id": notice.id},
        )
        row = found.one()
        return Standing(row.state, row.attempts, row.detail, row.due_at)


async def told_of(db: Database, notice: Notice) -> list[Message]:
    """The facts of telling people of the notice's meeting."""
    return [_fact(one) for one in (await facts_of(db, notice.meeting_id, 1, 1000))[0]]


async def hurried(db: Database) -> None:
    """Let everything be due now, and leases be over."""
    async with db.begin_system() as connection:
        await connection.execute(
            text(
                "update notices set due_at = clock_timestamp() - interval '1 s', "
                "leased_until = clock_timestamp() - interval '1 s' "
                "where state in ('QUEUED', 'SENDING')"
            )
        )


@dataclass
class Collector:
    """A channel that keeps what it is given and answers as it is told."""

    outcome: Outcome = field(default_factory=lambda: Outcome(Verdict.SENT))
    sent: list[Dispatch] = field(default_factory=list)

    async def send(self, dispatch: Dispatch) -> Outcome:
        self.sent.append(dispatch)
        return self.outcome


ROOMY = Limits(cap=100, hourly=1000, daily=1000)


def a_queue(
    db: Database,
    limits: Limits = ROOMY,
    *,
    channel: Channel = Channel.EMAIL,
    lease_seconds: float = 30,
) -> NoticeQueue:
    return NoticeQueue(db, channel, limits, lease_seconds=lease_seconds)


def a_sending(db: Database, queue: NoticeQueue, sender: ChannelSender, width: int = 16) -> Sending:
    return Sending(queue, SendingStore(db), sender, width=width, poll=0.2, late_every=0.1)


async def sends(
    db: Database, sender: ChannelSender, queue: NoticeQueue | None = None
) -> Sequence[NoticeState]:
    """Send all that is due now on the queue's channel, which is email, as one replica."""
    queue = queue or a_queue(db)
    sending = a_sending(db, queue, sender)
    states: list[NoticeState] = []
    while claimed := await queue.claim(100):
        done = await asyncio.gather(*(sending.send(one) for one in claimed))
        states += [one for one in done if one is not None]
    return states


def _fact(envelope: Envelope) -> Message:
    return _FACTS[envelope.message].FromString(envelope.payload)
