"""Who calls: the bearer key, checked by its checksum here and by the access service behind."""

import base64
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from grpc import StatusCode, aio

from common.keys import hash_key, is_well_formed
from common.principal import Kind, Principal, service_principal
from common.rpc import Caller
from convene.gateway.v1 import access_pb2, access_pb2_grpc
from gateway.edge.problems import Refused

# A revoked key works at most this long; a live feed with it ends at the next look after that.
REMEMBERED_SECONDS = 10.0
MAX_REMEMBERED = 10_000
# Seconds; the key's lookup is one read of one row.
AUTHENTICATE_TIMEOUT = 3.0
CHALLENGE = 'Bearer realm="convene"'

Authenticate = Callable[[str], Awaitable[Principal]]


class _Remembered(NamedTuple):
    principal: Principal
    until: float


class Doorkeeper:
    """Knows the caller by the Authorization header; remembers good keys for 10 s by their hash."""

    def __init__(
        self,
        authenticate: Authenticate,
        clock: Callable[[], float] = time.monotonic,
        remembered: float = REMEMBERED_SECONDS,
    ) -> None:
        self._authenticate = authenticate
        self._clock = clock
        self._remembered = remembered
        self._known: OrderedDict[str, _Remembered] = OrderedDict()

    async def admit(self, authorization: str) -> Principal:
        """The principal of the header's key; raises `Refused` (401)."""
        key = _bearer_key(authorization)
        name = hash_key(key)
        known = self._known.get(name)
        if known is not None and self._clock() < known.until:
            return known.principal
        self._known.pop(name, None)
        principal = await self._ask(key)
        self._known[name] = _Remembered(principal, self._clock() + self._remembered)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)
        return principal

    async def _ask(self, key: str) -> Principal:
        try:
            return await self._authenticate(key)
        except aio.AioRpcError as error:
            if error.code() not in {StatusCode.UNAUTHENTICATED, StatusCode.NOT_FOUND}:
                raise
        raise _refused("INVALID_API_KEY", "The API key is unknown, expired or revoked.")


def authenticator(channel: aio.Channel, key: bytes) -> Authenticate:
    """Asks the access service behind *channel*; *key* signs for the suite itself."""
    stub = access_pb2_grpc.AccessServiceStub(channel)
    # Not as the edge: what users call through it may not ask for other users' keys.
    caller = Caller(key, via="gateway")
    asking = service_principal("gateway", "")

    async def authenticate(api_key: str) -> Principal:
        answer = await stub.Authenticate(
            access_pb2.AuthenticateRequest(key=api_key),
            metadata=caller.metadata(asking),
            timeout=AUTHENTICATE_TIMEOUT,
        )
        found = answer.principal
        return Principal(
            found.workspace_id,
            Kind(found.kind),
            found.id,
            frozenset(found.scopes),
            found.test,
        )

    return authenticate


def as_bearer(authorization: str) -> str:
    """*authorization*, with a key that came as the password of Basic as what it is.

    Only for those who call a URL that is all they take; a browser would send it with every form.
    """
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return authorization
    try:
        pair = base64.b64decode(given.strip(), validate=True).decode("utf-8", "replace")
    except ValueError:
        return authorization
    return f"Bearer {pair.partition(':')[2]}"


def _bearer_key(authorization: str) -> str:
    if not authorization:
        raise _refused("MISSING_API_KEY", "Send the API key as `Authorization: Bearer cnv_…`.")
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise _refused("MISSING_API_KEY", "The Authorization header must be `Bearer cnv_…`.")
    if not is_well_formed(key.strip()):
        detail = "The API key is mistyped or cut off: its shape or checksum is wrong."
        raise _refused("MALFORMED_API_KEY", detail)
    return key.strip()


def _refused(reason: str, detail: str) -> Refused:
    challenge = CHALLENGE if reason == "MISSING_API_KEY" else CHALLENGE + ', error="invalid_token"'
    return Refused(401, reason, detail, headers={"www-authenticate": challenge})
