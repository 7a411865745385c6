"""Sends what is due on one channel: each notice by one replica at a time, each outcome kept."""

import asyncio
import random
from collections.abc import Sequence
from time import monotonic
from typing import Protocol

import structlog
from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Gauge, Histogram

from common import telemetry
from common.principal import service_principal
from scheduler.domain.breakers import Breaker
from scheduler.domain.notices import NoticeState
from scheduler.domain.sending import Dispatch, Outcome, Verdict, after_attempt, expired
from scheduler.service.outcomes import announce_told
from scheduler.store.sending import NoticeQueue, SendingStore

log = structlog.get_logger()

# Writers wake it; this finds what is due later, and what is left of a replica that died.
POLL_SECONDS = 5.0
# How often what is kept back by a bound or a breaker is looked through for what is too late.
LATE_EVERY_SECONDS = 10.0
# A test key's meetings never touch people.
NOBODY_TOLD = "a test key's meeting: recorded, and sent to nobody"

attempts = Counter("convene_notice_attempts", "Attempts to tell somebody", ["channel", "result"])
exchange = Histogram("convene_notice_exchange_seconds", "How long an attempt took", ["channel"])
resting = Gauge("convene_notice_channel_resting", "1 while a channel's server is down", ["channel"])


class ChannelSender(Protocol):
    """Tells one person, within the lease. Raises only what no attempt could mend."""

    async def send(self, dispatch: Dispatch) -> Outcome: ...


class Sending:
    """One channel's loop. Any number of replicas may run it; *width* bounds this one."""

    def __init__(
        self,
        queue: NoticeQueue,
        store: SendingStore,
        sender: ChannelSender,
        *,
        width: int,
        poll: float = POLL_SECONDS,
        late_every: float = LATE_EVERY_SECONDS,
    ) -> None:
        self._queue = queue
        self._channel = queue.channel.value
        self._store = store
        self._sender = sender
        self._width = width
        self._under_way = 0
        self._due = asyncio.Event()
        self._breaker = Breaker()
        self._poll = poll
        self._late_every = late_every
        self._looked_for_late = monotonic()

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._due.clear()
                claimed = await self._claimed()
                for dispatch in claimed:
                    self._under_way += 1
                    tasks.create_task(self._send_one(dispatch), name=dispatch.notice.id)
                if not claimed:
                    await self._rest()

    def wake(self) -> None:
        """Look at once instead of at the next turn: something was just queued."""
        self._due.set()

    async def send(self, dispatch: Dispatch) -> NoticeState | None:
        """One attempt and its outcome on record; None where another replica took it over."""
        notice = dispatch.notice
        with telemetry.span(
            "tell",
            parent=dispatch.traceparent,
            kind=SpanKind.PRODUCER,
            notice_id=notice.id,
            notice_kind=notice.kind.value,
            channel=self._channel,
        ):
            if dispatch.is_late:
                return await self._record(dispatch, None)
            started = monotonic()
            outcome = await self._outcome(dispatch)
            exchange.labels(self._channel).observe(monotonic() - started)
            attempts.labels(self._channel, outcome.verdict.value.lower()).inc()
            return await self._record(dispatch, outcome)

    async def _outcome(self, dispatch: Dispatch) -> Outcome:
        if dispatch.notice.test:
            return Outcome(Verdict.SENT, NOBODY_TOLD)
        outcome = await self._sender.send(dispatch)
        self._breaker = self._breaker.after(monotonic(), is_outage=outcome.is_outage)
        resting.labels(self._channel).set(self._breaker.rests_until > 0)
        return outcome

    async def _claimed(self) -> Sequence[Dispatch]:
        now = monotonic()
        try:
            if now - self._looked_for_late >= self._late_every:
                self._looked_for_late = now
                if late := await self._queue.claim_late(self._width):
                    return late
            room = self._breaker.width(now, self._under_way, self._width)
            return await self._queue.claim(room) if room else ()
        except Exception as error:
            log.warning("notices not read", error=str(error) or type(error).__name__)
            return ()

    async def _send_one(self, dispatch: Dispatch) -> None:
        try:
            await self.send(dispatch)
        except Exception:
            # The lease runs out and it is sent again, under the same id.
            log.exception("notice not sent", notice_id=dispatch.notice.id)
        finally:
            self._under_way -= 1
            self._due.set()

    async def _record(self, dispatch: Dispatch, outcome: Outcome | None) -> NoticeState | None:
        caller = service_principal("scheduler", dispatch.workspace_id, test=dispatch.notice.test)
        async with self._store.begin(caller) as tx:
            notice = await tx.find_leased(dispatch.notice.id, dispatch.lease)
            if notice is None:
                log.info("notice overtaken", notice_id=dispatch.notice.id)
                return None
            if outcome is None:
                after = expired(notice)
            else:
                after = after_attempt(notice, outcome, tx.now, jitter=random.random())
            await tx.release(after)
            await announce_told(tx, after)
            return after.state

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await self._due.wait()
        except TimeoutError:
            return
