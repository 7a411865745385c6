"""Addresses of pushes and webhooks that people are told by: which are taken, how they are shown."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, urlsplit

from common.addresses import AddressRules
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


class RefusedTarget(InvalidInput):
    """Nobody can be told by this address."""

    def __init__(self, why: str) -> None:
        super().__init__(f"address {why}", field="address")


def check_address(
    channel: Channel, address: str, web_push: Mapping[str, str], rules: AddressRules
) -> None:
    """Raise ``InvalidInput`` when *channel* cannot tell anybody by that address."""
    if channel is Channel.WEBHOOK:
        _check_length(address)
        rules.check_url(address)
    elif channel is Channel.PUSH and web_push:
        rules.check_url(web_push.get("endpoint", ""))
    elif channel is Channel.PUSH:
        check_push(address)


def check_push(address: str) -> None:
    """Raise ``RefusedTarget`` where *address* is not one of a service that is taken."""
    _check_length(address)
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


def _check_length(address: str) -> None:
    if not address or len(address) > LONGEST_ADDRESS:
        raise RefusedTarget(f"needs 1 to {LONGEST_ADDRESS} characters")


def _split(address: str) -> SplitResult:
    if any(one.isspace() or not one.isprintable() or one == "\\" for one in address):
        raise RefusedTarget("takes no spaces, control characters or backslashes")
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
