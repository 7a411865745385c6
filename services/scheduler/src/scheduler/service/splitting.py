"""Splitting a series: the old meeting ends and the rest begins, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain.definitions import Definition, is_moved
from scheduler.domain.meetings import Meeting, MeetingAction, MeetingId, plan
from scheduler.domain.occurrences import Occurrence, OccurrenceId
from scheduler.domain.splitting import NotASeries, split
from scheduler.service.announcing import Announcer, View, view_of
from scheduler.service.ordering import check_custom_fields
from scheduler.service.picking import repicked
from scheduler.service.planner import Planner, announce_gaps
from scheduler.service.telling import Change, Teller
from scheduler.store import MeetingTransaction, Store
from scheduler.wire import revised_definition


@dataclass(frozen=True, slots=True)
class SplitOrder:
    """Where a series is split, and what differs in the new meeting: the *named* fields of *draft*.

    *etag* names the version of the series that the caller read; an empty one is no claim.
    """

    meeting_id: MeetingId
    occurrence_id: OccurrenceId
    draft: pb.MeetingDraft
    named: Sequence[str]
    etag: str = ""


class Splitting:
    def __init__(
        self, store: Store, planner: Planner, announcer: Announcer, teller: Teller
    ) -> None:
        self._store = store
        self._planner = planner
        self._announcer = announcer
        self._teller = teller

    async def split(self, caller: Principal, order: SplitOrder, new_id: MeetingId) -> View:
        """Make an occurrence and the rest a meeting of their own, *new_id*; answers that.

        What was changed of its occurrences goes with them, unless their times change now. Raises
        ``NotASeries``, ``SplitAtStart``, ``SplitAtExtraDate`` or what planning a meeting raises.
        """
        async with self._store.begin(caller) as tx:
            meeting = (await tx.get(order.meeting_id, lock=True)).after(MeetingAction.REVISE)
            meeting.check_etag(order.etag)
            at = await tx.occurrence(meeting.id, order.occurrence_id, lock=True)
            at.check_changeable()
            timetable = meeting.definition.timetable(self._planner.zones)
            if timetable is None:
                raise NotASeries(meeting.id)
            before, rest = split(meeting.definition, timetable, at)
            definition = revised_definition(rest, order.draft, order.named)
            if definition.custom_fields != rest.custom_fields:
                await check_custom_fields(tx, definition)
            following = await tx.planned_since(meeting.id, at.original_start_time)
            moved = is_moved(rest, definition)
            kept = {} if moved else _changed(following)
            await self._cut(tx, meeting, before)
            if moved:
                outlook = self._planner.outlook(definition, tx.now)
                definition = await repicked(tx, new_id, definition, outlook)
            return await self._begin_rest(tx, meeting, new_id, definition, kept)

    async def _cut(self, tx: MeetingTransaction, meeting: Meeting, before: Definition) -> None:
        """End the old meeting; what it held stays, and it is over when nothing is left."""
        cut = await tx.save(replace(meeting, definition=before, update_time=tx.now))
        replan = await self._planner.follow(tx, cut)
        view = await view_of(tx, cut)
        await self._announcer.updated(tx, view, ["recurrence"], replan.differences)
        change = Change(meeting.definition, ["recurrence"], was_to_come=True)
        await self._teller.changed(tx, cut, change)
        await self._planner.complete_if_over(tx, cut)

    async def _begin_rest(
        self,
        tx: MeetingTransaction,
        old: Meeting,
        new_id: MeetingId,
        definition: Definition,
        kept: Mapping[str, Occurrence],
    ) -> View:
        outlook = self._planner.outlook(definition, tx.now)
        planned = plan(new_id, definition, outlook, tx.now, test=old.test)
        meeting = self._teller.named(replace(planned, split_from=old.id))
        await tx.add(meeting)
        replan = await self._planner.add(tx, meeting, outlook, kept)
        view = await view_of(tx, meeting)
        await self._announcer.created(tx, view)
        await announce_gaps(tx, replan)
        await self._teller.changed(tx, meeting, Change(split_from=old.definition))
        return view


def _changed(occurrences: Sequence[Occurrence]) -> Mapping[str, Occurrence]:
    return {one.civil_start: one for one in occurrences if one.is_changed}
