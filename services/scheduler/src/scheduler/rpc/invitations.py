"""Invitations over gRPC: decode, call, encode. Nothing else."""

from common import rpc
from convene.scheduler.v1 import invitation_pb2
from convene.scheduler.v1 import invitations_pb2 as pb
from convene.scheduler.v1.invitations_pb2_grpc import InvitationServiceServicer
from scheduler.domain.feeds import Feed, FeedId
from scheduler.domain.invitations import InvitationId
from scheduler.domain.meetings import MeetingId
from scheduler.service.feeds import Feeds
from scheduler.service.invitations import Held, Invitations, Said
from scheduler.service.optouts import OptOuts
from scheduler.service.replying import Replying
from scheduler.wire.people import invitee_of, response_of, response_to_wire


class InvitationsRpc(InvitationServiceServicer):
    def __init__(
        self, invitations: Invitations, replying: Replying, feeds: Feeds, opt_outs: OptOuts
    ) -> None:
        self._invitations = invitations
        self._replying = replying
        self._feeds = feeds
        self._opt_outs = opt_outs

    async def CreateInvitation(
        self, request: pb.CreateInvitationRequest, context: rpc.Context
    ) -> pb.CreateInvitationResponse:
        held = await self._invitations.add(
            rpc.caller(),
            MeetingId(request.meeting_id),
            invitee_of(request.invitation),
            request.etag,
        )
        return pb.CreateInvitationResponse(invitation=self._wire(held))

    async def ListInvitations(
        self, request: pb.ListInvitationsRequest, context: rpc.Context
    ) -> pb.ListInvitationsResponse:
        found, token = await self._invitations.list(
            rpc.caller(), MeetingId(request.meeting_id), request.page_size, request.page_token
        )
        return pb.ListInvitationsResponse(
            items=[self._wire(one) for one in found], next_page_token=token
        )

    async def DeleteInvitation(
        self, request: pb.DeleteInvitationRequest, context: rpc.Context
    ) -> pb.DeleteInvitationResponse:
        await self._invitations.remove(
            rpc.caller(),
            MeetingId(request.meeting_id),
            InvitationId(request.invitation_id),
            request.etag,
        )
        return pb.DeleteInvitationResponse()

    async def ResendInvitation(
        self, request: pb.ResendInvitationRequest, context: rpc.Context
    ) -> pb.ResendInvitationResponse:
        held = await self._invitations.resend(
            rpc.caller(), MeetingId(request.meeting_id), InvitationId(request.invitation_id)
        )
        return pb.ResendInvitationResponse(invitation=self._wire(held))

    async def RespondInvitation(
        self, request: pb.RespondInvitationRequest, context: rpc.Context
    ) -> pb.RespondInvitationResponse:
        said = Said(response_of(request.response), request.comment, request.occurrence_id)
        held = await self._invitations.respond(
            rpc.caller(), MeetingId(request.meeting_id), InvitationId(request.invitation_id), said
        )
        return pb.RespondInvitationResponse(invitation=self._wire(held))

    async def GetReply(
        self, request: pb.GetReplyRequest, context: rpc.Context
    ) -> pb.GetReplyResponse:
        asked = await self._replying.question(request.code, request.locale)
        return pb.GetReplyResponse(
            title=asked.title,
            name=asked.name,
            time_zone=asked.time_zone,
            start_time=asked.start_time,
            is_series=asked.is_series,
            response=response_to_wire(asked.response),
            is_over=asked.is_over,
            locale=asked.locale,
            language=asked.language,
            when=asked.when,
            clock=asked.clock,
        )

    async def SendReply(
        self, request: pb.SendReplyRequest, context: rpc.Context
    ) -> pb.SendReplyResponse:
        said = await self._replying.answer(
            request.code, response_of(request.response), request.comment
        )
        return pb.SendReplyResponse(response=response_to_wire(said))

    async def GetOptOut(
        self, request: pb.GetOptOutRequest, context: rpc.Context
    ) -> pb.GetOptOutResponse:
        found = await self._opt_outs.get(request.code, request.locale)
        return pb.GetOptOutResponse(
            title=found.title, opted_out=found.opted_out, language=found.language
        )

    async def PutOptOut(
        self, request: pb.PutOptOutRequest, context: rpc.Context
    ) -> pb.PutOptOutResponse:
        await self._opt_outs.put(request.code, opted_out=request.opted_out)
        return pb.PutOptOutResponse(opted_out=request.opted_out)

    async def ReceiveMail(
        self, request: pb.ReceiveMailRequest, context: rpc.Context
    ) -> pb.ReceiveMailResponse:
        received = await self._replying.receive(rpc.caller(), request.content)
        return pb.ReceiveMailResponse(
            noted=received.noted,
            reason=received.reason,
            meeting_id=received.meeting_id,
            invitation_id=received.invitation_id,
        )

    async def GetCalendarFile(
        self, request: pb.GetCalendarFileRequest, context: rpc.Context
    ) -> pb.GetCalendarFileResponse:
        text = await self._feeds.file(rpc.caller(), MeetingId(request.meeting_id))
        return pb.GetCalendarFileResponse(content=text.encode())

    async def CreateCalendarFeed(
        self, request: pb.CreateCalendarFeedRequest, context: rpc.Context
    ) -> pb.CreateCalendarFeedResponse:
        feed = self._feed(await self._feeds.open(rpc.caller(), request.email))
        return pb.CreateCalendarFeedResponse(url=feed.url, calendar_feed=feed)

    async def RotateCalendarFeed(
        self, request: pb.RotateCalendarFeedRequest, context: rpc.Context
    ) -> pb.RotateCalendarFeedResponse:
        rotated = await self._feeds.rotate(rpc.caller(), FeedId(request.calendar_feed_id))
        return pb.RotateCalendarFeedResponse(calendar_feed=self._feed(rotated))

    async def DeleteCalendarFeed(
        self, request: pb.DeleteCalendarFeedRequest, context: rpc.Context
    ) -> pb.DeleteCalendarFeedResponse:
        await self._feeds.delete(rpc.caller(), FeedId(request.calendar_feed_id))
        return pb.DeleteCalendarFeedResponse()

    async def GetCalendarFeed(
        self, request: pb.GetCalendarFeedRequest, context: rpc.Context
    ) -> pb.GetCalendarFeedResponse:
        return pb.GetCalendarFeedResponse(content=(await self._feeds.read(request.token)).encode())

    def _feed(self, feed: Feed) -> pb.CalendarFeed:
        return pb.CalendarFeed(
            id=feed.id,
            email=feed.email,
            url=self._feeds.address(rpc.caller(), feed),
            create_time=feed.create_time,
            update_time=feed.update_time,
        )

    def _wire(self, held: Held) -> invitation_pb2.Invitation:
        return self._invitations.to_wire(held, rpc.caller())
