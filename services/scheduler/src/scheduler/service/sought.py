"""What callers look for, from the contract to the domain."""

from collections.abc import Sequence
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from scheduler.domain.search import (
    MeetingFilter,
    MeetingOrder,
    OccurrenceFilter,
    Span,
    TraitFilter,
    sought_words,
)
from scheduler.domain.traits import (
    field_trait,
    host_trait,
    invitee_trait,
    metadata_trait,
    ref_trait,
    tag_trait,
)
from scheduler.service.search import Page

_PAGING = ("page_size", "page_token")


def page_of(request: pb.ListMeetingsRequest | pb.FindOccurrencesRequest) -> Page:
    """The page that *request* asks for, of the list that its other fields describe."""
    conditions = {
        field.name: str(value) for field, value in request.ListFields() if field.name not in _PAGING
    }
    return Page(request.page_size, request.page_token, conditions)


def filter_of(request: pb.ListMeetingsRequest) -> MeetingFilter:
    states = [*request.states, *([request.state] if request.state else [])]
    names = [meeting_pb2.MeetingState.Name(one) for one in states]
    is_by_start = request.order_by == pb.MEETING_ORDER_NEXT_START
    return MeetingFilter(
        states=[one.removeprefix("MEETING_STATE_") for one in names],
        traits=_traits_of(request, [request.tag] if request.tag else []),
        live=request.live if request.HasField("live") else None,
        span=_span_of(request),
        order=MeetingOrder.NEXT_START if is_by_start else MeetingOrder.CREATE_TIME,
    )


def occurrence_filter_of(request: pb.FindOccurrencesRequest) -> OccurrenceFilter:
    names = [meeting_pb2.OccurrenceState.Name(one) for one in request.states]
    return OccurrenceFilter(
        states=[one.removeprefix("OCCURRENCE_STATE_") for one in names],
        traits=_traits_of(request, []),
        span=_span_of(request),
    )


def _traits_of(
    request: pb.ListMeetingsRequest | pb.FindOccurrencesRequest, tags: Sequence[str]
) -> TraitFilter:
    """The traits asked for; the first is likely the rarest."""
    return TraitFilter(
        every=[
            *([ref_trait(request.external_ref)] if request.external_ref else []),
            *(metadata_trait(*_pair(one)) for one in request.metadata),
            *([invitee_trait(request.invitee)] if request.invitee else []),
            *([host_trait(request.host)] if request.host else []),
            *(field_trait(*_pair(one)) for one in request.custom_fields),
            *(tag_trait(tag) for tag in (*tags, *request.tags)),
        ],
        some=[tag_trait(tag) for tag in request.any_tags],
        words=sought_words(request.text),
    )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _span_of(request: pb.ListMeetingsRequest | pb.FindOccurrencesRequest) -> Span:
    return Span(
        _instant(request.starts_after) if request.HasField("starts_after") else None,
        _instant(request.starts_before) if request.HasField("starts_before") else None,
    )


def _instant(given: Timestamp) -> datetime:
    return given.ToDatetime(UTC)
