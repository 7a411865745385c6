"""Refusals as problem documents."""

import orjson
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode, aio

from common.errors import Conflict, DomainError, EtagMismatch, Exhausted, InvalidInput, NotFound
from common.rpc import InvalidField
from common.rules import Violation
from common.statuses import status_of
from gateway.edge.problems import HTTP_OF_STATUS, Refused, document, refusal_of


class MeetingNotFound(NotFound):
    pass


class IdempotencyKeyReused(InvalidInput):
    pass


class RequestInFlight(Conflict):
    pass


class ArtifactExpired(NotFound):
    pass


def an_error(status: Status) -> aio.AioRpcError:
    code = next(code for code in StatusCode if code.value[0] == status.code)
    trailer = aio.Metadata(("grpc-status-details-bin", status.SerializeToString()))
    return aio.AioRpcError(code, aio.Metadata(), trailer, details=status.message)


def a_bare_error(code: StatusCode, details: str = "secret cause") -> aio.AioRpcError:
    return aio.AioRpcError(code, aio.Metadata(), aio.Metadata(), details=details)


def test_every_grpc_status_has_an_http_status() -> None:
    assert set(HTTP_OF_STATUS) == set(StatusCode) - {StatusCode.OK}


@pytest.mark.parametrize(
    ("error", "http", "reason"),
    [
        (MeetingNotFound("no meeting mtg_1"), 404, "MEETING_NOT_FOUND"),
        (EtagMismatch("stale"), 412, "ETAG_MISMATCH"),
        (IdempotencyKeyReused("other body"), 422, "IDEMPOTENCY_KEY_REUSED"),
        (RequestInFlight("still runs", retry_after=1), 409, "REQUEST_IN_FLIGHT"),
        (ArtifactExpired("gone"), 410, "ARTIFACT_EXPIRED"),
        (Exhausted("full", retry_after=2.5), 429, "EXHAUSTED"),
    ],
)
def test_a_services_refusal_keeps_its_reason(error: DomainError, http: int, reason: str) -> None:
    refused = refusal_of(an_error(status_of(error)))

    assert (refused.status, refused.reason, refused.detail) == (http, reason, str(error))


def test_a_wait_is_rounded_up_to_whole_seconds() -> None:
    refused = refusal_of(an_error(status_of(Exhausted("full", retry_after=2.5))))

    assert refused.headers["retry-after"] == "3"


def test_a_request_in_flight_says_when_to_come_back() -> None:
    assert refusal_of(an_error(status_of(RequestInFlight("x")))).headers == {"retry-after": "1"}


def test_fields_are_named_as_the_body_names_them() -> None:
    found = [Violation("meeting.title", "is required"), Violation("etag", "is stale")]

    refused = refusal_of(an_error(status_of(InvalidField(found))), "meeting")

    assert refused.reason == "INVALID_FIELD"
    assert [error.field for error in refused.errors] == ["title", "etag"]


@pytest.mark.parametrize(
    ("code", "http"),
    [
        (StatusCode.INTERNAL, 500),
        (StatusCode.UNKNOWN, 500),
        (StatusCode.UNAVAILABLE, 503),
        (StatusCode.DEADLINE_EXCEEDED, 504),
    ],
)
def test_our_own_troubles_do_not_show_their_cause(code: StatusCode, http: int) -> None:
    refused = refusal_of(a_bare_error(code))

    assert refused.status == http
    assert "secret" not in refused.detail


def test_an_unauthenticated_call_is_told_how_to_authenticate() -> None:
    refused = refusal_of(a_bare_error(StatusCode.UNAUTHENTICATED))

    assert (refused.status, refused.headers) == (
        401,
        {"www-authenticate": 'Bearer realm="convene"'},
    )


def test_an_unknown_detail_is_no_obstacle() -> None:
    detail = AnyMessage(type_url="type.googleapis.com/nobody.knows.This", value=b"\xff")
    status = Status(code=5, message="gone", details=[detail, packed(RetryInfo())])

    assert refusal_of(an_error(status)).headers == {"retry-after": "1"}


def test_the_document_has_every_member() -> None:
    refused = Refused(400, "UNKNOWN_FIELD", "why", errors=[Violation("a" * 300, "is unknown")])

    assert orjson.loads(document(refused, "4bf9")) == {
        "type": "/problems/unknown-field",
        "title": "Unknown field",
        "status": 400,
        "detail": "why",
        "reason": "UNKNOWN_FIELD",
        "errors": [{"field": "a" * 200, "message": "is unknown"}],
        "trace_id": "4bf9",
    }


def packed(message: Message) -> AnyMessage:
    holder = AnyMessage()
    holder.Pack(message)
    return holder
