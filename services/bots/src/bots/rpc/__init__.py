"""The service on the wire: decode, call, encode."""

from collections.abc import Mapping, Sequence

from bots.domain.bot import BotId
from bots.domain.kind import Availability, Readiness
from bots.service.bots import Bots, InsightFilter
from bots.service.commands import Commands
from bots.service.feelings import Feelings, SpeakerTrack
from bots.service.specs import BotSpec
from bots.wire import (
    bot_to_wire,
    command_to_wire,
    config_of,
    insight_to_wire,
    segment_to_wire,
    struct_of,
)
from common import rpc
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import bots_pb2_grpc as grpc


class BotsRpc(grpc.BotsServiceServicer):
    def __init__(self, bots: Bots, commands: Commands, feelings: Feelings) -> None:
        self._bots = bots
        self._commands = commands
        self._feelings = feelings

    async def CheckBots(
        self, request: pb.CheckBotsRequest, context: rpc.Context
    ) -> pb.CheckBotsResponse:
        specs = [BotSpec(one.kind, config_of(one.config)) for one in request.bots]
        field, complaint = await self._bots.unfit(specs)
        return pb.CheckBotsResponse(field=field, complaint=complaint)

    async def ListBotKinds(
        self, request: pb.ListBotKindsRequest, context: rpc.Context
    ) -> pb.ListBotKindsResponse:
        offers, capabilities = await self._bots.kinds()
        return pb.ListBotKindsResponse(
            items=[
                pb.BotKind(
                    kind=offer.kind,
                    description=offer.description,
                    availability=f"AVAILABILITY_{offer.readiness.availability.value}",
                    remedy=offer.readiness.remedy,
                    verbs=offer.verbs,
                    engines=_capabilities(offer.engines),
                    config_schema=struct_of(offer.config_schema),
                )
                for offer in offers
            ],
            capabilities=_capabilities(capabilities),
        )

    async def AttachBot(
        self, request: pb.AttachBotRequest, context: rpc.Context
    ) -> pb.AttachBotResponse:
        bot = await self._bots.attach(
            rpc.caller(), request.meeting_id, request.kind, config_of(request.config)
        )
        return pb.AttachBotResponse(bot=bot_to_wire(bot))

    async def ListBots(
        self, request: pb.ListBotsRequest, context: rpc.Context
    ) -> pb.ListBotsResponse:
        bots, token = await self._bots.page(
            rpc.caller(), request.meeting_id, request.page_size, request.page_token
        )
        return pb.ListBotsResponse(items=[bot_to_wire(bot) for bot in bots], next_page_token=token)

    async def GetBot(self, request: pb.GetBotRequest, context: rpc.Context) -> pb.GetBotResponse:
        bot = await self._bots.get(rpc.caller(), request.meeting_id, BotId(request.bot_id))
        return pb.GetBotResponse(bot=bot_to_wire(bot))

    async def LeaveBot(
        self, request: pb.LeaveBotRequest, context: rpc.Context
    ) -> pb.LeaveBotResponse:
        bot = await self._bots.leave(rpc.caller(), request.meeting_id, BotId(request.bot_id))
        return pb.LeaveBotResponse(bot=bot_to_wire(bot))

    async def PauseBot(
        self, request: pb.PauseBotRequest, context: rpc.Context
    ) -> pb.PauseBotResponse:
        bot = await self._commands.pause(rpc.caller(), request.meeting_id, BotId(request.bot_id))
        return pb.PauseBotResponse(bot=bot_to_wire(bot))

    async def ResumeBot(
        self, request: pb.ResumeBotRequest, context: rpc.Context
    ) -> pb.ResumeBotResponse:
        bot = await self._commands.resume(rpc.caller(), request.meeting_id, BotId(request.bot_id))
        return pb.ResumeBotResponse(bot=bot_to_wire(bot))

    async def CommandBot(
        self, request: pb.CommandBotRequest, context: rpc.Context
    ) -> pb.CommandBotResponse:
        command = await self._commands.give(
            rpc.caller(),
            request.meeting_id,
            BotId(request.bot_id),
            request.verb,
            config_of(request.arguments),
        )
        return pb.CommandBotResponse(command=command_to_wire(command))

    async def ListBotCommands(
        self, request: pb.ListBotCommandsRequest, context: rpc.Context
    ) -> pb.ListBotCommandsResponse:
        found, token = await self._commands.page(
            rpc.caller(),
            request.meeting_id,
            BotId(request.bot_id),
            request.page_size,
            request.page_token,
        )
        return pb.ListBotCommandsResponse(
            items=[command_to_wire(command) for command in found], next_page_token=token
        )

    async def ListInsights(
        self, request: pb.ListInsightsRequest, context: rpc.Context
    ) -> pb.ListInsightsResponse:
        wanted = InsightFilter(
            request.session_id, request.kind, request.bot_id, request.after_sequence
        )
        found, token = await self._bots.insights(
            rpc.caller(), request.meeting_id, wanted, request.page_size, request.page_token
        )
        return pb.ListInsightsResponse(
            items=[insight_to_wire(insight) for insight in found], next_page_token=token
        )

    async def GetSentiment(
        self, request: pb.GetSentimentRequest, context: rpc.Context
    ) -> pb.GetSentimentResponse:
        found = await self._feelings.of_session(
            rpc.caller(), request.meeting_id, request.session_id
        )
        return pb.GetSentimentResponse(
            meeting_id=request.meeting_id,
            session_id=found.session_id,
            engine=found.engine,
            speakers=[_track_to_wire(track) for track in found.tracks],
        )

    async def ListSegments(
        self, request: pb.ListSegmentsRequest, context: rpc.Context
    ) -> pb.ListSegmentsResponse:
        segments, more = await self._bots.segments(
            rpc.caller(), request.session_id, request.after_sequence, request.limit
        )
        return pb.ListSegmentsResponse(
            segments=[segment_to_wire(segment) for segment in segments], more=more
        )


def _track_to_wire(track: SpeakerTrack) -> pb.SentimentTrack:
    return pb.SentimentTrack(
        speaker=pb.Speaker(id=track.speaker_id, name=track.speaker_name, confidence=1.0),
        level=track.points[-1].level,
        mood=f"MOOD_{track.label.value}",
        changes=track.changes,
        points=[
            pb.SentimentPoint(
                at_seconds=point.at_seconds,
                polarity=point.polarity,
                level=point.level,
                segment_id=point.segment_id,
            )
            for point in track.points
        ],
    )


def _capabilities(standings: Mapping[str, Readiness]) -> Sequence[pb.Capability]:
    return [
        pb.Capability(
            name=name,
            availability=f"AVAILABILITY_{one.availability.value}",
            remedy="" if one.availability is Availability.CONFIGURED else one.remedy,
        )
        for name, one in standings.items()
    ]
