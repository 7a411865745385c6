"""Where templates live."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from common.db import Transaction
from scheduler.domain.templates import Template, TemplateId, TemplateNotFound


class TemplateRows(Transaction):
    async def template(self, template_id: TemplateId, *, lock: bool = False) -> Template:
        """The template, held against other writers when *lock* is set."""
        found = await self.run(
            f"select * from templates where id = :id {'for update' if lock else ''}",
            id=template_id,
        )
        row = found.one_or_none()
        if row is None:
            raise TemplateNotFound(template_id)
        return _template(row)

    async def add_template(self, template: Template) -> None:
        await self.run(
            """
            insert into templates (workspace_id, id, name, draft, version, create_time, update_time)
            values (:w, :id, :name, cast(:draft as jsonb), 1, :created, :updated)""",
            w=self.caller.workspace_id,
            id=template.id,
            name=template.name,
            draft=orjson.dumps(template.draft).decode(),
            created=template.create_time,
            updated=template.update_time,
        )

    async def save_template(self, template: Template) -> Template:
        """Write a locked template back; it gets its next version."""
        saved = await self.run(
            """
            update templates set name = :name, draft = cast(:draft as jsonb),
                version = version + 1, update_time = :updated
            where id = :id returning *""",
            id=template.id,
            name=template.name,
            draft=orjson.dumps(template.draft).decode(),
            updated=template.update_time,
        )
        return _template(saved.one())

    async def drop_template(self, template_id: TemplateId) -> None:
        await self.run("delete from templates where id = :id", id=template_id)

    async def templates(self, after: tuple[datetime, str] | None, limit: int) -> Sequence[Template]:
        """Templates, newest first, after the one that was made then and has this id."""
        rest = "where (create_time, id) < (:at, :last)" if after else ""
        values = {"at": after[0], "last": after[1]} if after else {}
        rows = await self.run(
            f"select * from templates {rest} order by create_time desc, id desc limit :limit",
            limit=limit,
            **values,
        )
        return [_template(row) for row in rows]


def _template(row: Any) -> Template:
    return Template(
        TemplateId(row.id), row.name, row.draft, row.create_time, row.update_time, row.version
    )
