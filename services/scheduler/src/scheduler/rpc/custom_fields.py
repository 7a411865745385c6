"""The schema of custom fields over gRPC: decode, call, encode."""

from common import rpc
from convene.scheduler.v1 import custom_fields_pb2 as pb
from convene.scheduler.v1.custom_fields_pb2_grpc import CustomFieldsServiceServicer
from scheduler.service.custom_fields import CustomFields, schema_to_wire


class CustomFieldsRpc(CustomFieldsServiceServicer):
    def __init__(self, custom_fields: CustomFields) -> None:
        self._custom_fields = custom_fields

    async def GetCustomFieldsSchema(
        self, request: pb.GetCustomFieldsSchemaRequest, context: rpc.Context
    ) -> pb.GetCustomFieldsSchemaResponse:
        found = await self._custom_fields.schema(rpc.caller())
        return pb.GetCustomFieldsSchemaResponse(custom_fields_schema=schema_to_wire(found))

    async def PutCustomFieldsSchema(
        self, request: pb.PutCustomFieldsSchemaRequest, context: rpc.Context
    ) -> pb.PutCustomFieldsSchemaResponse:
        put = await self._custom_fields.put_schema(rpc.caller(), request.schema, request.etag)
        return pb.PutCustomFieldsSchemaResponse(custom_fields_schema=schema_to_wire(put))
