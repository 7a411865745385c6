"""Telling by email."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from scheduler.channels.mails import BadMailAddress, Mail, Mailroom
from scheduler.channels.rendering import Renderer
from scheduler.domain.sending import Dispatch, Outcome, Verdict


class Carrier(Protocol):
    """Where a mail is handed over; *name* says which notice it is."""

    async def deliver(self, mail: Mail, name: str) -> Outcome: ...

    async def check(self) -> str: ...


class Email:
    def __init__(
        self,
        renderer: Renderer,
        mailroom: Mailroom,
        carrier: Carrier,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._renderer = renderer
        self._mailroom = mailroom
        self._carrier = carrier
        # People read the date of a mail against their own clock, which a sandbox cannot move.
        self._clock = clock

    async def send(self, dispatch: Dispatch) -> Outcome:
        notice = dispatch.notice
        try:
            mail = self._mailroom.mail(notice, self._renderer.render(notice), self._clock())
        except BadMailAddress as error:
            return Outcome(Verdict.REFUSED, f"the person's address: {error}")
        return await self._carrier.deliver(mail, notice.id)
