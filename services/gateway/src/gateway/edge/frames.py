"""The frames of the signalling WebSocket: JSON objects of one field, read as strictly as REST."""

from typing import Any

import orjson

from common.jsonshape import to_json
from common.rules import Violation, violations
from convene.session.v1.signal_pb2 import SignalRequest, SignalResponse
from gateway.edge import jsontext
from gateway.edge.problems import Refused
from gateway.edge.transcode import Faults, reader

KINDS = tuple(field.name for field in SignalRequest.DESCRIPTOR.fields)


def request_of(text: str) -> SignalRequest:
    """What a frame of the page asks for; raises `Refused` (400) with every fault there is."""
    value = jsontext.parse(text.encode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise Refused(400, "NOT_AN_OBJECT", "A frame must be a JSON object.")
    faults: Faults = []
    filled: dict[str, Any] = reader(SignalRequest.DESCRIPTOR)(value, "", faults)
    if faults:
        first = faults[0]
        raise _refused(first.reason, [fault.violation for fault in faults])
    given = [name for name, item in filled.items() if item is not None]
    if len(given) != 1:
        detail = f"A frame has one field; it is one of {', '.join(KINDS)}."
        raise Refused(400, "NOT_ONE_FIELD", detail)
    request = SignalRequest(**filled)
    if found := violations(request):
        raise _refused("INVALID_FIELD", found)
    return request


def frame_of(response: SignalResponse) -> str:
    """*response* as a frame; empty for a kind that this edge does not know."""
    kind = response.WhichOneof("response")
    if kind is None:
        return ""
    return _frame(kind, to_json(getattr(response, kind)))


def refusal_frame(refused: Refused) -> str:
    """*refused* as the page hears of it."""
    return _frame("refusal", {"reason": refused.reason, "text": refused.detail})


def _frame(kind: str, shown: dict[str, object]) -> str:
    return orjson.dumps({kind: shown}).decode()


def _refused(reason: str, found: list[Violation]) -> Refused:
    first = found[0]
    return Refused(400, reason, f"{first.field} {first.message}.", errors=found)
