"""When an artifact may move, and when a transcript is made, waited for or asked for."""

from datetime import UTC, datetime
from itertools import product

import pytest

from artifacts.domain import (
    ATTEMPTS_BEFORE_DEAD,
    TRANSITIONS,
    Artifact,
    ArtifactAction,
    ArtifactId,
    ArtifactKind,
    ArtifactState,
    Patience,
    SessionRecord,
    Step,
    backoff_seconds,
    next_step,
)
from common.errors import WrongState

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
PATIENCE = Patience(missing=3, flush=60, unheard=5)


def an_artifact(state: ArtifactState) -> Artifact:
    return Artifact(ArtifactId("art_1"), "mtg_1", "ses_1", ArtifactKind.TRANSCRIPT, NOW, state)


def a_session(**changes: object) -> SessionRecord:
    fields: dict[str, object] = {"id": "ses_1", "meeting_id": "mtg_1", "create_time": NOW}
    return SessionRecord(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "action"), list(product(ArtifactState, ArtifactAction)))
def test_every_move_is_in_the_table_or_refused(
    state: ArtifactState, action: ArtifactAction
) -> None:
    if (state, action) in TRANSITIONS:
        assert an_artifact(state).after(action).state is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            an_artifact(state).after(action)


def test_only_work_in_progress_becomes_available() -> None:
    finishing = [state for state, action in TRANSITIONS if action is ArtifactAction.FINISH]
    assert finishing == [ArtifactState.PROCESSING]


def test_what_expired_is_gone_and_what_failed_can_only_be_made_again() -> None:
    moves = {(state, action) for state, action in TRANSITIONS}
    assert not [action for state, action in moves if state is ArtifactState.EXPIRED]
    failed = [action for state, action in moves if state is ArtifactState.FAILED]
    assert failed == [ArtifactAction.RENEW]


@pytest.mark.parametrize(
    ("expected", "transcribed", "have", "waited", "step", "wait"),
    [
        (2, True, 2, 0, Step.MAKE, 0),
        (2, True, 3, 0, Step.MAKE, 0),
        (0, False, 0, 0, Step.MAKE, 0),
        (2, True, 1, 1, Step.WAIT, 2),
        (2, True, 1, 3, Step.ASK, 0),
        (None, True, 9, 10, Step.WAIT, 50),
        (None, True, 9, 60, Step.ASK, 0),
        (None, False, 0, 1, Step.WAIT, 4),
        (None, False, 0, 5, Step.ASK, 0),
    ],
)
def test_a_transcript_waits_for_what_was_counted_and_then_asks(
    expected: int | None, transcribed: bool, have: int, waited: float, step: Step, wait: float
) -> None:
    session = a_session(expected=expected, transcribed=transcribed)
    assert next_step(session, have, waited, PATIENCE) == (step, wait)


def test_the_attempts_outlast_half_an_hour_of_trouble() -> None:
    waits = [backoff_seconds(attempt) for attempt in range(1, ATTEMPTS_BEFORE_DEAD)]
    assert waits[0] < 1
    assert sum(waits) > 1800
