"""On whose behalf something is done, and how that is proved from one service to the next."""

import base64
import hmac
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TypeVar

from google.protobuf.message import DecodeError

from common.errors import Unauthenticated
from convene.common.v1 import principal_pb2 as pb

# Longer than any call, short enough that a copied token is soon worthless.
SIGNATURE_LIFETIME = timedelta(seconds=60)
# A call that begins with an old token still ends well before that expires.
TOKEN_REUSED_SECONDS = 20.0
MOST_REMEMBERED = 2000
EVERY_SCOPE = "*"
# Reads what users may read but can call nothing that is internal.
EDGE = "edge"


K = TypeVar("K")
V = TypeVar("V")


class InvalidPrincipal(Unauthenticated):
    pass


class Kind(Enum):
    API_KEY = pb.PRINCIPAL_KIND_API_KEY
    PARTICIPANT = pb.PRINCIPAL_KIND_PARTICIPANT
    SERVICE = pb.PRINCIPAL_KIND_SERVICE


@dataclass(frozen=True, slots=True)
class Principal:
    """One workspace, one actor, what it may do. *via* is the service that vouches for it."""

    workspace_id: str
    kind: Kind
    id: str
    scopes: frozenset[str] = frozenset()
    test: bool = False
    via: str = ""

    def may(self, scope: str) -> bool:
        return not scope or EVERY_SCOPE in self.scopes or scope in self.scopes

    @property
    def actor(self) -> pb.Actor:
        return pb.Actor(kind=self.kind.value, id=self.id)


def service_principal(service: str, workspace_id: str, *, test: bool = False) -> Principal:
    """The suite itself, acting in one workspace: a timer that fires, a fact that is answered."""
    return Principal(workspace_id, Kind.SERVICE, service, frozenset({EVERY_SCOPE}), test, service)


def sign(principal: Principal, key: bytes, *, via: str, now: datetime | None = None) -> str:
    """*principal* as a token that another service can trust for ``SIGNATURE_LIFETIME``."""
    message = pb.Principal(
        workspace_id=principal.workspace_id,
        kind=principal.kind.value,
        id=principal.id,
        scopes=sorted(principal.scopes),
        test=principal.test,
        via=via,
        expire_time=(now or datetime.now(UTC)) + SIGNATURE_LIFETIME,
    )
    body = message.SerializeToString(deterministic=True)
    return base64.urlsafe_b64encode(_signature(body, key) + body).decode()


def verify(token: str, key: bytes, *, now: datetime | None = None) -> Principal:
    """The principal that *token* carries; raises ``InvalidPrincipal`` when it cannot be trusted."""
    principal, expires = _read(token, key)
    _refuse_expired(expires, now or datetime.now(UTC))
    return principal


class Signer:
    """Signs with *key* for *via*, and hands out a token again while it has most of its life."""

    def __init__(self, key: bytes, via: str) -> None:
        self._key = key
        self._via = via
        self._tokens: OrderedDict[Principal, tuple[str, float]] = OrderedDict()

    def sign(self, principal: Principal) -> str:
        token, until = self._tokens.get(principal, ("", 0.0))
        if time.monotonic() < until:
            return token
        token = sign(principal, self._key, via=self._via)
        _remember(self._tokens, principal, (token, time.monotonic() + TOKEN_REUSED_SECONDS))
        return token


class Verifier:
    """Verifies with *key*; what it has verified it knows again until that expires."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: OrderedDict[str, tuple[Principal, datetime]] = OrderedDict()

    def verify(self, token: str) -> Principal:
        """The principal that *token* carries; raises ``InvalidPrincipal``."""
        known = self._known.get(token)
        if known is None:
            known = _read(token, self._key)
            _remember(self._known, token, known)
        principal, expires = known
        _refuse_expired(expires, datetime.now(UTC))
        return principal


def as_system(principal: Principal, service: str) -> Principal:
    """The same workspace, with the suite itself acting."""
    return replace(service_principal(service, principal.workspace_id), test=principal.test)


def _read(token: str, key: bytes) -> tuple[Principal, datetime]:
    """What *token* says, and when it expires."""
    try:
        raw = base64.urlsafe_b64decode(token)
        message = pb.Principal.FromString(raw[32:])
    except (ValueError, DecodeError):
        raise InvalidPrincipal("the principal is not readable") from None
    if not hmac.compare_digest(raw[:32], _signature(raw[32:], key)):
        raise InvalidPrincipal("the principal's signature is wrong")
    principal = Principal(
        message.workspace_id,
        Kind(message.kind),
        message.id,
        frozenset(message.scopes),
        message.test,
        message.via,
    )
    return principal, message.expire_time.ToDatetime(UTC)


def _refuse_expired(expires: datetime, now: datetime) -> None:
    if expires < now:
        raise InvalidPrincipal("the principal has expired; check the services' clocks")


def _remember(known: OrderedDict[K, V], name: K, what: V) -> None:
    known[name] = what
    known.move_to_end(name)
    if len(known) > MOST_REMEMBERED:
        known.popitem(last=False)


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")
