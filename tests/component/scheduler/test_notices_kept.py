"""What is left of a notice when it was sent or given up, and when it is forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from common.db import Database
from common.principal import Principal
from scheduler.domain.meetings import MeetingId
from scheduler.domain.notices import Channel, Notice, NoticeState
from scheduler.domain.sending import Outcome, Verdict
from tests.support.notices import (
    Collector,
    a_letter,
    a_notice,
    a_queue,
    a_recipient,
    queued,
    sends,
)
from tests.support.schedulers import NOTICES_KEPT, SchedulerHouse
from tests.support.services import a_caller
from tests.support.tellings import a_single, gists, notices, set_state, waiting

SECRETS = ("join_url", "respond_url", "calendar_text", "address", "web_push")
JUST_KEPT, TOO_OLD = NOTICES_KEPT - timedelta(hours=1), NOTICES_KEPT + timedelta(hours=1)


@pytest.fixture
def caller() -> Principal:
    return a_caller(test=False)


def a_secret_notice() -> Notice:
    to = a_recipient(
        channel=Channel.WEBHOOK, address="https://example.com/s3cret", web_push={"auth": "s3cret"}
    )
    return a_notice(recipient=to, letter=a_letter(calendar_text="BEGIN:VCALENDAR s3cret"))


async def kept(db: Database) -> list[dict[str, Any]]:
    """Letter and recipient of every notice, as one."""
    async with db.begin_system() as connection:
        rows = await connection.execute(text("select letter || recipient as kept from notices"))
        return [row.kept for row in rows]


async def aged(db: Database, by: timedelta) -> None:
    async with db.begin_system() as connection:
        await connection.execute(
            text("update notices set create_time = create_time - cast(:by as interval)"),
            {"by": by},
        )


async def count(db: Database) -> int:
    return len(await kept(db))


@pytest.mark.parametrize("verdict", [Verdict.SENT, Verdict.REFUSED])
async def test_what_was_sent_or_given_up_keeps_no_link_and_no_address(
    db: Database, caller: Principal, verdict: Verdict
) -> None:
    await queued(db, caller, a_secret_notice())

    sender = Collector(Outcome(verdict, "told"))
    await sends(db, sender, a_queue(db, channel=Channel.WEBHOOK))

    assert sender.sent[0].notice.recipient.address == "https://example.com/s3cret"
    (left,) = await kept(db)
    assert not set(SECRETS) & set(left)
    assert (left["title"], left["email"]) == ("Kick-off", "bo@example.com")


async def test_what_is_tried_again_keeps_what_the_next_attempt_takes(
    db: Database, caller: Principal
) -> None:
    await queued(db, caller, a_secret_notice())

    again = Collector(Outcome(Verdict.AGAIN, "busy"))
    await sends(db, again, a_queue(db, channel=Channel.WEBHOOK))

    (left,) = await kept(db)
    assert set(SECRETS) <= set(left)


async def test_what_a_change_overtakes_keeps_no_link(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    meeting = (await scheduler.meetings.create(caller, a_single())).meeting.id

    await scheduler.meetings.cancel(caller, meeting, "", "")

    (dropped,) = await notices(db, state="DROPPED")
    assert not set(SECRETS) & set(dropped.letter)


async def test_notices_are_forgotten_after_their_time_a_few_at_once(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    ended = [a_notice() for _ in range(7)]
    await queued(db, caller, *ended, a_notice())
    await set_state(db, [one.id for one in ended[:3]], "SENT")
    await set_state(db, [one.id for one in ended[3:5]], "FAILED")
    await set_state(db, [one.id for one in ended[5:]], "DROPPED")

    await aged(db, JUST_KEPT)
    await scheduler.upkeep.look_after()
    before = await count(db)
    await aged(db, TOO_OLD - JUST_KEPT)
    await scheduler.upkeep.look_after()

    assert (before, await count(db)) == (8, 1)
    assert [one.state for one in await notices(db)] == [NoticeState.QUEUED.value]


async def test_who_was_invited_long_ago_is_still_told_that_the_meeting_is_cancelled(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    meeting = await invited_long_ago(scheduler, db, caller)

    await scheduler.upkeep.look_after()
    left = await kept(db)
    await scheduler.meetings.cancel(caller, meeting, "", "")

    # Nothing of what was said, nor of whom it was said to.
    assert left == [{"channel": "EMAIL"}]
    assert [one.letter["title"] for one in await waiting(db)] == ["Kick-off"]
    (cancelled,) = await waiting(db)
    assert (cancelled.kind, cancelled.email) == ("CANCELLED", "bo@example.com")


async def test_that_somebody_was_invited_is_forgotten_when_the_meeting_is_over(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    meeting = await invited_long_ago(scheduler, db, caller)
    await scheduler.meetings.cancel(caller, meeting, "", "")

    await scheduler.upkeep.look_after()

    assert await gists(db) == [("CANCELLED", "bo@example.com")]
    assert await count(db) == 1


async def invited_long_ago(scheduler: SchedulerHouse, db: Database, caller: Principal) -> MeetingId:
    meeting = (await scheduler.meetings.create(caller, a_single())).meeting.id
    await sends(db, Collector())
    await aged(db, TOO_OLD)
    return meeting
