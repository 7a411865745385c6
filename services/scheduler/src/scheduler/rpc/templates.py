"""Templates over gRPC: decode, call, encode."""

from common import rpc
from convene.scheduler.v1 import templates_pb2 as pb
from convene.scheduler.v1.templates_pb2_grpc import TemplateServiceServicer
from scheduler.rpc import BotChecks
from scheduler.service.templates import Templates, template_to_wire


class TemplateRpc(TemplateServiceServicer):
    def __init__(self, templates: Templates, bots: BotChecks) -> None:
        self._templates = templates
        self._bots = bots

    async def CreateTemplate(
        self, request: pb.CreateTemplateRequest, context: rpc.Context
    ) -> pb.CreateTemplateResponse:
        await self._check(request.template)
        made = await self._templates.create(rpc.caller(), request.template)
        return pb.CreateTemplateResponse(template=template_to_wire(made))

    async def ListTemplates(
        self, request: pb.ListTemplatesRequest, context: rpc.Context
    ) -> pb.ListTemplatesResponse:
        found, token = await self._templates.list(
            rpc.caller(), request.page_size, request.page_token
        )
        return pb.ListTemplatesResponse(
            items=[template_to_wire(one) for one in found], next_page_token=token
        )

    async def GetTemplate(
        self, request: pb.GetTemplateRequest, context: rpc.Context
    ) -> pb.GetTemplateResponse:
        found = await self._templates.get(rpc.caller(), request.template_id)
        return pb.GetTemplateResponse(template=template_to_wire(found))

    async def UpdateTemplate(
        self, request: pb.UpdateTemplateRequest, context: rpc.Context
    ) -> pb.UpdateTemplateResponse:
        await self._check(request.template)
        changed = await self._templates.update(
            rpc.caller(),
            request.template_id,
            request.template,
            request.update_mask.paths,
            request.etag,
        )
        return pb.UpdateTemplateResponse(template=template_to_wire(changed))

    async def DeleteTemplate(
        self, request: pb.DeleteTemplateRequest, context: rpc.Context
    ) -> pb.DeleteTemplateResponse:
        await self._templates.delete(rpc.caller(), request.template_id, request.etag)
        return pb.DeleteTemplateResponse()

    async def _check(self, template: pb.TemplateDraft) -> None:
        await self._bots.check(rpc.caller(), template.meeting.bots, "template.meeting.")
