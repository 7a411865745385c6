"""Notices are sent when they are written, not when somebody happens to look."""

from collections.abc import AsyncIterator, Sequence

import pytest
from nats.aio.client import Client

from common.bells import Bells
from common.db import Database
from common.principal import Principal
from convene_cli.nats import NatsServer
from scheduler.domain.notices import Channel
from scheduler.domain.sending import Dispatch
from scheduler.service.sending import Sending
from scheduler.service.waking import Waking
from scheduler.store.sending import NoticeQueue, SendingStore
from tests.support.eventually import eventually
from tests.support.facts import bus_at, running
from tests.support.notices import ROOMY, Collector, a_notice, queued
from tests.support.schedulers import SchedulerHouse
from tests.support.services import a_caller
from tests.support.tellings import a_single, an_invitee

# Longer than any test waits: whoever looks has been woken.
NEVER = 3600.0


@pytest.fixture
def caller() -> Principal:
    return a_caller(test=False)


@pytest.fixture
async def nats(own_nats_server: NatsServer) -> AsyncIterator[Client]:
    async with bus_at(own_nats_server.url) as client:
        yield client


class Watched(NoticeQueue):
    """A queue that tells when somebody found nothing in it, and so will rest."""

    is_empty = False

    async def claim(self, slots: int) -> Sequence[Dispatch]:
        found = await super().claim(slots)
        self.is_empty = not found
        return found


class Replica:
    """What sends mails in one process, and how it is woken."""

    def __init__(self, db: Database, nats: Client, name: str) -> None:
        self.sender = Collector()
        self.queue = Watched(db, Channel.EMAIL, ROOMY, lease_seconds=30)
        self.sending = Sending(
            self.queue, SendingStore(db), self.sender, width=4, poll=NEVER, late_every=NEVER
        )
        self.waking = Waking(Bells(nats, "scheduler"), {Channel.EMAIL: self.sending}, name)

    async def rests(self) -> None:
        await eventually(lambda: self.queue.is_empty)


async def test_what_a_transaction_writes_is_sent_as_soon_as_it_has_committed(
    scheduler: SchedulerHouse, db: Database, nats: Client, caller: Principal
) -> None:
    here = Replica(db, nats, "here")
    db.bell = here.waking.ring
    async with running(here.sending.run):
        await here.rests()

        await scheduler.meetings.create(caller, a_single())

        await eventually(lambda: here.sender.sent)


async def test_another_replica_hears_of_what_this_one_writes(
    scheduler: SchedulerHouse, db: Database, nats: Client, caller: Principal
) -> None:
    here, there = Replica(db, nats, "here"), Replica(db, nats, "there")
    db.bell = here.waking.ring
    async with running(there.sending.run), running(there.waking.run):
        await there.rests()
        await nats.flush()

        await scheduler.meetings.create(caller, a_single())

        await eventually(lambda: there.sender.sent)


async def test_what_is_not_committed_wakes_nobody(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    rung: list[str] = []
    db.bell = rung.append
    wrong = a_single(invitees=(an_invitee("bo@example.com"), an_invitee("bo@example.com")))

    with pytest.raises(Exception, match="name each person once"):
        await scheduler.meetings.create(caller, wrong)
    assert rung == []

    await scheduler.meetings.create(caller, a_single())
    assert rung == [Channel.EMAIL.bell]


async def test_nothing_is_missed_by_who_is_not_woken(db: Database, caller: Principal) -> None:
    sender, queue = Collector(), Watched(db, Channel.EMAIL, ROOMY, lease_seconds=30)
    sending = Sending(queue, SendingStore(db), sender, width=4, poll=0.05)
    async with running(sending.run):
        await eventually(lambda: queue.is_empty)
        await queued(db, caller, a_notice())
        await eventually(lambda: sender.sent)
