"""From what a caller sends to the definition of a new meeting, or to the meeting that it means."""

from dataclasses import dataclass

from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain.definitions import Definition
from scheduler.domain.meetings import Meeting
from scheduler.domain.refs import ExternalRefsDisagree, MissingExternalRef
from scheduler.domain.templates import TemplateId
from scheduler.service.filling import filled
from scheduler.service.templates import draft_of
from scheduler.store import MeetingTransaction
from scheduler.wire import definition_of


@dataclass(frozen=True, slots=True)
class Order:
    """A meeting to create, or with *get_or_create* to find by its external refs.

    A template fills what the draft leaves out.
    """

    draft: pb.MeetingDraft
    template_id: str = ""
    get_or_create: bool = False


# What is to be planned: said in full, or as a caller sent it.
Wanted = Definition | Order


async def definition_for(tx: MeetingTransaction, wanted: Wanted) -> Definition:
    """The definition of the meeting that is *wanted*.

    Raises ``TemplateNotFound``, or ``InvalidCustomFields``.
    """
    if not isinstance(wanted, Order):
        return wanted
    draft = wanted.draft
    if wanted.template_id:
        template = await tx.template(TemplateId(wanted.template_id))
        draft = filled(draft_of(template), draft)
    definition = definition_of(draft)
    await check_custom_fields(tx, definition)
    return definition


async def check_custom_fields(tx: MeetingTransaction, definition: Definition) -> None:
    """Raise ``InvalidCustomFields`` for those that the workspace's schema does not allow."""
    (await tx.custom_fields_schema()).check(definition.custom_fields)


async def meeting_for(tx: MeetingTransaction, wanted: Wanted) -> Meeting | None:
    """The meeting that is there already, where the caller looks for one first.

    Others who look for the same wait until *tx* ends. Raises ``MissingExternalRef`` or
    ``ExternalRefsDisagree``.
    """
    if not isinstance(wanted, Order) or not wanted.get_or_create:
        return None
    paths = [one.path for one in definition_of(wanted.draft).external_refs]
    if not paths:
        raise MissingExternalRef
    await tx.hold_refs(paths)
    found = {one.id: one for one in (await tx.meetings_of(paths)).values()}
    if len(found) > 1:
        raise ExternalRefsDisagree(found)
    return next(iter(found.values()), None)
