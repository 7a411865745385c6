"""Refusals as RFC 9457 problem documents: one table from gRPC status to HTTP, one of exceptions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode, aio

from common.rules import Violation

MEDIA_TYPE = "application/problem+json"
# A path holds keys of the caller's; the answer is not made to repeat a megabyte of them.
LONGEST_PATH = 200
STATUS_DETAILS = "grpc-status-details-bin"

HTTP_OF_STATUS: Mapping[StatusCode, int] = {
    StatusCode.INVALID_ARGUMENT: 400,
    StatusCode.OUT_OF_RANGE: 400,
    StatusCode.UNAUTHENTICATED: 401,
    StatusCode.PERMISSION_DENIED: 403,
    StatusCode.NOT_FOUND: 404,
    StatusCode.ALREADY_EXISTS: 409,
    StatusCode.ABORTED: 409,
    StatusCode.FAILED_PRECONDITION: 409,
    StatusCode.RESOURCE_EXHAUSTED: 429,
    StatusCode.CANCELLED: 503,
    StatusCode.UNAVAILABLE: 503,
    StatusCode.UNIMPLEMENTED: 501,
    StatusCode.DEADLINE_EXCEEDED: 504,
    StatusCode.INTERNAL: 500,
    StatusCode.UNKNOWN: 500,
    StatusCode.DATA_LOSS: 500,
}

# Where the reason says more than the status does.
HTTP_OF_REASON: Mapping[str, int] = {
    "ETAG_MISMATCH": 412,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "REQUEST_IN_FLIGHT": 409,
    "ARTIFACT_EXPIRED": 410,
    "DOWNLOAD_LINK_EXPIRED": 410,
    "JOIN_LINK_EXPIRED": 410,
    "JOIN_LINK_REVOKED": 410,
    "SCENARIO_TOO_LARGE": 413,
}

# Seconds to wait where the service names none.
RETRY_AFTER_OF_REASON: Mapping[str, int] = {"REQUEST_IN_FLIGHT": 1}
RETRY_AFTER_OF_HTTP: Mapping[int, int] = {429: 1, 503: 2}

BROKEN = ("INTERNAL", "Something broke on our side; retry, then report trace_id.")

# What is said of our own troubles: the cause is for the log, not for the caller.
OUR_FAULT: Mapping[StatusCode, tuple[str, str]] = {
    StatusCode.INTERNAL: BROKEN,
    StatusCode.UNKNOWN: BROKEN,
    StatusCode.DATA_LOSS: BROKEN,
    StatusCode.UNAVAILABLE: ("UNAVAILABLE", "A service is not there right now; retry."),
    StatusCode.CANCELLED: ("UNAVAILABLE", "The call was given up; retry."),
    StatusCode.DEADLINE_EXCEEDED: (
        "DEADLINE_EXCEEDED",
        "The answer took too long; retry with the same Idempotency-Key.",
    ),
    StatusCode.UNIMPLEMENTED: ("UNIMPLEMENTED", "This installation does not offer that."),
}


class Refused(Exception):
    """A request that gets a problem document instead of an answer."""

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        *,
        errors: Sequence[Violation] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


class _Details(NamedTuple):
    reason: str
    errors: tuple[Violation, ...]
    retry_seconds: int | None


def document(refused: Refused, trace_id: str) -> bytes:
    """The problem document as JSON."""
    return orjson.dumps(
        {
            "type": type_of(refused.reason),
            "title": title_of(refused.reason),
            "status": refused.status,
            "detail": refused.detail,
            "reason": refused.reason,
            "errors": [
                {"field": field[:LONGEST_PATH], "message": message}
                for field, message in refused.errors
            ],
            "trace_id": trace_id,
        }
    )


def type_of(reason: str) -> str:
    """`UNKNOWN_FIELD` → `/problems/unknown-field`."""
    return "/problems/" + reason.lower().replace("_", "-")


def title_of(reason: str) -> str:
    """`UNKNOWN_FIELD` → `Unknown field`."""
    return reason.replace("_", " ").capitalize()


def refusal_of(error: aio.AioRpcError, body_field: str = "") -> Refused:
    """What a failed call means to the caller of the REST API.

    Fields of `body_field`, which the JSON body fills, are named as the body names them.
    """
    code = error.code()
    details = _details(error)
    reason, detail = OUR_FAULT.get(code, ("", error.details() or ""))
    if code is StatusCode.UNAVAILABLE and details.reason:
        # Said by the service itself, so meant for the caller.
        reason, detail = details.reason, error.details() or detail
    reason = reason or details.reason or code.name
    status = HTTP_OF_REASON.get(reason, HTTP_OF_STATUS[code])
    return Refused(
        status,
        reason,
        detail or title_of(reason),
        errors=as_named_in_body(details.errors, body_field),
        headers=_headers(status, reason, details.retry_seconds),
    )


def as_named_in_body(violations: Iterable[Violation], body_field: str) -> tuple[Violation, ...]:
    """The violations with the body's field cut off their paths: `meeting.title` → `title`."""
    if not body_field:
        return tuple(violations)
    return tuple(
        Violation(field.removeprefix(body_field + "."), message) for field, message in violations
    )


def _headers(status: int, reason: str, retry_seconds: int | None) -> dict[str, str]:
    if status == 401:
        return {"www-authenticate": 'Bearer realm="convene"'}
    wait = retry_seconds
    if wait is None:
        wait = RETRY_AFTER_OF_REASON.get(reason, RETRY_AFTER_OF_HTTP.get(status))
    return {} if wait is None else {"retry-after": str(wait)}


def _details(error: aio.AioRpcError) -> _Details:
    reason, errors, retry_seconds = "", [], None
    for detail in _packed_details(error):
        why, fields, retry = ErrorInfo(), BadRequest(), RetryInfo()
        if detail.Unpack(why):
            reason = why.reason
        elif detail.Unpack(fields):
            errors += [Violation(one.field, one.description) for one in fields.field_violations]
        elif detail.Unpack(retry):
            # A whole second more than too little: a retry that comes early is refused again.
            retry_seconds = max(1, retry.retry_delay.seconds + bool(retry.retry_delay.nanos))
    return _Details(reason, tuple(errors), retry_seconds)


def _packed_details(error: aio.AioRpcError) -> Iterable[AnyMessage]:
    for key, value in error.trailing_metadata() or ():
        if key == STATUS_DETAILS and isinstance(value, bytes):
            details: Iterable[AnyMessage] = Status.FromString(value).details
            return details
    return ()
