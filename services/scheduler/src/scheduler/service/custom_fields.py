"""What callers ask of the schema of their custom fields."""

from dataclasses import replace

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct

from common.principal import Principal
from convene.scheduler.v1 import custom_fields_pb2 as pb
from scheduler.domain.custom_fields import CustomFieldsSchema, check_schema
from scheduler.store import Store


class CustomFields:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def schema(self, caller: Principal) -> CustomFieldsSchema:
        async with self._store.begin(caller) as tx:
            return await tx.custom_fields_schema()

    async def put_schema(self, caller: Principal, schema: Struct, etag: str) -> CustomFieldsSchema:
        """Have meetings checked by another schema from now on; those that are there stay.

        Raises ``UnfitCustomFieldsSchema``.
        """
        wanted = json_format.MessageToDict(schema)
        check_schema(wanted)
        async with self._store.begin(caller) as tx:
            before = await tx.custom_fields_schema(lock=True)
            before.check_etag(etag)
            if before.schema == wanted:
                return before
            return await tx.save_custom_fields_schema(replace(before, schema=wanted))


def schema_to_wire(schema: CustomFieldsSchema) -> pb.CustomFieldsSchema:
    shown = pb.CustomFieldsSchema(etag=schema.etag, update_time=schema.update_time)
    shown.schema.update(schema.schema)
    return shown
