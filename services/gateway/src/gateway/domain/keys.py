"""API keys and workspaces: who holds a key, what it may do, until when."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from common.errors import Exhausted, Forbidden, InvalidInput, NotFound, Unauthenticated
from common.ids import derived_id

EVERY_SCOPE = "*"
# `cnv_live_` and four letters: enough to tell keys apart, nothing to guess the rest from.
SHOWN_LENGTH = 13
MOST_KEYS = 1000


class InvalidApiKey(Unauthenticated):
    def __init__(self) -> None:
        super().__init__("this API key is not known; check that it is complete")


class ApiKeyRevoked(Unauthenticated):
    def __init__(self, key_id: str) -> None:
        super().__init__("this API key was revoked; use another", api_key_id=key_id)


class ApiKeyExpired(Unauthenticated):
    def __init__(self, key_id: str) -> None:
        super().__init__("this API key has expired; make a new one", api_key_id=key_id)


class ApiKeyNotFound(NotFound):
    def __init__(self, key_id: str) -> None:
        super().__init__(f"no API key {key_id}", api_key_id=key_id)


class UnknownScope(InvalidInput):
    def __init__(self, scope: str, known: Collection[str]) -> None:
        super().__init__(
            f"no scope {scope}; the scopes are {', '.join(sorted(known))}", field="scopes"
        )


class ScopeNotHeld(Forbidden):
    def __init__(self, scopes: Collection[str]) -> None:
        super().__init__(
            "a key cannot give what it does not have; name only scopes of this key in scopes",
            field="scopes",
            lacking=", ".join(sorted(scopes)),
        )


class TooManyApiKeys(Exhausted):
    def __init__(self) -> None:
        super().__init__(f"a workspace holds at most {MOST_KEYS} keys; revoke one first")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: its hash, never the key.

    *workspace_id* lists and revokes it; *acts_in* is the workspace whose things it works on,
    which differs for a test key. No *scopes* means every scope, as `*` among them does.
    """

    id: str
    workspace_id: str
    acts_in: str
    name: str
    prefix: str
    hash: str
    scopes: tuple[str, ...]
    test: bool
    expire_time: datetime | None
    create_time: datetime
    revoked: bool = False

    @property
    def granted(self) -> frozenset[str]:
        every = not self.scopes or EVERY_SCOPE in self.scopes
        return frozenset((EVERY_SCOPE,) if every else self.scopes)

    def after_revocation(self) -> "ApiKey":
        return replace(self, revoked=True)


def twin_of(workspace_id: str) -> str:
    """The workspace in which the test keys of *workspace_id* act."""
    return derived_id("wsp", workspace_id, "test")


def check_usable(key: ApiKey, now: datetime) -> None:
    """Raise ``ApiKeyRevoked`` or ``ApiKeyExpired`` when *key* opens nothing any more."""
    if key.revoked:
        raise ApiKeyRevoked(key.id)
    if key.expire_time is not None and key.expire_time <= now:
        raise ApiKeyExpired(key.id)


def check_grant(asked: Collection[str], held: Collection[str], known: Collection[str]) -> None:
    """Raise unless a caller that holds *held* may make a key with the scopes *asked*."""
    for scope in asked:
        if scope != EVERY_SCOPE and scope not in known:
            raise UnknownScope(scope, known)
    if EVERY_SCOPE in held:
        return
    # Asking for nothing asks for every scope.
    lacking = set(asked or (EVERY_SCOPE,)) - set(held)
    if lacking:
        raise ScopeNotHeld(lacking)
