"""When a delivery is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from common.errors import WrongState
from common.exchange import Outcome
from common.machine import advance
from gateway.domain import deliveries
from gateway.domain.deliveries import Action, Delivery, State

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DELAYS = [5, 300, 1800, 7200, 18000, 36000, 36000]
LEGAL = {
    (State.PENDING, Action.SUCCEED): State.DELIVERED,
    (State.PENDING, Action.RETRY): State.PENDING,
    (State.PENDING, Action.GIVE_UP): State.EXHAUSTED,
    (State.PENDING, Action.CANCEL): State.CANCELLED,
    (State.PENDING, Action.REDELIVER): State.PENDING,
    (State.DELIVERED, Action.REDELIVER): State.PENDING,
    (State.EXHAUSTED, Action.REDELIVER): State.PENDING,
}


def a_delivery(**changes: object) -> Delivery:
    fields: dict[str, object] = {
        "id": "del_1",
        "workspace_id": "wsp_1",
        "endpoint_id": "whe_1",
        "event_id": "evt_1",
        "event_type": "session.started",
        "create_time": NOW,
        "next_attempt_time": NOW,
    }
    return Delivery(**(fields | changes))  # type: ignore[arg-type]


def an_outcome(status: int = 500, retry_after: float | None = None) -> Outcome:
    return Outcome(status, "", 12, retry_after)


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_a_move_is_legal_or_refused(state: State, action: Action) -> None:
    if (state, action) in LEGAL:
        assert advance(deliveries.TRANSITIONS, state, action) is LEGAL[state, action]
    else:
        with pytest.raises(WrongState):
            advance(deliveries.TRANSITIONS, state, action)


def test_failures_are_retried_on_schedule_and_the_eighth_is_the_last() -> None:
    delivery, now, waits = a_delivery(), NOW, []
    while delivery.state is State.PENDING:
        delivery = deliveries.after_attempt(delivery, an_outcome(), now, jitter=0)
        if delivery.next_attempt_time is not None:
            waits.append((delivery.next_attempt_time - now).total_seconds())
            now = delivery.next_attempt_time

    assert waits == DELAYS
    assert (delivery.state, delivery.tries) == (State.EXHAUSTED, 8)


@pytest.mark.parametrize("tries", range(1, 8))
def test_jitter_only_ever_waits_longer_and_at_most_a_tenth(tries: int) -> None:
    plain = deliveries.retry_delay(tries, an_outcome(), jitter=0)
    most = deliveries.retry_delay(tries, an_outcome(), jitter=0.999)

    assert plain < most <= plain * 1.1


@pytest.mark.parametrize(
    ("status", "asked", "seconds"),
    [
        (429, 60, 60),
        (503, 60, 60),
        (503, 1, 5),
        (429, 10**6, 36000),
        (500, 60, 5),
        (429, None, 5),
    ],
)
def test_a_busy_receiver_may_ask_for_later_within_ten_hours(
    status: int, asked: float | None, seconds: int
) -> None:
    wait = deliveries.retry_delay(1, an_outcome(status, asked), jitter=0)

    assert wait == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, State.DELIVERED),
        (299, State.DELIVERED),
        (302, State.PENDING),
        (400, State.PENDING),
        (0, State.PENDING),
        (410, State.EXHAUSTED),
    ],
)
def test_only_2xx_delivers_and_410_ends_it(status: int, state: State) -> None:
    after = deliveries.after_attempt(a_delivery(), an_outcome(status), NOW, jitter=0)

    assert after.state is state


def test_redelivering_starts_the_schedule_again() -> None:
    exhausted = a_delivery(state=State.EXHAUSTED, tries=8, next_attempt_time=None)

    again = deliveries.redelivered(exhausted, NOW)

    assert (again.state, again.tries, again.next_attempt_time) == (State.PENDING, 0, NOW)
