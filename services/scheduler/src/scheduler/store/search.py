"""How lists find meetings and occurrences: every condition is one that an index can answer.

Row-level security lets an index be used only by operators that are known to tell nothing of rows
they do not show: comparisons of texts and of times are, those of arrays, JSON and text search are
not. So what meetings are found by are rows of their own, compared as texts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from common.db import Transaction
from scheduler.domain.meetings import Meeting
from scheduler.domain.occurrences import Occurrence
from scheduler.domain.search import (
    MeetingFilter,
    MeetingOrder,
    OccurrenceFilter,
    Span,
    TraitFilter,
)
from scheduler.domain.traits import word_span
from scheduler.store.meetings import definition_from, meeting_from
from scheduler.store.occurrences import occurrence_from

# How rare a trait is decides the plan, so one plan for any trait would be wrong for most. A page is
# few rows of many, so whatever reads a whole table first is wrong for all.
PLANNED_FOR_PAGES = """
    select set_config('plan_cache_mode', 'force_custom_plan', true),
        set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
        set_config('enable_mergejoin', 'off', true)"""


class Place(NamedTuple):
    """Where a list goes on: after the row at this instant with this id."""

    at: datetime
    id: str


class Found(NamedTuple):
    """A meeting and its place in the list."""

    meeting: Meeting
    place: Place


class Query(NamedTuple):
    sql: str
    values: dict[str, Any]


class Clauses:
    """Conditions on rows whose meeting's id is *column*, and their values."""

    def __init__(self, column: str) -> None:
        self._column = column
        self.texts = ["true"]
        self.values: dict[str, Any] = {}

    @property
    def where(self) -> str:
        return " and ".join(self.texts)

    def add(self, text: str, **values: Any) -> None:
        self.texts.append(text)
        self.values |= values

    def within(self, column: str, span: Span) -> None:
        if span.since is not None:
            self.add(f"{column} >= :since", since=span.since)
        if span.until is not None:
            self.add(f"{column} < :until", until=span.until)

    def have(self, wanted: TraitFilter) -> None:
        """Meetings with these traits."""
        for place, trait in enumerate(wanted.every):
            self._trait(f"trait = :every_{place}", **{f"every_{place}": trait})
        if wanted.some:
            self._trait("trait = any(:some)", some=list(wanted.some))
        for place, word in enumerate(wanted.words):
            first, last = word_span(word)
            self._trait(
                f"trait >= :from_{place} and trait < :to_{place}",
                **{f"from_{place}": first, f"to_{place}": last},
            )

    def _trait(self, text: str, **values: Any) -> None:
        self.add(
            f"exists (select 1 from traits where meeting_id = {self._column} and {text})", **values
        )


class SearchRows(Transaction):
    async def search(
        self, wanted: MeetingFilter, after: Place | None, limit: int
    ) -> Sequence[Found]:
        """Meetings that match, in the order asked for, after a place in that."""
        query = meetings_query(wanted, after, limit)
        return [
            Found(meeting_from(row), Place(row.place_at, row.place_id))
            for row in await self._rows(query)
        ]

    async def search_occurrences(
        self, wanted: OccurrenceFilter, after: Place | None, limit: int
    ) -> Sequence[tuple[Occurrence, Any]]:
        """Occurrences that match, soonest first, each with what its meeting says."""
        query = occurrences_query(wanted, after, limit)
        return [
            (occurrence_from(row), definition_from(row.definition))
            for row in await self._rows(query)
        ]

    async def _rows(self, query: Query) -> Any:
        await self.run(PLANNED_FOR_PAGES)
        return await self.run(query.sql, **query.values)


def meetings_query(wanted: MeetingFilter, after: Place | None, limit: int) -> Query:
    """The statement that finds a page of meetings."""
    if wanted.order is MeetingOrder.NEXT_START:
        return _by_next_start(wanted, after, limit)
    if not wanted.traits.every and wanted.traits.some:
        return _by_any_trait(wanted, after, limit)
    if wanted.traits.every:
        return _by_trait(wanted, after, limit)
    clauses = _clauses(wanted)
    if after is not None:
        clauses.add("(m.create_time, m.id) < (:at, :last)", at=after.at, last=after.id)
    sql = f"""
        select m.*, m.create_time as place_at, m.id as place_id from meetings m
        where {clauses.where} order by m.create_time desc, m.id desc limit :limit"""
    return Query(sql, clauses.values | {"limit": limit})


