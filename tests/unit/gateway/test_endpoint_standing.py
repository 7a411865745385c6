"""How endpoints are warned of, switched off, enabled again and signed for."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from common.errors import EtagMismatch
from common.machine import advance
from gateway.domain import endpoints
from gateway.domain.endpoints import Action, Endpoint, State

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def an_endpoint(**changes: object) -> Endpoint:
    fields: dict[str, object] = {
        "id": "whe_1",
        "workspace_id": "wsp_1",
        "url": "https://example.com/hooks",
        "description": "",
        "event_types": (),
        "secret": "whsec_AAAA",
        "create_time": NOW,
    }
    return Endpoint(**(fields | changes))  # type: ignore[arg-type]


def failed(endpoint: Endpoint, times: int, now: datetime = NOW) -> Endpoint:
    for _ in range(times):
        endpoint = endpoints.after_failure(endpoint, now, gone=False)
    return endpoint


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_action_leads_from_every_state_where_it_says(state: State, action: Action) -> None:
    expected = {
        Action.ENABLE: State.ENABLED,
        Action.DISABLE: State.DISABLED,
        Action.SUCCEED: State.DISABLED if state is State.DISABLED else State.ENABLED,
        Action.WARN: State.DISABLED if state is State.DISABLED else State.FAILING,
        Action.GIVE_UP: State.DISABLED,
    }

    assert advance(endpoints.TRANSITIONS, state, action) is expected[action]


def test_the_fifth_failure_in_a_row_warns_and_the_fourth_does_not() -> None:
    assert failed(an_endpoint(), 4).state is State.ENABLED
    assert failed(an_endpoint(), 5).state is State.FAILING


def test_a_success_forgets_the_failures_before_it() -> None:
    after = endpoints.after_success(failed(an_endpoint(), 6))

    assert (after.state, after.failures, after.paused_until) == (State.ENABLED, 0, None)


def test_a_failing_endpoint_is_probed_less_and_less_often_up_to_an_hour() -> None:
    pauses = []
    for times in (5, 6, 7, 400):
        until = failed(an_endpoint(), times).paused_until
        assert until is not None
        pauses.append((until - NOW).total_seconds())

    assert pauses == [30, 60, 120, 3600]


def test_five_days_of_failing_disable_and_a_second_less_does_not() -> None:
    failing = failed(an_endpoint(), 1)

    almost = endpoints.after_failure(failing, NOW + timedelta(days=5, seconds=-1), gone=False)
    over = endpoints.after_failure(failing, NOW + timedelta(days=5), gone=False)

    assert (almost.state, over.state) == (State.ENABLED, State.DISABLED)


def test_an_answer_of_410_disables_at_once() -> None:
    assert endpoints.after_failure(an_endpoint(), NOW, gone=True).state is State.DISABLED


def test_enabling_a_disabled_endpoint_gives_it_a_clean_start() -> None:
    disabled = endpoints.after_failure(failed(an_endpoint(), 9), NOW, gone=True)

    enabled = endpoints.switched(disabled, Action.ENABLE)

    assert (enabled.state, enabled.failures, enabled.failing_since) == (State.ENABLED, 0, None)


def test_both_secrets_sign_for_a_day_after_a_rotation_and_then_only_the_new_one() -> None:
    rotated = endpoints.rotated(an_endpoint(secret="old"), "new", NOW)

    assert rotated.secrets(NOW + timedelta(hours=24, seconds=-1)) == ("new", "old")
    assert rotated.secrets(NOW + timedelta(hours=24)) == ("new",)


def test_a_stale_etag_is_refused_and_no_etag_is_not_asked_for() -> None:
    endpoint = an_endpoint(version=2)

    endpoints.check_etag(endpoint, "")
    endpoints.check_etag(endpoint, "v2")
    with pytest.raises(EtagMismatch):
        endpoints.check_etag(endpoint, "1")
