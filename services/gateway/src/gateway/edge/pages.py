"""The few pages that people read: the API's documentation, and a problem explained."""

import re
from collections.abc import Mapping
from importlib.resources import files

from gateway.edge.exchange import Reply
from gateway.edge.problems import Refused, title_of

HTML = "text/html; charset=utf-8"
PROBLEM_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,9}")
# Nothing is loaded from elsewhere and nothing may frame a page.
PAGE_HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

# What a caller does about a problem; one that is not here is explained by its `detail`.
REMEDIES: Mapping[str, str] = {
    "UNKNOWN_FIELD": "The body has a field that this call does not know. `errors` names it.",
    "READ_ONLY_FIELD": "The body has a field that only the service sets. Leave it out.",
    "WRONG_TYPE": "A field has a value of the wrong JSON type. `errors` says which is wanted.",
    "INVALID_FIELD": "A field breaks a rule of its contract. `errors` names each and the remedy.",
    "UNKNOWN_PARAMETER": "The query has a parameter that this call does not know.",
    "DUPLICATE_FIELD": "One JSON object gives the same key twice; which one counts is a guess.",
    "MALFORMED_JSON": "The body is not JSON in UTF-8.",
    "TOO_DEEP": "The body nests more deeply than any document of this API.",
    "NOT_AN_OBJECT": "Every body of this API is a JSON object.",
    "BODY_TOO_LARGE": "The body is larger than this call takes.",
    "UNSUPPORTED_MEDIA_TYPE": "Send the content type that `detail` names.",
    "MISSING_API_KEY": "Send `Authorization: Bearer cnv_…`.",
    "MALFORMED_API_KEY": "The key's checksum is wrong: it was mistyped or cut off.",
    "INVALID_API_KEY": "The key is unknown, expired or revoked. Make a new one.",
    "MISSING_SCOPE": "The key may not do this. Make one with the scope that `detail` names.",
    "RATE_LIMITED": "Too many requests. Wait for as long as Retry-After says.",
    "ETAG_MISMATCH": "Somebody changed it meanwhile. Read it again, then repeat your change.",
    "IDEMPOTENCY_KEY_REUSED": "The Idempotency-Key was used with another body. Use a new one.",
    "REQUEST_IN_FLIGHT": "The first request with this Idempotency-Key still runs. Wait for it.",
    "ARTIFACT_EXPIRED": "It was kept for its retention and is gone.",
    "DEADLINE_EXCEEDED": "It took too long. Retry with the same Idempotency-Key: it happens once.",
    "UNAVAILABLE": "A service is not there right now. Retry after a moment.",
    "INTERNAL": "Something broke on our side. Report the `trace_id`.",
}


def problem_page(name: str) -> Reply:
    """What `/problems/{name}` says; raises `Refused` (404) for what is no problem's name."""
    if not PROBLEM_NAME.fullmatch(name) or len(name) > 100:
        raise Refused(404, "NOT_FOUND", "No problem has this name.")
    reason = name.upper().replace("-", "_")
    remedy = REMEDIES.get(reason, "The problem document's `detail` says what to do.")
    text = f"{title_of(reason)}\n\nreason: {reason}\n\n{remedy}\n"
    return Reply(200, text.encode(), "text/plain; charset=utf-8", {})


def docs_page() -> Reply:
    """The documentation, drawn in the browser from `/openapi.json`."""
    return _page("docs.html")


def openapi_document() -> Reply:
    """The committed OpenAPI document."""
    body = (files("gateway.edge") / "openapi.json").read_bytes()
    return Reply(200, body, "application/json", {"cache-control": "max-age=60"})


def _page(name: str) -> Reply:
    return Reply(200, (files("gateway.edge") / name).read_bytes(), HTML, PAGE_HEADERS)
