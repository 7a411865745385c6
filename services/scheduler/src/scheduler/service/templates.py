"""What callers ask of templates. Each method is one transaction."""

from collections.abc import Sequence
from dataclasses import replace

from google.protobuf import json_format

from common import pages
from common.addresses import AddressRules
from common.ids import new_id
from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import templates_pb2 as pb
from scheduler.domain.people import check_people
from scheduler.domain.templates import Template, TemplateId
from scheduler.service.search import Page
from scheduler.store import Store
from scheduler.store.search import Place
from scheduler.wire import definition_of
from scheduler.wire.people import keep_secrets, shown_people

# Where the people of a template are in a request.
PEOPLE = "template.meeting."


class Templates:
    """*rules* say which addresses of strangers may be called."""

    def __init__(self, store: Store, rules: AddressRules) -> None:
        self._store = store
        self._rules = rules

    async def create(self, caller: Principal, draft: pb.TemplateDraft) -> Template:
        """Raises ``InvitedTwice``, ``AddressMissing`` or ``AddressUnfit`` for who is in it."""
        check_people(definition_of(draft.meeting), self._rules, root=PEOPLE)
        async with self._store.begin(caller) as tx:
            kept = kept_draft(draft.meeting)
            made = Template(TemplateId(new_id("tpl")), draft.name, kept, tx.now, tx.now)
            made.check()
            await tx.add_template(made)
            return made

    async def get(self, caller: Principal, template_id: str) -> Template:
        async with self._store.begin(caller) as tx:
            return await tx.template(TemplateId(template_id))

    async def list(
        self, caller: Principal, page_size: int, page_token: str
    ) -> tuple[Sequence[Template], str]:
        """Templates, newest first, and the token of the next page."""
        page = Page(page_size, page_token, {})
        size = pages.page_size(page_size)
        async with self._store.begin(caller) as tx:
            found = await tx.templates(page.after, size + 1)
        if len(found) <= size:
            return found, ""
        last = found[size - 1]
        return found[:size], page.token_after(Place(last.create_time, last.id))

    async def update(
        self,
        caller: Principal,
        template_id: str,
        draft: pb.TemplateDraft,
        named: Sequence[str],
        etag: str,
    ) -> Template:
        """Change the *named* fields; a meeting that is named is replaced whole.

        An address that is sent back as it is shown stays what it was.
        """
        async with self._store.begin(caller) as tx:
            before = await tx.template(TemplateId(template_id), lock=True)
            before.check_etag(etag)
            after = before
            if "name" in named:
                after = replace(after, name=draft.name)
            if "meeting" in named:
                stored = draft_of(before)
                wanted = keep_secrets(stored, draft.meeting)
                check_people(definition_of(wanted), self._rules, definition_of(stored), root=PEOPLE)
                after = replace(after, draft=kept_draft(wanted))
            if after == before:
                return before
            after.check()
            return await tx.save_template(replace(after, update_time=tx.now))

    async def delete(self, caller: Principal, template_id: str, etag: str) -> None:
        async with self._store.begin(caller) as tx:
            template = await tx.template(TemplateId(template_id), lock=True)
            template.check_etag(etag)
            await tx.drop_template(template.id)


def kept_draft(draft: meeting_pb2.MeetingDraft) -> dict[str, object]:
    """*draft* as it is kept, the fields that it gives by their names."""
    kept: dict[str, object] = json_format.MessageToDict(draft, preserving_proto_field_name=True)
    return kept


def draft_of(template: Template) -> meeting_pb2.MeetingDraft:
    """The draft that was kept, secrets and all; a field no longer known is left out."""
    return json_format.ParseDict(
        dict(template.draft), meeting_pb2.MeetingDraft(), ignore_unknown_fields=True
    )


def template_to_wire(template: Template) -> pb.Template:
    """*template* as callers see it, without what is secret of the addresses in it."""
    return pb.Template(
        id=template.id,
        name=template.name,
        meeting=shown_people(draft_of(template)),
        etag=template.etag,
        create_time=template.create_time,
        update_time=template.update_time,
    )
