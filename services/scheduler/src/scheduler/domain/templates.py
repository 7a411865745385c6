"""Templates: what meetings of a kind have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

from common.errors import EtagMismatch, InvalidInput, NotFound

TemplateId = NewType("TemplateId", str)

# What belongs to one meeting alone.
OWN_FIELDS = ("start_time", "external_refs")


class TemplateNotFound(NotFound):
    def __init__(self, template_id: str) -> None:
        super().__init__(f"no template {template_id}", field="template_id", template_id=template_id)


class NotForTemplates(InvalidInput):
    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field} belongs to one meeting alone; give it when you create that",
            field=f"meeting.{field}",
        )


@dataclass(frozen=True, slots=True)
class Template:
    """*draft* has the fields of a meeting as the contract names them."""

    id: TemplateId
    name: str
    draft: Mapping[str, Any]
    create_time: datetime
    update_time: datetime
    version: int = 1

    @property
    def etag(self) -> str:
        return f"v{self.version}"

    def check(self) -> None:
        """Raise ``NotForTemplates`` for what a template may not say."""
        for field in OWN_FIELDS:
            if self.draft.get(field):
                raise NotForTemplates(field)

    def check_etag(self, etag: str) -> None:
        """Raise ``EtagMismatch`` when the caller read another version; an empty one is no claim."""
        if etag and etag != self.etag:
            raise EtagMismatch(
                "the template has changed since you read it; read it again", current=self.etag
            )
