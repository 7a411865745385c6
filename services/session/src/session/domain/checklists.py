"""A meeting's checklist: what it is to get done, and whether its end is the session's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from common.errors import Exhausted, InvalidInput
from session.domain.sessions import Actor

MOST_ITEMS = 200


class MissingItemText(InvalidInput):
    def __init__(self, item: str) -> None:
        super().__init__(f"{item} is a new item; say with text what is to be done", field="text")


class ChecklistFull(Exhausted):
    def __init__(self) -> None:
        super().__init__(f"a checklist takes {MOST_ITEMS} items; complete or reuse those it has")


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """*actor* is who ticked it."""

    id: str
    text: str
    completed: bool = False
    actor: Actor | None = None
    complete_time: datetime | None = None

    def put(self, text: str, completed: bool, by: Actor, now: datetime) -> "ChecklistItem":
        """With another *text*, unless that is empty; ticked by whoever did so first."""
        after = replace(self, text=text or self.text)
        if not completed:
            return replace(after, completed=False, actor=None, complete_time=None)
        if self.completed:
            return after
        return replace(after, completed=True, actor=by, complete_time=now)


@dataclass(frozen=True, slots=True)
class Checklist:
    """*ends_session*: the live session ends when the last item is completed."""

    items: Sequence[ChecklistItem] = ()
    ends_session: bool = False

    @property
    def is_done(self) -> bool:
        return bool(self.items) and all(one.completed for one in self.items)

    def item(self, item_id: str, text: str) -> ChecklistItem:
        """The item of that id, or a new one; raises ``MissingItemText``, ``ChecklistFull``."""
        for one in self.items:
            if one.id == item_id:
                return one
        if not text:
            raise MissingItemText(item_id)
        if len(self.items) >= MOST_ITEMS:
            raise ChecklistFull
        return ChecklistItem(item_id, text)

    def with_item(self, item: ChecklistItem) -> "Checklist":
        if all(one.id != item.id for one in self.items):
            return replace(self, items=(*self.items, item))
        return replace(self, items=[item if one.id == item.id else one for one in self.items])