def occurrences_query(wanted: OccurrenceFilter, after: Place | None, limit: int) -> Query:
    """The statement that finds a page of occurrences."""
    clauses = Clauses("o.meeting_id")
    if wanted.states:
        clauses.add("o.state = any(:states)", states=list(wanted.states))
    clauses.within("o.start_time", wanted.span)
    clauses.have(wanted.traits)
    if after is not None:
        clauses.add("(o.start_time, o.id) > (:at, :last)", at=after.at, last=after.id)
    # Meetings are wide: only those of the page are read.
    sql = f"""
        select p.*, m.definition from (
            select o.* from occurrences o where {clauses.where}
            order by o.start_time, o.id limit :limit) as p
        join meetings m on m.id = p.meeting_id order by p.start_time, p.id"""
    return Query(sql, clauses.values | {"limit": limit})


def _by_trait(wanted: MeetingFilter, after: Place | None, limit: int, first: str = "") -> Query:
    """Newest first, out of the meetings that have a trait; *first* is the SQL that says which.

    The index of traits is in the order of the list, so that even the most frequent trait costs a
    page no more than its rows.
    """
    every = wanted.traits.every
    clauses = _clauses(replace(wanted, traits=replace(wanted.traits, every=every[1:])))
    if first:
        clauses.add(f"t.trait = {first}")
    else:
        clauses.add("t.trait = :first", first=every[0])
    if after is not None:
        clauses.add("(t.create_time, t.meeting_id) < (:at, :last)", at=after.at, last=after.id)
    sql = f"""
        select m.*, t.create_time as place_at, t.meeting_id as place_id
        from traits t join meetings m on m.id = t.meeting_id where {clauses.where}
        order by t.create_time desc, t.meeting_id desc limit :limit"""
    return Query(sql, clauses.values | {"limit": limit})


def _by_any_trait(wanted: MeetingFilter, after: Place | None, limit: int) -> Query:
    """Newest first, out of a page of each of the traits; a meeting may be on several."""
    some = list(wanted.traits.some)
    rest = replace(wanted, traits=replace(wanted.traits, some=()))
    page = _by_trait(rest, after, limit, first="one.trait")
    sql = f"""
        select distinct on (p.place_at, p.place_id) p.*
        from unnest(cast(:some as text[])) as one (trait) cross join lateral ({page.sql}) as p
        order by p.place_at desc, p.place_id desc limit :limit"""
    return Query(sql, page.values | {"some": some})


def _by_next_start(wanted: MeetingFilter, after: Place | None, limit: int) -> Query:
    of_row = bool(wanted.states) or wanted.live is not None
    clauses = _clauses(wanted, "o.meeting_id")
    if after is not None:
        clauses.add("(o.start_time, o.id) > (:at, :last)", at=after.at, last=after.id)
    sql = f"""
        select m.*, p.start_time as place_at, p.id as place_id from (
            select o.id, o.meeting_id, o.start_time
            from occurrences o {"join meetings m on m.id = o.meeting_id" if of_row else ""}
            where o.state in ('PENDING', 'OPEN') and not exists (
                select 1 from occurrences e
                where e.meeting_id = o.meeting_id and e.state in ('PENDING', 'OPEN')
                    and (e.start_time, e.id) < (o.start_time, o.id)) and {clauses.where}
            order by o.start_time, o.id limit :limit) as p
        join meetings m on m.id = p.meeting_id order by p.start_time, p.id"""
    return Query(sql, clauses.values | {"limit": limit})


def _clauses(wanted: MeetingFilter, column: str = "m.id") -> Clauses:
    clauses = Clauses(column)
    if wanted.states:
        clauses.add("m.state = any(:states)", states=list(wanted.states))
    if wanted.live is not None:
        clauses.add(f"m.active_session_id {'<>' if wanted.live else '='} ''")
    if wanted.span != Span():
        inner = Clauses("")
        inner.within("s.start_time", wanted.span)
        clauses.add(
            f"exists (select 1 from occurrences s where s.meeting_id = {column} and {inner.where})",
            **inner.values,
        )
    clauses.have(wanted.traits)
    return clauses
