"""What an installation can do, and what it would take where it cannot. Pure."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    CONFIGURED = "configured"
    NOT_CONFIGURED = "not_configured"
    MISCONFIGURED = "misconfigured"


@dataclass(frozen=True, slots=True)
class Capability:
    """*detail* says how it is configured, or what to set; it carries no secret."""

    name: str
    standing: Standing
    detail: str


# Looks at how things stand right now; servers may be asked whether they are there.
Look = Callable[[], Awaitable[Sequence[Capability]]]


async def nothing() -> Sequence[Capability]:
    """The look of a service that needs nothing from outside."""
    return ()
