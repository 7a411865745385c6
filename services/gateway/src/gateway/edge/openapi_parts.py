"""The constant parts of the OpenAPI document: headers, problems, pages."""

from collections.abc import Iterator

from convene.common.v1 import options_pb2
from gateway.edge.mailforms import FIELDS
from gateway.edge.operations import access_of
from gateway.edge.routes import Route
from gateway.edge.schemas import Schema

ABOUT: Schema = {
    "title": "Convene",
    "version": "1",
    "description": "Software runs meetings: create and schedule them, start them, bring bots, "
    "steer them while they are live, end them, and take what they produced. Every change takes "
    "an Idempotency-Key; every refusal is a problem document that names the field and the remedy.",
}
SECURITY: Schema = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cnv_live_… or cnv_test_…",
        "description": "An API key. A test key's meetings never touch people.",
    }
}
IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A retry with the same key and body happens once and answers the same. Kept "
    "72 hours; with another body it is refused (422), while the first still runs too (409).",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that was read; a stale one is refused (412).",
    "schema": {"type": "string"},
}
ETAG_HEADER: Schema = {"$ref": "#/components/headers/ETag"}
RETRY_AFTER_HEADER: Schema = {"$ref": "#/components/headers/RetryAfter"}
HEADERS: Schema = {
    "ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}},
    "Location": {"description": "Where it is.", "schema": {"type": "string"}},
    "RetryAfter": {
        "description": "Seconds to wait before asking again.",
        "schema": {"type": "integer"},
    },
    "RateLimit": {
        "description": "What is left (`r`) and the seconds until it is full again (`t`).",
        "schema": {"type": "string"},
    },
    "RateLimitPolicy": {
        "description": "The quota (`q`) in its window of seconds (`w`).",
        "schema": {"type": "string"},
    },
}
PROBLEM_TEXTS = {
    "Problem": "Refused.",
    "BadRequest": "A field, parameter or header is wrong; `errors` names it and the remedy.",
    "Unauthenticated": "The API key is missing, mistyped, unknown, expired or revoked.",
    "Forbidden": "The API key lacks the scope.",
    "NotFound": "There is no such thing in this workspace.",
    "Conflict": "It cannot be done in its present state, or the first request still runs.",
    "Expired": "It was kept for its retention and is gone.",
    "Stale": "If-Match names a version that is not the current one.",
    "KeyReused": "The Idempotency-Key was used with another body.",
    "RateLimited": "Too many requests.",
}


def _problem(name: str, text: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    response: Schema = {
        "description": text,
        "content": {"application/problem+json": {"schema": schema}},
    }
    if name == "RateLimited":
        response["headers"] = {
            "Retry-After": RETRY_AFTER_HEADER,
            "RateLimit": {"$ref": "#/components/headers/RateLimit"},
            "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
        }
    return response


PROBLEMS: Schema = {name: _problem(name, text) for name, text in PROBLEM_TEXTS.items()}


def problem_names(route: Route, *, takes_etag: bool) -> Iterator[tuple[int, str]]:
    """The statuses of the refusals that *route* is known to answer, each with its response."""
    yield 400, "BadRequest"
    if access_of(route).level != options_pb2.ACCESS_LEVEL_PUBLIC:
        yield 401, "Unauthenticated"
        yield 403, "Forbidden"
    if "{" in route.path:
        yield 404, "NotFound"
    if route.method != "GET":
        yield 409, "Conflict"
    elif 202 in route.outcome.statuses:
        yield 410, "Expired"
    if takes_etag:
        yield 412, "Stale"
    if route.method != "GET":
        yield 422, "KeyReused"
    yield 429, "RateLimited"


MAIL_FORM: Schema = {
    "type": "object",
    "description": "What a provider of mail posts; the raw message is in the first of these.",
    "properties": {
        name: {"type": "string", "contentMediaType": "message/rfc822"} for name in FIELDS
    },
}


def _page(name: str, summary: str, media_type: str) -> Schema:
    content = {media_type: {"schema": {"type": "string" if "text" in media_type else "object"}}}
    operation = {
        "operationId": name,
        "summary": summary,
        "tags": ["Service"],
        "security": [],
        "responses": {"200": {"description": STATUS_OK, "content": content}},
    }
    return {"get": operation}


STATUS_OK = "Done."
PAGES: dict[str, Schema] = {
    "/healthz": _page("healthz", "Whether the edge lives", "application/json"),
    "/readyz": _page("readyz", "Whether every service behind is ready", "application/json"),
    "/openapi.json": _page("openapi", "This document", "application/json"),
    "/docs": _page("docs", "This document, for people", "text/html"),
}
