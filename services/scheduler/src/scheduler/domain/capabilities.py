"""What this installation can do, and what it would take where it cannot. Pure."""

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
