"""Webhook endpoints: how one is warned of, switched off, and signed for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from common.errors import EtagMismatch, Exhausted, InvalidInput, NotFound, WrongState
from common.machine import advance
from gateway.domain import patterns

# Fewer may be bad luck; by then the owner should know.
FAILURES_BEFORE_WARNING = 5
GIVE_UP_AFTER = timedelta(days=5)
# Time enough to bring the new secret to every receiver.
ROTATION_GRACE = timedelta(hours=24)
# A failing endpoint is probed this rarely at first, and never less often than the longest.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ENDPOINTS = 100


class State(Enum):
    ENABLED = "ENABLED"
    FAILING = "FAILING"
    DISABLED = "DISABLED"


class Action(Enum):
    ENABLE = "ENABLE"
    DISABLE = "DISABLE"
    SUCCEED = "SUCCEED"
    WARN = "WARN"
    GIVE_UP = "GIVE_UP"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.ENABLED, Action.ENABLE): State.ENABLED,
    (State.ENABLED, Action.DISABLE): State.DISABLED,
    (State.ENABLED, Action.SUCCEED): State.ENABLED,
    (State.ENABLED, Action.WARN): State.FAILING,
    (State.ENABLED, Action.GIVE_UP): State.DISABLED,
    (State.FAILING, Action.ENABLE): State.ENABLED,
    (State.FAILING, Action.DISABLE): State.DISABLED,
    (State.FAILING, Action.SUCCEED): State.ENABLED,
    (State.FAILING, Action.WARN): State.FAILING,
    (State.FAILING, Action.GIVE_UP): State.DISABLED,
    (State.DISABLED, Action.ENABLE): State.ENABLED,
    (State.DISABLED, Action.DISABLE): State.DISABLED,
    # The answer to an attempt that was under way when the endpoint was switched off.
    (State.DISABLED, Action.SUCCEED): State.DISABLED,
    (State.DISABLED, Action.WARN): State.DISABLED,
    (State.DISABLED, Action.GIVE_UP): State.DISABLED,
}


class EndpointNotFound(NotFound):
    def __init__(self, endpoint_id: str) -> None:
        super().__init__(f"no webhook endpoint {endpoint_id}", endpoint_id=endpoint_id)


class EndpointDisabled(WrongState):
    def __init__(self, endpoint_id: str) -> None:
        super().__init__(
            "the endpoint is disabled; enable it by setting state to ENABLED first",
            endpoint_id=endpoint_id,
        )


class UnsettableState(InvalidInput):
    def __init__(self) -> None:
        super().__init__("takes ENABLED or DISABLED; FAILING is found out", field="state")


class EmptyUpdate(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "no field to change is given; give at least one of url, description, event_types, state"
        )


class TooManyEndpoints(Exhausted):
    def __init__(self) -> None:
        super().__init__(f"a workspace has at most {MOST_ENDPOINTS} endpoints; delete one first")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go. *failures* counts attempts since the last one that went well."""

    id: str
    workspace_id: str
    url: str
    description: str
    event_types: tuple[str, ...]
    secret: str
    create_time: datetime
    state: State = State.ENABLED
    old_secret: str = ""
    old_secret_until: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    paused_until: datetime | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        return f"v{self.version}"

    @property
    def takes_events(self) -> bool:
        return self.state is not State.DISABLED

    def wants(self, event_type: str) -> bool:
        return self.takes_events and patterns.wanted(self.event_types, event_type)

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at *now*, the newest first."""
        if self.old_secret_until is not None and now < self.old_secret_until:
            return self.secret, self.old_secret
        return (self.secret,)


def check_etag(endpoint: Endpoint, etag: str) -> None:
    if etag and etag != endpoint.etag:
        raise EtagMismatch("the endpoint was changed meanwhile; read it again", field="etag")


def rotated(endpoint: Endpoint, secret: str, now: datetime) -> Endpoint:
    """*endpoint* with a new secret; the one before signs beside it for ``ROTATION_GRACE``."""
    return replace(
        endpoint,
        secret=secret,
        old_secret=endpoint.secret,
        old_secret_until=now + ROTATION_GRACE,
    )


def switched(endpoint: Endpoint, action: Action) -> Endpoint:
    """*endpoint* as its owner sets it: what it failed at before is forgotten."""
    return replace(
        endpoint,
        state=advance(TRANSITIONS, endpoint.state, action),
        failures=0,
        failing_since=None,
        paused_until=None,
    )


def after_success(endpoint: Endpoint) -> Endpoint:
    return switched(endpoint, Action.SUCCEED)


def after_failure(endpoint: Endpoint, now: datetime, *, gone: bool) -> Endpoint:
    """*endpoint* after a failed attempt at *now*; *gone* when the receiver answered 410."""
    failures = endpoint.failures + 1
    since = endpoint.failing_since or now
    state = endpoint.state
    if gone or now - since >= GIVE_UP_AFTER:
        state = advance(TRANSITIONS, state, Action.GIVE_UP)
    elif failures >= FAILURES_BEFORE_WARNING:
        state = advance(TRANSITIONS, state, Action.WARN)
    return replace(
        endpoint,
        state=state,
        failures=failures,
        failing_since=since,
        paused_until=now + _pause(failures) if state is State.FAILING else None,
    )


def _pause(failures: int) -> timedelta:
    # Capped before the shift: an endpoint may fail for days.
    doublings = min(failures - FAILURES_BEFORE_WARNING, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
