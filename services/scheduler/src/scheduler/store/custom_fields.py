"""Where the workspaces keep what they let custom fields be."""

from typing import Any

import orjson

from common.db import Transaction
from scheduler.domain.custom_fields import CustomFieldsSchema


class CustomFieldRows(Transaction):
    async def custom_fields_schema(self, *, lock: bool = False) -> CustomFieldsSchema:
        """The workspace's schema; an empty one if it never gave one.

        A *lock* holds it against other writers, and against other first ones too.
        """
        if lock:
            await self.run(
                """
                insert into custom_fields_schemas values (:w, '{}', 0, :now)
                on conflict (workspace_id) do nothing""",
                w=self.caller.workspace_id,
                now=self.now,
            )
        found = await self.run(
            f"select * from custom_fields_schemas {'for update' if lock else ''}"
        )
        row = found.one_or_none()
        return _schema(row) if row else CustomFieldsSchema({})

    async def save_custom_fields_schema(self, schema: CustomFieldsSchema) -> CustomFieldsSchema:
        """Write a locked schema back; it gets its next version."""
        saved = await self.run(
            """
            update custom_fields_schemas set schema = cast(:schema as jsonb),
                version = version + 1, update_time = :now
            where workspace_id = :w returning *""",
            schema=orjson.dumps(schema.schema).decode(),
            now=self.now,
            w=self.caller.workspace_id,
        )
        return _schema(saved.one())


def _schema(row: Any) -> CustomFieldsSchema:
    return CustomFieldsSchema(row.schema, row.update_time, row.version)
