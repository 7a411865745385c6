"""Which events an endpoint takes."""

import pytest

from gateway.domain.patterns import UnknownEventType, check_patterns, wanted

KNOWN = ("session.started", "session.ended", "meeting.created")


@pytest.mark.parametrize(
    ("patterns", "event_type", "expected"),
    [
        ([], "session.started", True),
        (["*"], "session.started", True),
        (["session.*"], "session.started", True),
        (["session.*"], "sessions.started", False),
        (["session.started"], "session.started", True),
        (["session.started"], "session.started_again", False),
        (["meeting.created", "session.*"], "session.ended", True),
        (["meeting.*"], "session.ended", False),
    ],
)
def test_patterns_take_names_areas_or_everything(
    patterns: list[str], event_type: str, expected: bool
) -> None:
    assert wanted(patterns, event_type) is expected


@pytest.mark.parametrize("pattern", ["session.begun", "sess*", "session", "nothing.*", ""])
def test_a_pattern_that_could_never_match_is_refused(pattern: str) -> None:
    with pytest.raises(UnknownEventType, match="event-types"):
        check_patterns(["session.*", pattern], KNOWN)


def test_patterns_that_match_something_are_accepted() -> None:
    check_patterns(["*", "session.*", "meeting.created"], KNOWN)
