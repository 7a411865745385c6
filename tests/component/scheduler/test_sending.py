"""The sending of notices: by one replica each, in turn, within bounds, and never forgotten."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from common.db import Database, Transaction
from common.principal import Principal
from convene.scheduler.v1 import events_pb2 as facts
from scheduler.domain.notices import Channel, NoticeKind, NoticeState
from scheduler.domain.sending import Dispatch, Outcome, Verdict
from scheduler.service.sending import NOBODY_TOLD
from scheduler.store.sending import Limits
from tests.support.eventually import eventually
from tests.support.facts import running
from tests.support.notices import (
    Collector,
    a_notice,
    a_queue,
    a_recipient,
    a_sending,
    hurried,
    queued,
    sends,
    standing_of,
    told_of,
)
from tests.support.services import a_caller

AGAIN = Outcome(Verdict.AGAIN, "busy")
DOWN = Outcome(Verdict.AGAIN, "the mail server does not answer", is_outage=True)


@pytest.fixture
def caller() -> Principal:
    return a_caller(test=False)


class Kept(Collector):
    """A channel that takes as long as it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def send(self, dispatch: Dispatch) -> Outcome:
        await super().send(dispatch)
        await self.go.wait()
        return self.outcome


async def nothing_under_way(db: Database) -> bool:
    """Whether every notice was tried, or is not tried."""
    async with db.begin_system() as connection:
        found = await connection.execute(
            text("""
                select count(*) filter (where state = 'SENDING') = 0 and max(attempts) > 0
                from notices""")
        )
        return bool(found.scalar_one())


async def test_two_replicas_send_each_notice_once(db: Database, caller: Principal) -> None:
    notices = [a_notice() for _ in range(40)]
    await queued(db, caller, *notices)
    channel = Collector()

    await asyncio.gather(*(sends(db, channel) for _ in range(2)))

    assert Counter(one.notice.id for one in channel.sent) == Counter(one.id for one in notices)


async def test_what_a_replica_died_with_goes_out_again_under_the_same_id(
    db: Database, caller: Principal
) -> None:
    notice = a_notice()
    await queued(db, caller, notice)
    # It is sent, and nobody lives to say so.
    (dispatch,) = await a_queue(db, lease_seconds=0.01).claim(10)
    assert (await standing_of(db, notice)).state == "SENDING"
    channel = Collector()

    await eventually(lambda: sends(db, channel))

    (again,) = channel.sent
    assert again.notice.id == dispatch.notice.id == notice.id
    assert again.notice.attempts == 2
    assert len(await told_of(db, notice)) == 1


async def test_a_replica_that_was_overtaken_writes_nothing(db: Database, caller: Principal) -> None:
    notice = a_notice()
    await queued(db, caller, notice)
    queue = a_queue(db)
    (slow,) = await queue.claim(10)
    await hurried(db)
    await sends(db, Collector())

    refusing = Collector(Outcome(Verdict.REFUSED, "no such person"))
    assert await a_sending(db, queue, refusing).send(slow) is None

    assert (await standing_of(db, notice)).state == "SENT"
    assert len(await told_of(db, notice)) == 1


async def test_only_who_has_the_lease_says_what_came_of_it(db: Database, caller: Principal) -> None:
    notice = a_notice()
    await queued(db, caller, notice)
    queue = a_queue(db)
    (slow,) = await queue.claim(10)
    await hurried(db)
    (fresh,) = await queue.claim(10)

    assert await a_sending(db, queue, Collector()).send(slow) is None
    assert (await standing_of(db, notice)).state == "SENDING"
    assert await a_sending(db, queue, Collector()).send(fresh) is NoticeState.SENT


async def test_a_notice_that_was_dropped_on_its_way_stays_dropped(
    db: Database, caller: Principal
) -> None:
    notice = a_notice()
    await queued(db, caller, notice)
    queue = a_queue(db)
    (under_way,) = await queue.claim(10)
    async with db.begin_system() as connection:
        await connection.execute(text("update notices set state = 'DROPPED', lease = ''"))

    assert await a_sending(db, queue, Collector()).send(under_way) is None

    assert (await standing_of(db, notice)).state == "DROPPED"
    assert await told_of(db, notice) == []


async def test_nothing_is_sent_before_it_is_due(db: Database, caller: Principal) -> None:
    await queued(db, caller, a_notice(due_at=datetime.now(UTC) + timedelta(hours=1)))

    assert await sends(db, Collector()) == []


async def test_a_channel_sends_its_own_notices_only(db: Database, caller: Principal) -> None:
    await queued(db, caller, a_notice(recipient=a_recipient(channel=Channel.WEBHOOK)))

    assert await sends(db, Collector()) == []
    assert await sends(db, Collector(), a_queue(db, channel=Channel.WEBHOOK)) == [NoticeState.SENT]


async def test_a_test_keys_notices_touch_nobody_and_are_told_as_facts(db: Database) -> None:
    channel, notice = Collector(), a_notice()
    await queued(db, a_caller(test=True), notice)

    assert await sends(db, channel) == [NoticeState.SENT]

    assert channel.sent == []
    assert (await standing_of(db, notice)).detail == NOBODY_TOLD
    (fact,) = await told_of(db, notice)
    assert isinstance(fact, facts.InvitationSent)


async def test_a_workspace_with_much_to_say_does_not_keep_another_waiting(
    db: Database, caller: Principal
) -> None:
    other = a_caller(test=False)
    await queued(db, caller, *(a_notice() for _ in range(50)))
    await queued(db, other, a_notice())

    claimed = await a_queue(db, Limits(cap=4, hourly=100, daily=100)).claim(8)

    assert Counter(one.workspace_id for one in claimed) == {
        caller.workspace_id: 4,
        other.workspace_id: 1,
    }


