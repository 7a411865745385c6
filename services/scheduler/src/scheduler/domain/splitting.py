"""A series parted in two: what comes before one of its occurrences, and the rest."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from common.errors import InvalidInput, WrongState
from scheduler.domain.definitions import Definition
from scheduler.domain.occurrences import Occurrence
from scheduler.domain.recurrence import Recurrence, Timetable, until_before
from scheduler.domain.rules import rewritten

FIELD = "occurrence_id"


class NotASeries(WrongState):
    def __init__(self, meeting_id: str) -> None:
        super().__init__("the meeting is no series; change the meeting", meeting_id=meeting_id)


class SplitAtStart(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "nothing of the series comes before this occurrence; change the meeting", field=FIELD
        )


class SplitAtExtraDate(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "this occurrence is one of recurrence.rdates; split at one that the rrule gives",
            field=FIELD,
        )


def split(
    definition: Definition, timetable: Timetable, at: Occurrence
) -> tuple[Definition, Definition]:
    """The definitions of what comes before *at*, and of *at* and the rest.

    The rest begins with the local time that named *at*, so that it keeps the turns of its rule.
    Raises ``NotASeries``, ``SplitAtStart`` or ``SplitAtExtraDate``.
    """
    series = definition.recurrence
    if series is None:
        raise NotASeries(at.meeting_id)
    if not _anything_before(timetable, at):
        raise SplitAtStart
    before, after = _rules(series, timetable, at)
    civil = datetime.fromisoformat(at.civil_start)
    first = replace(
        series,
        rrule=before,
        rdates=_where(series.rdates, lambda one: one < civil),
        exdates=_where(series.exdates, lambda one: one < civil),
    )
    rest = replace(
        series,
        rrule=after,
        rdates=_where(series.rdates, lambda one: one > civil),
        exdates=_where(series.exdates, lambda one: one > civil),
    )
    return (
        replace(definition, recurrence=_or_none(first)),
        replace(definition, start_time=at.civil_start, recurrence=_or_none(rest)),
    )


def _rules(series: Recurrence, timetable: Timetable, at: Occurrence) -> tuple[str, str]:
    """The rrule before *at* and from it on."""
    if timetable.rule is None:
        return "", ""
    counted = 0
    for one in timetable.of_rule(at.original_start_time):
        if one.civil.isoformat() == at.civil_start:
            break
        if one.start > at.original_start_time:
            raise SplitAtExtraDate
        counted += one.is_held
    else:
        raise SplitAtExtraDate
    if timetable.rule.count is None:
        return rewritten(series.rrule, UNTIL=until_before(at.original_start_time)), series.rrule
    if counted == 0:
        raise SplitAtStart
    left = timetable.rule.count - counted
    return rewritten(series.rrule, COUNT=str(counted)), rewritten(series.rrule, COUNT=str(left))


def _anything_before(timetable: Timetable, at: Occurrence) -> bool:
    first = next((one for one in timetable.instances() if one.is_held), None)
    return first is not None and first.start < at.original_start_time


def _where(dates: Sequence[str], wanted: Callable[[datetime], bool]) -> tuple[str, ...]:
    return tuple(one for one in dates if wanted(datetime.fromisoformat(one)))


def _or_none(recurrence: Recurrence) -> Recurrence | None:
    return recurrence if recurrence.rrule or recurrence.rdates else None
