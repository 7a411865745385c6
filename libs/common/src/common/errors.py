"""The failures a caller can act on.

Services raise subclasses of these and never mention a transport. ``common.statuses`` turns a
category into a gRPC status, the gateway turns the status into HTTP; each does it in one table.
"""

import re
from typing import ClassVar


class DomainError(Exception):
    """A failure that is the caller's to handle, so never logged as a crash.

    *field* names the field at fault, if one is; *retry_after* says in seconds when the same
    call may work. Everything else becomes a fact beside the message.
    """

    category: ClassVar[str]

    def __init__(
        self, message: str, *, field: str = "", retry_after: float | None = None, **facts: object
    ) -> None:
        super().__init__(message)
        self.field = field
        self.retry_after = retry_after
        self.facts = {name: str(value) for name, value in facts.items()}

    @property
    def reason(self) -> str:
        """The class's name in UPPER_SNAKE: what a program may compare with."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).upper()


class InvalidInput(DomainError):
    category = "invalid_input"


class Unauthenticated(DomainError):
    category = "unauthenticated"


class Forbidden(DomainError):
    category = "forbidden"


class NotFound(DomainError):
    category = "not_found"


class AlreadyExists(DomainError):
    category = "already_exists"


class WrongState(DomainError):
    """The thing exists but is not in a state that allows this."""

    category = "wrong_state"


class Conflict(DomainError):
    """Somebody else changed it first; reading again and retrying may work."""

    category = "conflict"


class Exhausted(DomainError):
    """A limit is reached; *retry_after* says when to come back."""

    category = "exhausted"


class Unavailable(DomainError):
    """A part that is needed does not answer; the same call may work later."""

    category = "unavailable"


class EtagMismatch(Conflict):
    """The caller's version is not the current one."""


class InvalidPageToken(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "page_token is not one that a list answered; leave it out to begin again",
            field="page_token",
        )