async def test_a_workspace_waits_when_it_has_sent_its_share_of_the_hour(
    db: Database, caller: Principal
) -> None:
    other = a_caller(test=False)
    await queued(db, caller, *(a_notice() for _ in range(9)))
    await queued(db, other, *(a_notice() for _ in range(2)))
    channel, queue = Collector(), a_queue(db, Limits(cap=3, hourly=5, daily=100))

    await sends(db, channel, queue)

    assert Counter(one.workspace_id for one in channel.sent) == {
        caller.workspace_id: 5,
        other.workspace_id: 2,
    }
    async with db.begin_system() as connection:
        await connection.execute(text("update notice_turns set hour = hour - interval '1 h'"))
    await sends(db, channel, queue)
    assert len(channel.sent) == 11


async def test_a_workspace_waits_when_it_has_sent_its_share_of_the_day(
    db: Database, caller: Principal
) -> None:
    await queued(db, caller, *(a_notice() for _ in range(4)))

    assert len(await sends(db, Collector(), a_queue(db, Limits(100, 100, daily=3)))) == 3


@pytest.mark.parametrize(
    ("kind", "state"), [(NoticeKind.INVITED, "FAILED"), (NoticeKind.REMINDER, "DROPPED")]
)
async def test_what_could_not_be_sent_in_time_is_given_up(
    db: Database, caller: Principal, kind: NoticeKind, state: str
) -> None:
    now = datetime.now(UTC)
    late = a_notice(kind=kind, due_at=now - timedelta(hours=2), expires_at=now)
    await queued(db, caller, late)
    channel = Collector()

    await sends(db, channel)

    assert channel.sent == []
    assert (await standing_of(db, late)).state == state
    told = await told_of(db, late)
    assert [type(one) for one in told] == ([facts.InvitationFailed] if state == "FAILED" else [])


async def test_a_retry_that_would_come_too_late_is_not_waited_for(
    db: Database, caller: Principal
) -> None:
    notice = a_notice(expires_at=datetime.now(UTC) + timedelta(seconds=12))
    await queued(db, caller, notice)

    assert await sends(db, Collector(AGAIN)) == [NoticeState.FAILED]

    (fact,) = await told_of(db, notice)
    assert isinstance(fact, facts.InvitationFailed)
    assert fact.reason == "it could not be sent in time: busy"


async def test_a_server_that_is_down_is_asked_a_few_times_and_then_left_alone(
    db: Database, caller: Principal
) -> None:
    await queued(db, caller, *(a_notice() for _ in range(30)))
    channel = Collector(DOWN)
    sending = a_sending(db, a_queue(db), channel, width=2)

    async with running(sending.run):
        await eventually(lambda: len(channel.sent) >= 5)
        await eventually(lambda: nothing_under_way(db))

    assert len(channel.sent) <= 6


async def test_what_expires_while_a_server_is_down_is_given_up(
    db: Database, caller: Principal
) -> None:
    await queued(db, caller, *(a_notice() for _ in range(5)))
    sending = a_sending(db, a_queue(db), Collector(DOWN), width=5)
    waiting = a_notice(expires_at=datetime.now(UTC) - timedelta(seconds=1))

    async def given_up() -> bool:
        return (await standing_of(db, waiting)).state == "FAILED"

    async with running(sending.run):
        await eventually(lambda: nothing_under_way(db))
        await queued(db, caller, waiting)
        await eventually(given_up)


async def test_what_expires_while_a_workspace_waits_for_the_next_hour_is_given_up(
    db: Database, caller: Principal
) -> None:
    queue = a_queue(db, Limits(cap=10, hourly=1, daily=10))
    await queued(db, caller, a_notice())
    await sends(db, Collector(), queue)
    waiting = a_notice(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    await queued(db, caller, waiting)

    async def given_up() -> bool:
        return (await standing_of(db, waiting)).state == "FAILED"

    async with running(a_sending(db, queue, Collector()).run):
        await eventually(given_up)


async def test_a_replica_has_no_more_under_way_than_its_width(
    db: Database, caller: Principal
) -> None:
    await queued(db, caller, *(a_notice() for _ in range(9)))
    channel = Kept()
    async with running(a_sending(db, a_queue(db), channel, width=3).run):
        await eventually(lambda: len(channel.sent) == 3)
        async with db.begin_system() as connection:
            found = await connection.execute(
                text("select count(*) from notices where state = 'SENDING'")
            )
            assert found.scalar_one() == 3
        channel.go.set()
        await eventually(lambda: len(channel.sent) == 9)


async def test_the_detail_of_a_failure_is_one_line_of_bounded_length(
    db: Database, caller: Principal
) -> None:
    notice = a_notice()
    await queued(db, caller, notice)

    await sends(db, Collector(Outcome(Verdict.REFUSED, "550 no\r\n\x00\x1b[31m " + "x" * 9000)))

    detail = (await standing_of(db, notice)).detail
    assert detail.startswith("550 no [31m xxx")
    assert len(detail) == 500


async def test_notices_of_another_workspace_are_not_seen(db: Database, caller: Principal) -> None:
    await queued(db, caller, a_notice())
    await sends(db, Collector())

    async with db.begin(a_caller(), Transaction) as tx:
        for table in ("notices", "notice_turns"):
            assert (await tx.run(f"select count(*) from {table}")).scalar_one() == 0
