"""Deliveries: one event on its way to one endpoint, and when it is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from common.errors import NotFound
from common.exchange import LONGEST_RETRY_AFTER, Outcome
from common.machine import advance

# Seconds before each attempt, counted from the one before it.
SCHEDULE = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
# Retries only ever move later, so that they do not come all at once.
JITTER = 0.1
# Answers that may say when to come back.
BUSY = frozenset({429, 503})
# What redelivering by hand can add is bounded; the newest stay.
MOST_ATTEMPTS_KEPT = 50


class State(Enum):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    EXHAUSTED = "EXHAUSTED"
    CANCELLED = "CANCELLED"


class Action(Enum):
    SUCCEED = "SUCCEED"
    RETRY = "RETRY"
    GIVE_UP = "GIVE_UP"
    CANCEL = "CANCEL"
    REDELIVER = "REDELIVER"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.PENDING, Action.SUCCEED): State.DELIVERED,
    (State.PENDING, Action.RETRY): State.PENDING,
    (State.PENDING, Action.GIVE_UP): State.EXHAUSTED,
    (State.PENDING, Action.CANCEL): State.CANCELLED,
    (State.PENDING, Action.REDELIVER): State.PENDING,
    (State.DELIVERED, Action.REDELIVER): State.PENDING,
    (State.EXHAUSTED, Action.REDELIVER): State.PENDING,
}


class DeliveryNotFound(NotFound):
    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"no delivery {delivery_id}", delivery_id=delivery_id)


@dataclass(frozen=True, slots=True)
class Attempt:
    number: int
    time: datetime
    status: int
    detail: str
    duration_milliseconds: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """*tries* counts attempts of the current run through the schedule, *attempts* all of them."""

    id: str
    workspace_id: str
    endpoint_id: str
    event_id: str
    event_type: str
    create_time: datetime
    next_attempt_time: datetime | None
    state: State = State.PENDING
    tries: int = 0
    attempts: tuple[Attempt, ...] = ()


def after_attempt(
    delivery: Delivery, outcome: Outcome, now: datetime, *, jitter: float
) -> Delivery:
    """*delivery* after an attempt that ended at *now*; *jitter* is in [0, 1)."""
    tries = delivery.tries + 1
    action, due = Action.RETRY, None
    if outcome.is_success:
        action = Action.SUCCEED
    elif outcome.is_gone or tries >= len(SCHEDULE):
        action = Action.GIVE_UP
    else:
        due = now + retry_delay(tries, outcome, jitter=jitter)
    return replace(
        delivery,
        state=advance(TRANSITIONS, delivery.state, action),
        tries=tries,
        next_attempt_time=due,
    )


def redelivered(delivery: Delivery, now: datetime) -> Delivery:
    """*delivery* to be sent again at once, with the whole schedule before it."""
    return replace(
        delivery,
        state=advance(TRANSITIONS, delivery.state, Action.REDELIVER),
        tries=0,
        next_attempt_time=now,
    )


def retry_delay(tries: int, outcome: Outcome, *, jitter: float) -> timedelta:
    """How long to wait after *tries* attempts: the schedule, or later where the receiver asks."""
    wait = timedelta(seconds=SCHEDULE[tries])
    if outcome.status in BUSY and outcome.retry_after is not None:
        asked = min(timedelta(seconds=outcome.retry_after), LONGEST_RETRY_AFTER)
        wait = max(wait, asked)
    return wait * (1 + JITTER * jitter)
