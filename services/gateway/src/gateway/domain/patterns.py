"""Which event types an endpoint takes: names, `session.*` for an area, `*` or none for all."""

from collections.abc import Collection, Sequence

from common.errors import InvalidInput

EVERYTHING = "*"
WHOLE_AREA = ".*"


class UnknownEventType(InvalidInput):
    def __init__(self, pattern: str) -> None:
        super().__init__(
            f"no event type matches {pattern}; GET /v1/webhooks/event-types lists them, "
            "and an area is written as session.*",
            field="event_types",
        )


def matches(pattern: str, event_type: str) -> bool:
    if pattern.endswith(WHOLE_AREA):
        return event_type.startswith(pattern[:-1])
    return pattern in {EVERYTHING, event_type}


def wanted(patterns: Sequence[str], event_type: str) -> bool:
    """Whether *patterns* take *event_type*; no patterns take everything."""
    return not patterns or any(matches(pattern, event_type) for pattern in patterns)


def check_patterns(patterns: Sequence[str], known: Collection[str]) -> None:
    """Raise ``UnknownEventType`` for a pattern that no *known* type could ever match."""
    for pattern in patterns:
        if not any(matches(pattern, event_type) for event_type in known):
            raise UnknownEventType(pattern)
