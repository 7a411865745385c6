"""Keys and secrets of channels over gRPC: decode, call, encode. Nothing else."""

from common import rpc
from convene.scheduler.v1 import channels_pb2 as pb
from convene.scheduler.v1.channels_pb2_grpc import ChannelServiceServicer
from scheduler.service.channels import Channels


class ChannelsRpc(ChannelServiceServicer):
    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    async def GetWebPushKey(
        self, request: pb.GetWebPushKeyRequest, context: rpc.Context
    ) -> pb.GetWebPushKeyResponse:
        return pb.GetWebPushKeyResponse(public_key=self._channels.web_push_key())

    async def RotateWebhookSecret(
        self, request: pb.RotateWebhookSecretRequest, context: rpc.Context
    ) -> pb.RotateWebhookSecretResponse:
        secret, until = await self._channels.rotate_webhook_secret(rpc.caller())
        return pb.RotateWebhookSecretResponse(secret=secret, previous_until=until)
