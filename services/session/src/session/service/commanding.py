"""Commands to a live session: a receipt is written at once, its owner applies it."""

from collections.abc import Sequence
from dataclasses import dataclass

from common import pages
from common.ids import new_id
from common.principal import Principal
from session.domain.commands import Command, CommandId, Verb, check_extension
from session.domain.prompts import Draft
from session.domain.sessions import SessionNotLive
from session.service.lists import cut, text_after
from session.service.sessions import Wake
from session.service.wire import actor_of
from session.store import Store


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a session: *session_name* is its id or `active`."""

    meeting_id: str
    session_name: str
    verb: Verb
    text: str
    target_id: str = ""
    ban: bool = False
    seconds: int = 0
    prompt: Draft | None = None


class Commanding:
    def __init__(self, store: Store, wake: Wake) -> None:
        self._store = store
        self._wake = wake

    async def accept(self, caller: Principal, order: Order) -> Command:
        """Write a receipt; the session's owner settles it.

        Raises ``SessionNotLive``, ``ParticipantNotFound`` for an unknown target, or
        ``InvalidExtension``.
        """
        if order.verb is Verb.EXTEND:
            check_extension(order.seconds)
        async with self._store.begin(caller) as tx:
            session = await tx.named_session(order.meeting_id, order.session_name)
            if not session.is_live:
                raise SessionNotLive(session.id, session.state)
            if target := order.target_id:
                await tx.participant(session.id, target)
            command = Command(
                id=CommandId(new_id("cmd")),
                session_id=session.id,
                verb=order.verb,
                target_id=order.target_id,
                text=order.text,
                ban=order.ban,
                seconds=order.seconds,
                prompt=order.prompt,
                actor=actor_of(caller),
                create_time=tx.now,
            )
            await tx.add_command(command)
        self._wake(session.id)
        return command

    async def list(
        self, caller: Principal, meeting_id: str, name: str, page_size: int, page_token: str
    ) -> tuple[Sequence[Command], str]:
        """The commands given to a session, newest first."""
        size, before = pages.page_size(page_size), text_after(page_token)
        async with self._store.begin(caller) as tx:
            session = await tx.named_session(meeting_id, name)
            found = await tx.newest_commands(session.id, size + 1, before)
        return cut(found, size, lambda one: one.id)
