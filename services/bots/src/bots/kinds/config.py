"""How a kind's configuration is checked: one table of checks, unknown fields refused."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bots.domain.kind import InvalidConfig

# Says what is wrong with a value, or nothing.
Check = Callable[[Any], str | None]


def checked(
    config: Mapping[str, Any], checks: Mapping[str, Check], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    """*config* with *defaults* filled in; raises ``InvalidConfig`` naming the first bad field."""
    for name, value in config.items():
        if name not in checks:
            known = ", ".join(sorted(checks)) or "none"
            raise InvalidConfig(name, f"is not known; this kind takes {known}")
        if complaint := checks[name](value):
            raise InvalidConfig(name, complaint)
    return {**defaults, **config}


def checked_reader(
    config: Mapping[str, Any], checks: Mapping[str, Check], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The same for a kind that reads, with what every such kind takes."""
    return checked(config, {**READS, **checks}, {"from_start": False, **defaults})


def flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "takes true or false"


# Whether a bot that comes late first reads what is kept of what was said before.
READS: Final[Mapping[str, Check]] = {"from_start": flag}
