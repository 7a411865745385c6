"""Errors as gRPC statuses that fit on the wire: the one place where the two meet."""

from collections.abc import Iterator, Sequence
from typing import Final

from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from common.errors import DomainError
from common.rules import Violation

STATUS_OF_CATEGORY: Final = {
    "invalid_input": StatusCode.INVALID_ARGUMENT,
    "unauthenticated": StatusCode.UNAUTHENTICATED,
    "forbidden": StatusCode.PERMISSION_DENIED,
    "not_found": StatusCode.NOT_FOUND,
    "already_exists": StatusCode.ALREADY_EXISTS,
    "wrong_state": StatusCode.FAILED_PRECONDITION,
    "conflict": StatusCode.ABORTED,
    "exhausted": StatusCode.RESOURCE_EXHAUSTED,
    "unavailable": StatusCode.UNAVAILABLE,
}

# In bytes. A status travels in trailers, its message twice, and a caller refuses trailers of more
# than 8 KiB: it then sees RESOURCE_EXHAUSTED instead of what went wrong.
LONGEST_MESSAGE: Final = 1000
LONGEST_FACT: Final = 200
LARGEST_FIELDS: Final = 2500


def status_of(error: DomainError) -> status_pb2.Status:
    """The rich gRPC status for *error*: code, message, reason, fields at fault, when to retry.

    Long texts are cut; of very many fields the first are told.
    """
    code: int = STATUS_OF_CATEGORY[error.category].value[0]
    packed = []
    for detail in _details(error):
        holder = any_pb2.Any()
        holder.Pack(detail)
        packed.append(holder)
    return status_pb2.Status(code=code, message=_cut(str(error), LONGEST_MESSAGE), details=packed)


def _details(error: DomainError) -> Iterator[Message]:
    facts = {name: _cut(fact, LONGEST_FACT) for name, fact in error.facts.items()}
    yield error_details_pb2.ErrorInfo(reason=error.reason, domain="convene", metadata=facts)
    found = getattr(error, "found", None) or (
        [Violation(error.field, str(error))] if error.field else []
    )
    if found:
        yield error_details_pb2.BadRequest(field_violations=_at_fault(found))
    if error.retry_after is not None:
        wait = duration_pb2.Duration(nanos=int(error.retry_after * 1e9 % 1e9))
        wait.seconds = int(error.retry_after)
        yield error_details_pb2.RetryInfo(retry_delay=wait)


def _at_fault(
    found: Sequence[Violation],
) -> Iterator[error_details_pb2.BadRequest.FieldViolation]:
    """What was *found*, the first in any case, and of the others as many as there is room for."""
    room = LARGEST_FIELDS
    for place, one in enumerate(found):
        violation = error_details_pb2.BadRequest.FieldViolation(
            field=_cut(one.field, LONGEST_FACT),
            description=_cut(one.message, LONGEST_MESSAGE),
        )
        room -= violation.ByteSize()
        if place and room < 0:
            return
        yield violation


def _cut(text: str, most: int) -> str:
    """*text*, of which only the first *most* bytes stay."""
    written = text.encode()
    if len(written) <= most:
        return text
    return written[:most].decode(errors="ignore") + "\N{HORIZONTAL ELLIPSIS}"
