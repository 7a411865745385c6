"""What callers ask of planned instants: look, change, cancel, preview."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice

from common import pages
from common.errors import AlreadyExists, InvalidPageToken
from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain.definitions import Definition
from scheduler.domain.meetings import Meeting, MeetingId, StartsInThePast
from scheduler.domain.occurrences import (
    Occurrence,
    OccurrenceAction,
    OccurrenceId,
    OccurrenceState,
)
from scheduler.domain.planning import Difference, Kind
from scheduler.domain.recurrence import Instance, Timetable
from scheduler.domain.zones import LAST_YEAR
from scheduler.service.announcing import Announcer, view_of
from scheduler.service.planner import Planner, disarm_one
from scheduler.service.telling import Change, Teller
from scheduler.store import MeetingTransaction, Store
from scheduler.wire import revised_change


class OccurrenceTimeTaken(AlreadyExists):
    def __init__(self, start: datetime, other: str) -> None:
        super().__init__(
            f"another occurrence of the meeting starts at {start:%Y-%m-%dT%H:%M:%SZ}; "
            "choose another start_time",
            field="start_time",
            occurrence_id=other,
        )


@dataclass(frozen=True, slots=True)
class One:
    """An occurrence with what its meeting says of it."""

    occurrence: Occurrence
    definition: Definition


@dataclass(frozen=True, slots=True)
class OccurrenceEdit:
    """The *named* fields of *draft*, for the version of *etag*; an empty one is no claim."""

    draft: pb.OccurrenceDraft
    named: Sequence[str]
    etag: str = ""


class Occurrences:
    def __init__(
        self, store: Store, planner: Planner, announcer: Announcer, teller: Teller
    ) -> None:
        self._store = store
        self._planner = planner
        self._announcer = announcer
        self._teller = teller

    async def get(
        self, caller: Principal, meeting_id: MeetingId, occurrence_id: OccurrenceId
    ) -> One:
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id)
            return One(await tx.occurrence(meeting.id, occurrence_id), meeting.definition)

    async def list(
        self, caller: Principal, meeting_id: MeetingId, page_size: int, page_token: str
    ) -> tuple[Sequence[One], str]:
        """What was and is planned of a meeting, in time order, and the token of the next page."""
        size = pages.page_size(page_size)
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id)
            found = await tx.occurrences(meeting_id, pages.keys_of(page_token, 2), size + 1)
        last = found[size - 1] if len(found) > size else None
        token = pages.token_for(last.start_time.isoformat(), last.id) if last else ""
        return [One(one, meeting.definition) for one in found[:size]], token

    async def change(
        self,
        caller: Principal,
        meeting_id: MeetingId,
        occurrence_id: OccurrenceId,
        edit: OccurrenceEdit,
    ) -> One:
        """Change the named fields of one occurrence that is to come.

        Raises ``OccurrenceIsLive``, ``OccurrenceIsOver``, ``StartsInThePast`` or
        ``OccurrenceTimeTaken``.
        """
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id, lock=True)
            before = await tx.occurrence(meeting_id, occurrence_id, lock=True)
            before.check_etag(edit.etag)
            before.check_changeable()
            after = self._changed(meeting, before, edit)
            if after == before:
                return One(before, meeting.definition)
            if after.start_time != before.start_time:
                after = await self._moved(tx, after)
            await disarm_one(tx, before)
            after = await tx.save_occurrence(after, is_change=True)
            await self._planner.arm(tx, meeting)
            await self._announce(tx, meeting, before, after)
            return One(after, meeting.definition)

    async def cancel(
        self, caller: Principal, meeting_id: MeetingId, occurrence_id: OccurrenceId, etag: str
    ) -> One:
        """Cancel one occurrence that is to come; cancelling twice is no error."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id, lock=True)
            before = await tx.occurrence(meeting_id, occurrence_id, lock=True)
            before.check_etag(etag)
            if before.state is OccurrenceState.CANCELLED:
                return One(before, meeting.definition)
            before.check_changeable()
            if meeting.definition.recurrence is None:
                # Nothing else is held, so calendars lose all of it.
                await self._teller.cancelled(tx, meeting)
            cancelled = replace(before.after(OccurrenceAction.CANCEL), waits_for="")
            after = await tx.save_occurrence(cancelled, is_change=True)
            await disarm_one(tx, before)
            await self._planner.arm(tx, meeting)
            await self._announce(tx, meeting, before, after)
            await self._planner.complete_if_over(tx, meeting)
            return One(after, meeting.definition)

    def preview(
        self, definition: Definition, page_size: int, page_token: str
    ) -> tuple[Sequence[Instance], str]:
        """The instants that *definition* would have, and the token of the next page."""
        size = pages.page_size(page_size)
        timetable = definition.timetable(self._planner.zones)
        assert timetable is not None, "the contract requires a start_time"
        found = list(islice(_instances_after(timetable, page_token), size + 1))
        if len(found) <= size:
            return found, ""
        last = found[size - 1]
        same = [one for one in found[:size] if one.start == last.start]
        return found[:size], pages.token_for(last.start.isoformat(), len(same))

    def _changed(self, meeting: Meeting, before: Occurrence, edit: OccurrenceEdit) -> Occurrence:
        definition = meeting.definition
        change = revised_change(before.change, edit.draft, edit.named)
        zone = self._planner.zones.zone(definition.time_zone)
        changed = replace(before, change=change)
        return changed.timed(before.original_start_time, definition.duration, zone)

    async def _moved(self, tx: MeetingTransaction, after: Occurrence) -> Occurrence:
        """*after*, whose start is another; its window opens ahead of that, whatever was open."""
        if after.start_time < tx.now:
            raise StartsInThePast(after.start_time, tx.now)
        other = await tx.starts_at(MeetingId(after.meeting_id), after.start_time)
        if other is not None and other != after.id:
            raise OccurrenceTimeTaken(after.start_time, other)
        return replace(after.after(OccurrenceAction.MOVE), waits_for="")

    async def _announce(
        self, tx: MeetingTransaction, meeting: Meeting, before: Occurrence, after: Occurrence
    ) -> None:
        """Announce what became of one occurrence, and tell who is invited."""
        kind = Kind.MOVED if before.start_time != after.start_time else Kind.CHANGED
        difference = Difference(kind, after.id, before.start_time, after.start_time)
        if after.state is OccurrenceState.CANCELLED:
            difference = Difference(Kind.CANCELLED, after.id, before.start_time, None)
        view = await view_of(tx, meeting)
        await self._announcer.updated(tx, view, ["occurrences"], [difference])
        if meeting.definition.recurrence is None and not after.is_upcoming():
            return
        changes = [
            one.name
            for one in fields(after.change)
            if getattr(before.change, one.name) != getattr(after.change, one.name)
        ]
        await self._teller.changed(tx, meeting, Change(None, changes, occurrence=(before, after)))


def _instances_after(timetable: Timetable, page_token: str) -> Iterator[Instance]:
    """Goes on after so many instances at the instant that the token names."""
    keys = pages.keys_of(page_token, 2)
    if keys is None:
        yield from timetable.instances()
        return
    since, shown = _place(keys)
    for one in timetable.instances(since):
        if one.start == since and shown > 0:
            shown -= 1
        else:
            yield one


def _place(keys: Sequence[str | int]) -> tuple[datetime, int]:
    try:
        since, shown = datetime.fromisoformat(str(keys[0])), int(keys[1])
    except ValueError:
        raise InvalidPageToken from None
    if since.tzinfo is None or not 1 < since.year <= LAST_YEAR:
        raise InvalidPageToken
    return since, shown
