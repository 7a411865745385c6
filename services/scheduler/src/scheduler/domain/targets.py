"""Addresses of pushes and webhooks that people are told by: which are taken, how they are shown."""

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, urlsplit

from common.addresses import AddressRules, RefusedAddress
from common.errors import InvalidInput
from scheduler.domain.notices import Channel

LONGEST_ADDRESS = 2000
# Services whose own hosts are called, whatever an address says. None of them reads a file, runs a
# program or calls a host that the address names.
_SERVICES = (
    "discord",
    "gchat",
    "opsgenie",
    "pagerduty",
    "pover",
    "slack",
    "tgram",
    "wxteams",
)
# Microsoft's workflows have a host for each region and customer, under these names.
_WORKFLOW_HOST = re.compile(
    r"[a-z0-9.-]+\.(logic\.azure\.com|environment\.api\.powerplatform\.com)", re.IGNORECASE
)
# A topic of the public server; with a path the word before it would be somebody's host.
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")
SCHEMES = tuple(sorted((*_SERVICES, "ntfy", "workflows")))
# Others choose templates that are files, turn off the check of certificates, or wait for hours.
PARAMETERS = frozenset({"priority", "region", "thread"})
_HTTPS = 443
# What a browser's subscription is encrypted with: how many bytes, and what they are.
_KEYS = {
    "p256dh": (65, "the browser's public key, 65 bytes"),
    "auth": (16, "the browser's secret, 16 bytes"),
}


class RefusedTarget(InvalidInput):
    """Nobody can be told by this address; *why* goes on after the name of the *field*."""

    def __init__(self, why: str, field: str = "address") -> None:
        super().__init__(f"{field} {why}", field=field)
        self.why = why


def check_target(
    channel: Channel, address: str, web_push: Mapping[str, str], rules: AddressRules
) -> None:
    """Raise ``RefusedTarget`` when *channel* cannot tell anybody by that address."""
    if channel is Channel.WEBHOOK:
        _check_text(address)
        _check_url("address", address, rules)
    elif channel is Channel.PUSH and web_push:
        _check_url("web_push.endpoint", web_push.get("endpoint", ""), rules)
        for name, (size, what) in _KEYS.items():
            _check_key(f"web_push.{name}", web_push.get(name, ""), size, what)
    elif channel is Channel.PUSH:
        check_push(address)


def check_push(address: str) -> None:
    """Raise ``RefusedTarget`` where *address* is not one of a service that is taken."""
    _check_text(address)
    parts = _split(address)
    if parts.scheme not in SCHEMES:
        raise RefusedTarget(f"needs one of these schemes: {', '.join(SCHEMES)}")
    named = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if named - PARAMETERS:
        raise RefusedTarget(f"takes these parameters only: {', '.join(sorted(PARAMETERS))}")
    if parts.scheme == "workflows" and not _is_workflow(parts):
        raise RefusedTarget("needs a host under logic.azure.com or powerplatform.com")
    if parts.scheme == "ntfy" and (parts.path.strip("/") or not _TOPIC.fullmatch(parts.netloc)):
        raise RefusedTarget("names a topic of ntfy.sh alone; tell a server of your own by webhook")


def redacted(address: str) -> str:
    """*address* as it may be shown: its scheme, and the host where that is no secret."""
    if not address:
        return ""
    scheme, found, rest = address.partition("://")
    if not found:
        return "…"
    host = re.split(r"[/?#]", rest.rpartition("@")[2], maxsplit=1)[0]
    return f"{scheme}://{host}/…" if scheme in {"https", "http"} else f"{scheme}://…"


def _check_text(address: str) -> None:
    if not address or len(address) > LONGEST_ADDRESS:
        raise RefusedTarget(f"needs 1 to {LONGEST_ADDRESS} characters")
    if any(not "!" <= one <= "~" or one == "\\" for one in address):
        raise RefusedTarget("takes visible ASCII characters only, and no backslashes")


def _check_url(field: str, url: str, rules: AddressRules) -> None:
    try:
        rules.check_url(url)
    except RefusedAddress as refused:
        raise RefusedTarget(refused.why, field) from None


def _check_key(field: str, text: str, size: int, what: str) -> None:
    """Raise ``RefusedTarget`` where *text* is not *size* bytes in base64url."""
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != size:
        raise RefusedTarget(
            f"must be {what} in base64url, as PushSubscription.toJSON() gives it", field
        )


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise RefusedTarget("is not an address; write one as slack://A/B/C") from None


def _is_workflow(parts: SplitResult) -> bool:
    try:
        port = parts.port
    except ValueError:
        return False
    return port in {None, _HTTPS} and bool(_WORKFLOW_HOST.fullmatch(parts.hostname or ""))
