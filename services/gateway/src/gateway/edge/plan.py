"""What a row of the table means, worked out once: from HTTP parts to a message, and back."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from common.jsonshape import to_json
from common.rules import MASK, violations
from gateway.edge import jsontext
from gateway.edge.mailforms import FORMS, mail_in
from gateway.edge.problems import Refused, as_named_in_body
from gateway.edge.query import parameters, read_query
from gateway.edge.routes import MAIL, ZIP, Route
from gateway.edge.transcode import Faults, Read, field_reader, object_reader

ETAG = "etag"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
BODY_TYPES = frozenset({JSON, "application/merge-patch+json"})
BYTES = "application/octet-stream"
RAW_TYPES: Mapping[str, frozenset[str]] = {
    ZIP: frozenset({ZIP, "application/x-zip-compressed", BYTES}),
    MAIL: frozenset({MAIL, BYTES}),
}
# Calendars that subscribe look by themselves; what they keep in between is their matter.
FILE_HEADERS = {"cache-control": "private, no-cache", "x-content-type-options": "nosniff"}
# Longer than any id or name; such a thing cannot exist.
MAX_PATH_VALUE = 500


class Parts(NamedTuple):
    """What of an HTTP request makes the message."""

    path: Mapping[str, str]
    query: bytes = b""
    body: bytes = b""
    content_type: str = ""
    if_match: str | None = None


class Answer(NamedTuple):
    status: int
    body: bytes
    content_type: str
    headers: dict[str, str]


class Plan:
    """A row, compiled: its descriptors are walked here and not again."""

    def __init__(self, route: Route, path_names: tuple[str, ...]) -> None:
        self.route = route
        self._make = route.request
        self._path_names = path_names
        fields = route.descriptor.input_type.fields_by_name
        self.takes_etag = ETAG in fields
        taken = {*path_names, *route.without, ETAG, MASK, route.body, route.raw}
        self.rest: list[FieldDescriptor] = [
            field for name, field in fields.items() if name not in taken
        ]
        self._masked = MASK in fields
        self.parameters = parameters(self.rest) if route.body or not route.takes_body else {}
        self.draft = _message_of(fields[route.body]) if route.body else None
        self._read_body = object_reader(self._body_fields(), self._explain_unknown)
        output = route.descriptor.output_type
        self.shown = _message_of(output.fields_by_name[route.unwrap]) if route.unwrap else output
        self.shows_etag = ETAG in self.shown.fields_by_name
        self._output_names = frozenset(self.shown.fields_by_name)

    def request(self, parts: Parts) -> Message:
        """The message that *parts* ask for; raises `Refused` with every fault there is."""
        faults: Faults = []
        filled: dict[str, object] = {}
        for name, value in parts.path.items():
            if "\0" in value or len(value) > MAX_PATH_VALUE:
                raise Refused(404, "NOT_FOUND", f"There is no such {name}.")
            filled[name] = value
        filled |= read_query(parts.query, self.parameters, faults)
        self._fill_from_body(parts, filled, faults)
        self._fill_etag(parts.if_match, filled)
        if faults:
            raise _refusal(faults)
        return self._checked(filled)

    def answer(self, request: Any, answer: Message) -> Answer:
        """The HTTP answer for what the service answered."""
        route = self.route
        status = route.outcome.pick(request, answer)
        if status == 204:
            return Answer(status, b"", "", {})
        if route.file:
            return Answer(status, getattr(answer, route.file), route.file_type, FILE_HEADERS)
        headers = {"retry-after": str(route.outcome.wait(answer))} if status == 202 else {}
        if route.text and request.format == "txt":
            return Answer(status, getattr(answer, route.text).encode(), TEXT, headers)
        shown = self._shown(answer)
        if self.shows_etag:
            headers[ETAG] = f'"{shown[ETAG]}"'
        if route.location and status in {201, 202}:
            headers["location"] = route.location.format_map(shown)
        return Answer(status, orjson.dumps(shown), JSON, headers)

    def _shown(self, answer: Message) -> dict[str, object]:
        shown = to_json(getattr(answer, self.route.unwrap) if self.route.unwrap else answer)
        for name in self.route.beside:
            shown[name] = getattr(answer, name)
        if self.route.text:
            del shown[self.route.text]
        return shown

    def _body_fields(self) -> dict[str, Read]:
        fields = {field.name: field_reader(field) for field in self.rest}
        if self.draft is not None:
            fields |= {field.name: field_reader(field) for field in self.draft.fields}
        return fields

    def _explain_unknown(self, name: str) -> tuple[str, str]:
        if name in self._path_names:
            return "UNKNOWN_FIELD", "comes from the path; leave it out of the body"
        if name == ETAG and self.takes_etag:
            return "READ_ONLY_FIELD", "is sent as the header If-Match; leave it out of the body"
        if name in self._output_names:
            return "READ_ONLY_FIELD", "is set by the service; leave it out"
        known = [field.name for field in (self.draft.fields if self.draft else ())]
        known += [field.name for field in self.rest]
        choice = "known are " + ", ".join(known) if known else "leave it out"
        return "UNKNOWN_FIELD", f"is not known here; {choice}"

    def _fill_from_body(self, parts: Parts, filled: dict[str, object], faults: Faults) -> None:
        if not self.route.takes_body:
            if parts.body:
                raise Refused(400, "UNEXPECTED_BODY", f"{self.route.method} takes no body here.")
        elif self.route.raw:
            filled[self.route.raw] = _raw_body(parts, self.route.raw_type)
        else:
            given = self._read_body(_json_body(parts), "", faults)
            self._place(given, filled, faults)

    def _place(self, given: dict[str, object], filled: dict[str, object], faults: Faults) -> None:
        if self.draft is None:
            filled.update(given)
            self._mask(given, filled, faults)
            return
        draft_names = self.draft.fields_by_name
        draft = {name: value for name, value in given.items() if name in draft_names}
        filled.update({name: value for name, value in given.items() if name not in draft_names})
        filled[self.route.body] = draft
        self._mask(draft, filled, faults)

    def _mask(self, given: dict[str, object], filled: dict[str, object], faults: Faults) -> None:
        if not self._masked:
            return
        # Fields that were given and refused are told of before nothing being left.
        if not given and not faults and not self.route.may_be_empty:
            raise _empty_update(
                field.name for field in (self.draft.fields if self.draft else self.rest)
            )
        filled[MASK] = {"paths": list(given)}

    def _fill_etag(self, if_match: str | None, filled: dict[str, object]) -> None:
        if if_match is None:
            return
        if not self.takes_etag:
            raise Refused(400, "UNEXPECTED_IF_MATCH", "If-Match has no meaning here; leave it out.")
        if if_match.strip() != "*":
            filled[ETAG] = _single_etag(if_match)

    def _checked(self, filled: dict[str, object]) -> Message:
        try:
            message = self._make(**filled)
        except (ValueError, OverflowError) as error:
            # The readers judge every value before; this is an instant beyond what protobuf holds.
            raise Refused(400, "INVALID_FIELD", f"A value is out of range: {error}") from None
        found = as_named_in_body(violations(message), self.route.body)
        if found:
            first = found[0]
            raise Refused(400, "INVALID_FIELD", f"{first.field} {first.message}.", errors=found)
        return message


def _empty_update(known: Iterable[str]) -> Refused:
    detail = f"The body gives no field; give at least one of {', '.join(known)}."
    return Refused(400, "EMPTY_UPDATE", detail)


def _message_of(field: FieldDescriptor) -> Descriptor:
    if field.message_type is None:
        raise TypeError(f"{field.full_name} is not a message, so no row can flatten it")
    return field.message_type


def _json_body(parts: Parts) -> dict[str, object]:
    if not parts.body:
        return {}
    _check_type(parts.content_type, BODY_TYPES, JSON)
    value = jsontext.parse(parts.body)
    if not isinstance(value, dict):
        raise Refused(400, "NOT_AN_OBJECT", "The body must be a JSON object.")
    return value


def _raw_body(parts: Parts, raw_type: str) -> bytes:
    if raw_type == MAIL and media_type_of(parts.content_type) in FORMS:
        return mail_in(parts.content_type, parts.body)
    _check_type(parts.content_type, RAW_TYPES[raw_type], raw_type)
    if not parts.body:
        raise Refused(400, "EMPTY_BODY", f"The body is empty; send the {raw_type} as it is.")
    return parts.body


def media_type_of(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _check_type(content_type: str, accepted: frozenset[str], remedy: str) -> None:
    given, parameter = media_type_of(content_type) or "none", content_type.partition(";")[2]
    if given not in accepted:
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", f"The content type is {given}; send {remedy}.")
    name, _, charset = parameter.partition("=")
    if name.strip().lower() == "charset" and charset.strip('" ').lower() not in {"utf-8", "utf8"}:
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "The charset must be UTF-8.")


def _single_etag(header: str) -> str:
    # A proxy that compresses answers marks their ETag weak; it still names the version.
    tag = header.strip().removeprefix("W/")
    if len(tag) >= 2 and tag[0] == tag[-1] == '"' and tag.count('"') == 2 and tag.isascii():
        return tag[1:-1]
    raise Refused(400, "INVALID_HEADER", 'If-Match takes one ETag in quotes, as "abc", or *.')


def _refusal(faults: Faults) -> Refused:
    first = faults[0]
    return Refused(
        400,
        first.reason,
        f"{first.violation.field} {first.violation.message}.",
        errors=[fault.violation for fault in faults],
    )
