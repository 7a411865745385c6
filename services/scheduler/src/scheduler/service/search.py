"""Lists of meetings and of occurrences, by what callers look for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from common import pages
from common.errors import InvalidPageToken
from common.principal import Principal
from scheduler.domain.search import MeetingFilter, OccurrenceFilter
from scheduler.service.announcing import SHOWN_OCCURRENCES, View
from scheduler.service.occurrences import One
from scheduler.store import Store
from scheduler.store.search import Place


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list: its *token* is good for the same *conditions* only."""

    size: int
    token: str
    conditions: Mapping[str, object]

    @property
    def after(self) -> Place | None:
        """Where it begins; raises ``InvalidPageToken`` or ``PageTokenOfAnotherList``."""
        keys = pages.bound_keys(self.conditions, self.token, 2)
        if keys is None:
            return None
        try:
            at = datetime.fromisoformat(str(keys[0]))
        except ValueError:
            raise InvalidPageToken from None
        if at.tzinfo is None:
            raise InvalidPageToken
        return Place(at, str(keys[1]))

    def token_after(self, place: Place) -> str:
        return pages.bound_token(self.conditions, place.at.isoformat(), place.id)


class Search:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def meetings(
        self, caller: Principal, wanted: MeetingFilter, page: Page
    ) -> tuple[Sequence[View], str]:
        """Meetings that match, and the token of the next page."""
        size = pages.page_size(page.size)
        async with self._store.begin(caller) as tx:
            found = await tx.search(wanted, page.after, size + 1)
            shown = [one.meeting for one in found[:size]]
            upcoming = await tx.next_of([one.id for one in shown], SHOWN_OCCURRENCES)
        views = [View(one, [o for o in upcoming if o.meeting_id == one.id]) for one in shown]
        return views, page.token_after(found[size - 1].place) if len(found) > size else ""

    async def occurrences(
        self, caller: Principal, wanted: OccurrenceFilter, page: Page
    ) -> tuple[Sequence[One], str]:
        """Occurrences that match, soonest first, and the token of the next page."""
        size = pages.page_size(page.size)
        async with self._store.begin(caller) as tx:
            found = await tx.search_occurrences(wanted, page.after, size + 1)
        shown = [One(occurrence, definition) for occurrence, definition in found[:size]]
        if len(found) <= size:
            return shown, ""
        last = shown[-1].occurrence
        return shown, page.token_after(Place(last.start_time, last.id))
