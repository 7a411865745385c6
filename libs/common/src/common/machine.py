"""State machines as data: one table per machine, and the only way to move through it."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from common.errors import WrongState

S = TypeVar("S", bound=Enum)
A = TypeVar("A", bound=Enum)


def advance(table: Mapping[tuple[S, A], S], state: S, action: A) -> S:
    """The state *action* leads to from *state*; raises ``WrongState`` where the table has none."""
    try:
        return table[state, action]
    except KeyError:
        raise WrongState(
            f"cannot {action.value.lower()} while {state.value}",
            state=state.value,
            action=action.value,
        ) from None
