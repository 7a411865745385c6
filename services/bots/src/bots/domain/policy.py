"""A policy: rules of a workspace about what is said and done in its meetings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NewType

from common.errors import EtagMismatch, Exhausted, InvalidInput, NotFound

PolicyId = NewType("PolicyId", str)


class PolicyState(Enum):
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """The meetings that a policy comes to by itself: all of them, or those with one of *tags*."""

    all: bool = False
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """*rules* are JSON and have passed their checks; *version* counts what became of it."""

    id: PolicyId
    name: str
    description: str
    state: PolicyState
    rules: Sequence[Mapping[str, Any]]
    applies_to: AppliesTo
    create_time: datetime
    update_time: datetime
    version: int = 1

    @property
    def etag(self) -> str:
        return f"v{self.version}"

    @property
    def comes_by_itself(self) -> bool:
        return self.is_enabled and (self.applies_to.all or bool(self.applies_to.tags))

    @property
    def is_enabled(self) -> bool:
        return self.state is PolicyState.ENABLED

    def check_etag(self, etag: str) -> None:
        """Raise ``EtagMismatch`` when the caller read another version; an empty one is no claim."""
        if etag and etag != self.etag:
            raise EtagMismatch(
                "the policy has changed since you read it; read it again", current=self.etag
            )

    def as_config(self) -> Mapping[str, Any]:
        """What a bot has to know of it, as JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "version": self.version,
            "rules": list(self.rules),
        }


class PolicyNotFound(NotFound):
    def __init__(self, policy_id: str) -> None:
        super().__init__(f"no policy {policy_id}", field="policy_id", policy_id=policy_id)


class TooManyPolicies(Exhausted):
    def __init__(self, most: int) -> None:
        super().__init__(f"a workspace keeps {most} policies; delete one first", most=most)


class TooManyComing(Exhausted):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} policies of this workspace come to meetings by themselves; "
            "disable one first, or leave applies_to out and name it in a bot's policy_ids",
            field="applies_to",
            most=most,
        )


class InvalidRule(InvalidInput):
    """*field* is the path to what is wrong, such as ``rules[0].when.phrases``."""

    def __init__(self, field: str, complaint: str) -> None:
        super().__init__(f"{field} {complaint}", field=field)


class NothingToRun(InvalidInput):
    def __init__(self) -> None:
        super().__init__("rules is empty; give the rules to try", field="rules")


class NothingKept(NotFound):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(
            f"no transcript is kept of meeting {meeting_id}; bring a transcriber next time",
            field="meeting_id",
            meeting_id=meeting_id,
        )
