"""Reminders, calls and summaries of a meeting that somebody does not want, by a link in them."""

from dataclasses import dataclass

from common.principal import Kind, Principal
from scheduler.channels.languages import first_written
from scheduler.domain.codes import UnknownCode
from scheduler.domain.definitions import Invitee, Stakeholder
from scheduler.domain.meetings import Meeting, MeetingId
from scheduler.domain.people import address_key
from scheduler.service.sheets import Sheets
from scheduler.store import MeetingTransaction, Store


@dataclass(frozen=True, slots=True)
class OptOut:
    """How it stands for one person and one meeting; *language* is a tag."""

    title: str
    language: str
    opted_out: bool


class OptOuts:
    def __init__(self, store: Store, sheets: Sheets) -> None:
        self._store = store
        self._sheets = sheets

    async def get(self, code: str, locale: str = "") -> OptOut:
        """How it stands for who has *code*; it changes nothing. Raises ``UnknownCode``.

        *locale* is for a person whose own is of no language that we write.
        """
        workspace, meeting_id, email = self._sheets.opt_outs.read(code, 3)
        async with self._store.begin(_bearer(workspace)) as tx:
            meeting = await _meeting_of(tx, meeting_id)
            opted_out = email in await tx.opted_out(meeting.id)
        language = first_written(_locale_in(meeting, email), locale)
        return OptOut(meeting.definition.title, language, opted_out)

    async def put(self, code: str, *, opted_out: bool) -> None:
        """Stop what comes to who has *code*, or let it come again; raises ``UnknownCode``."""
        workspace, meeting_id, email = self._sheets.opt_outs.read(code, 3)
        async with self._store.begin(_bearer(workspace)) as tx:
            meeting = await _meeting_of(tx, meeting_id)
            if opted_out:
                await tx.opt_out(meeting.id, email)
            else:
                await tx.opt_in(meeting.id, email)


def _bearer(workspace_id: str) -> Principal:
    return Principal(workspace_id, Kind.PARTICIPANT, "mail")


async def _meeting_of(tx: MeetingTransaction, meeting_id: str) -> Meeting:
    meeting = await tx.find(MeetingId(meeting_id))
    if meeting is None:
        raise UnknownCode
    return meeting


def _locale_in(meeting: Meeting, email: str) -> str:
    named = meeting.definition
    people: list[Invitee | Stakeholder] = [*named.invitees, *named.stakeholders]
    return next((one.locale for one in people if address_key(one.email) == email), "")
