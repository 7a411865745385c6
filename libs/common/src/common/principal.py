"""On whose behalf something is done, and how that is proved from one service to the next."""

import base64
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from google.protobuf.message import DecodeError

from common.errors import Unauthenticated
from convene.common.v1 import principal_pb2 as pb

# Longer than any call, short enough that a copied token is soon worthless.
SIGNATURE_LIFETIME = timedelta(seconds=60)
EVERY_SCOPE = "*"
# Reads what users may read but can call nothing that is internal.
EDGE = "edge"


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
    try:
        raw = base64.urlsafe_b64decode(token)
        message = pb.Principal.FromString(raw[32:])
    except (ValueError, DecodeError):
        raise InvalidPrincipal("the principal is not readable") from None
    if not hmac.compare_digest(raw[:32], _signature(raw[32:], key)):
        raise InvalidPrincipal("the principal's signature is wrong")
    if message.expire_time.ToDatetime(UTC) < (now or datetime.now(UTC)):
        raise InvalidPrincipal("the principal has expired; check the services' clocks")
    return Principal(
        message.workspace_id,
        Kind(message.kind),
        message.id,
        frozenset(message.scopes),
        message.test,
        message.via,
    )


def as_system(principal: Principal, service: str) -> Principal:
    """The same workspace, with the suite itself acting."""
    return replace(service_principal(service, principal.workspace_id), test=principal.test)


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")
