"""The OpenAPI 3.1 document: the table, the contracts' descriptors and their comments, joined."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from convene.common.v1 import options_pb2
from convene.gateway.v1 import webhooks_pb2
from gateway.edge.mailforms import FORMS
from gateway.edge.openapi_parts import (
    ABOUT,
    ETAG_HEADER,
    HEADERS,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    MAIL_FORM,
    PAGES,
    PROBLEMS,
    RETRY_AFTER_HEADER,
    SECURITY,
    problem_names,
)
from gateway.edge.operations import access_of
from gateway.edge.plan import Plan
from gateway.edge.router import path_names
from gateway.edge.routes import DOWNLOAD, DOWNLOADS, LIVE_FEED, MAIL, ROUTES, Route
from gateway.edge.schemas import Schema, Schemas
from gateway.edge.shapes import public_events

TAGS: Mapping[str, str] = {
    "SchedulerService": "Meetings",
    "TemplateService": "Templates",
    "CustomFieldsService": "Custom fields",
    "AvailabilityService": "Availability",
    "InvitationService": "Invitations",
    "ChannelService": "Invitations",
    "SessionService": "Sessions",
    "BotsService": "Bots",
    "PolicyService": "Policies",
    "ArtifactsService": "Artifacts",
    "RecordingsService": "Recordings",
    "WebhookService": "Webhooks",
    "AccessService": "Access",
    "SandboxService": "Sandbox",
}
STATUS_TEXTS: Mapping[int, str] = {
    200: "Done.",
    201: "Made.",
    202: "Accepted; it is not finished yet.",
    204: "Gone.",
}


def document(comments: Mapping[str, str]) -> Schema:
    """The whole document; *comments* by the full name of what they describe."""
    schemas = Schemas(comments)
    paths: dict[str, dict[str, object]] = {}
    seen: set[str] = set()
    for route in ROUTES:
        name = _operation_name(route, seen)
        operation = _operation(route, name, schemas, comments)
        paths.setdefault("/v1" + route.path, {})[route.method.lower()] = operation
        if route.short:
            alias = operation | {"operationId": name + "Short", "summary": f"{name}, short path"}
            paths.setdefault(route.path, {})[route.method.lower()] = alias
    events = _events(schemas, comments)
    paths["/v1" + LIVE_FEED.path] = {"get": _live_feed(comments)}
    for route in DOWNLOADS:
        paths["/v1" + route.path] = {"get": _download(route, comments)}
    return {
        "openapi": "3.1.0",
        "info": ABOUT,
        "servers": [{"url": "/"}],
        "security": [{"apiKey": []}],
        "tags": [
            {"name": name} for name in dict.fromkeys([*TAGS.values(), "Join links", "Service"])
        ],
        "paths": paths | PAGES,
        "webhooks": {"event": {"post": _webhook()}},
        "components": {
            "securitySchemes": SECURITY,
            "parameters": {"IdempotencyKey": IDEMPOTENCY_KEY, "IfMatch": IF_MATCH},
            "headers": HEADERS,
            "responses": PROBLEMS,
            "schemas": schemas.components | events | {"Problem": _problem()},
        },
    }


def _operation_name(route: Route, seen: set[str]) -> str:
    name = route.rpc[0].lower() + route.rpc[1:]
    if name in seen:
        name += "By" + "".join(part.title().replace("_", "") for part in path_names(route.path))
    seen.add(name)
    return name


def _operation(route: Route, name: str, schemas: Schemas, comments: Mapping[str, str]) -> Schema:
    plan = Plan(route, path_names(route.path))
    operation: Schema = {
        "operationId": name,
        "summary": route.title or _first_sentence(comments.get(route.descriptor.full_name, name)),
        "description": _description(route, comments),
        "tags": [_tag(route)],
        "parameters": _parameters(route, plan, schemas),
    }
    if route.takes_body:
        operation["requestBody"] = _request_body(route, plan, schemas)
    operation["responses"] = _responses(route, plan, schemas)
    if access_of(route).level == options_pb2.ACCESS_LEVEL_PUBLIC:
        operation["security"] = []
    return operation


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].rstrip(".")


def _description(route: Route, comments: Mapping[str, str]) -> str:
    access = access_of(route)
    said = [comments.get(route.descriptor.full_name, "")]
    if access.scope:
        said.append(f"Needs the scope `{access.scope}`.")
    if route.short:
        said.append(f"Answers at `{route.path}` and `/v1{route.path}`.")
    return " ".join(filter(None, said))


def _tag(route: Route) -> str:
    if "join-links" in route.path:
        return "Join links"
    if route.path.startswith("/sandbox"):
        return "Sandbox"
    return TAGS[route.service.name]


def _parameters(route: Route, plan: Plan, schemas: Schemas) -> list[Schema]:
    found = [_path_parameter(route, name, schemas) for name in path_names(route.path)]
    found += [_query_parameter(one.field, schemas) for one in plan.parameters.values()]
    if route.method != "GET":
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if plan.takes_etag:
        found.append({"$ref": "#/components/parameters/IfMatch"})
    return found


def _path_parameter(route: Route, name: str, schemas: Schemas) -> Schema:
    field = route.descriptor.input_type.fields_by_name[name]
    schema = schemas.field(field, written=True)
    return _described({"name": name, "in": "path", "required": True}, schema)


def _query_parameter(field: FieldDescriptor, schemas: Schemas) -> Schema:
    schema = schemas.field(field, written=True)
    return _described({"name": field.name, "in": "query", "required": False}, schema)


def _described(parameter: Schema, schema: Schema) -> Schema:
    comment = schema.pop("description", None)
    return parameter | ({"description": comment} if comment else {}) | {"schema": schema}


def _request_body(route: Route, plan: Plan, schemas: Schemas) -> Schema:
    if route.raw:
        raw: Schema = {"type": "string", "contentMediaType": route.raw_type}
        content: Schema = {route.raw_type: {"schema": raw}}
        if route.raw_type == MAIL:
            content |= {form: {"schema": MAIL_FORM} for form in FORMS}
        return {"required": True, "content": content}
    partial = route.method == "PATCH"
    if plan.draft is None:
        schema = schemas.object_of(plan.rest, written=True, partial=partial)
    elif plan.rest or partial:
        fields = [*plan.draft.fields, *plan.rest]
        schema = schemas.object_of(fields, written=True, partial=partial)
    else:
        schema = schemas.written(plan.draft)
    needed = bool(schema.get("required")) or "$ref" in schema or partial
    return {"required": needed, "content": {"application/json": {"schema": schema}}}


def _responses(route: Route, plan: Plan, schemas: Schemas) -> Schema:
    responses: dict[str, object] = {
        str(status): _response(route, plan, schemas, status) for status in route.outcome.statuses
    }
    for status, name in problem_names(route, takes_etag=plan.takes_etag):
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return responses | {"default": {"$ref": "#/components/responses/Problem"}}


def _response(route: Route, plan: Plan, schemas: Schemas, status: int) -> Schema:
    response: Schema = {"description": STATUS_TEXTS[status]}
    if status == 204:
        return response
    headers: Schema = {}
    if plan.shows_etag:
        headers["ETag"] = ETAG_HEADER
    if route.location and status in {201, 202}:
        headers["Location"] = {"$ref": "#/components/headers/Location"}
    if status == 202:
        headers["Retry-After"] = RETRY_AFTER_HEADER
    if route.file:
        file: Schema = {route.file_type.partition(";")[0]: {"schema": {"type": "string"}}}
        return response | {"content": file}
    content: Schema = {"application/json": {"schema": _answer_schema(route, plan, schemas)}}
    if route.text:
        content["text/plain"] = {"schema": {"type": "string"}}
    return response | ({"headers": headers} if headers else {}) | {"content": content}


def _answer_schema(route: Route, plan: Plan, schemas: Schemas) -> Schema:
    if not route.unwrap:
        fields = [field for field in plan.shown.fields if field.name != route.text]
        return schemas.object_of(fields, written=False)
    whole = schemas.shown(plan.shown)
    if not route.beside:
        return whole
    output = route.descriptor.output_type.fields_by_name
    beside = schemas.object_of([output[name] for name in route.beside], written=False)
    return {"allOf": [whole, beside]}


def _live_feed(comments: Mapping[str, str]) -> Schema:
    sequence: Schema = {"type": "integer", "format": "int64", "minimum": 0}
    stream: Schema = {"text/event-stream": {"schema": {"type": "string"}}}
    return {
        "operationId": "watchEvents",
        "summary": "A meeting's events as they happen",
        "description": _description(LIVE_FEED, comments)
        + " Server-Sent Events: `id` is the event's sequence, `event` its type, `data` the Event"
        " as JSON. Partial words have no id. Resumes after Last-Event-ID.",
        "tags": ["Meetings"],
        "parameters": [
            {"name": "meeting_id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "after", "in": "query", "schema": sequence},
            {"name": "Last-Event-ID", "in": "header", "schema": sequence},
        ],
        "responses": {
            "200": {"description": "The stream.", "content": stream},
            "404": {"$ref": "#/components/responses/NotFound"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _download(route: Route, comments: Mapping[str, str]) -> Schema:
    named = route is DOWNLOAD
    text: Schema = {"type": "string"}
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in (("meeting_id", "recording_id") if named else ("code",))
    ]
    if named:
        parameters.append({"name": "track", "in": "query", "schema": text})
    parameters.append({"name": "Range", "in": "header", "schema": text})
    file: Schema = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    described: Schema = {
        "operationId": "downloadRecording" if named else "downloadByLink",
        "summary": "A file of a recording" if named else "A file by its signed link",
        "description": _description(route, comments)
        + " Takes one Range; If-None-Match with the file's ETag answers 304.",
        "tags": ["Recordings"],
        "parameters": parameters,
        "responses": {
            "200": {"description": "The whole file.", "content": file},
            "206": {"description": "The range of it.", "content": file},
            "304": {"description": "The file that the client has."},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    return described if named else {**described, "security": []}


def _events(schemas: Schemas, comments: Mapping[str, str]) -> dict[str, Schema]:
    envelope = schemas.shown(webhooks_pb2.DESCRIPTOR.message_types_by_name["PublicEvent"])
    events: dict[str, Schema] = {}
    kinds: dict[str, str] = {}
    for kind, message in public_events():
        name = message.name + "Event"
        kinds[kind] = f"#/components/schemas/{name}"
        narrowed = {"type": {"const": kind}, "data": schemas.shown(message)}
        events[name] = {
            "description": comments.get(message.full_name, f"`{kind}`"),
            "allOf": [envelope, {"type": "object", "properties": narrowed}],
        }
    union: Schema = {
        "oneOf": [{"$ref": reference} for reference in kinds.values()],
        "discriminator": {"propertyName": "type", "mapping": kinds},
    }
    return events | {"Event": union}


def _webhook() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Event"}
    return {
        "operationId": "receiveEvent",
        "summary": "An event, sent to a webhook endpoint",
        "description": "Signed as Standard Webhooks say: `webhook-id`, `webhook-timestamp`, "
        "`webhook-signature`. Answer 2xx within 15 seconds; anything else is tried again.",
        "security": [],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"2XX": {"description": "Taken."}},
    }


def _problem() -> Schema:
    text: Schema = {"type": "string"}
    error: Schema = {
        "type": "object",
        "properties": {"field": text, "message": text},
        "required": ["field", "message"],
    }
    properties: Schema = {
        "type": {"type": "string", "format": "uri-reference"},
        "title": text,
        "status": {"type": "integer"},
        "detail": text,
        "reason": {"type": "string", "description": "For programs: the same as over gRPC."},
        "errors": {"type": "array", "items": error},
        "trace_id": text,
    }
    return {
        "description": "Why a request was refused, as RFC 9457 says.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }
