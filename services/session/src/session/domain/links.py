"""Join links that are made one by one: whom they let in, and when no more."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from common.errors import Forbidden, InvalidInput, NotFound, WrongState
from session.domain.participants import ParticipantKind, Role

LinkId = NewType("LinkId", str)

LINKABLE = frozenset({ParticipantKind.PERSON, ParticipantKind.BOT, ParticipantKind.OBSERVER})


class JoinLinkNotFound(NotFound):
    def __init__(self, link_id: str) -> None:
        super().__init__(
            f"the meeting has no join link {link_id}; list its join links", join_link_id=link_id
        )


class UnfitLinkKind(InvalidInput):
    def __init__(self) -> None:
        super().__init__("a join link is for a PERSON, a BOT or an OBSERVER", field="kind")


class JoinLinkRevoked(Forbidden):
    def __init__(self) -> None:
        super().__init__("this join link was revoked; ask the host for a new one")


class JoinLinkExpired(Forbidden):
    def __init__(self) -> None:
        super().__init__("this join link has expired; ask the host for a new one")


class JoinLinkUsed(Forbidden):
    def __init__(self) -> None:
        super().__init__("this join link works once and was used; ask the host for a new one")


class SessionLocked(WrongState):
    def __init__(self) -> None:
        super().__init__("the session is locked; ask the host to let newcomers in")


class ParticipantBanned(Forbidden):
    def __init__(self) -> None:
        super().__init__("the host removed you from this session for good")


class ParticipantTurnedAway(Forbidden):
    def __init__(self) -> None:
        super().__init__("the host did not let you into this session")


class MeetingNotStarted(WrongState):
    """Nobody can join yet; *retry_after* says when to try again."""


class SessionNotOpen(WrongState):
    def __init__(self) -> None:
        super().__init__("the session is being set up; try again in a moment", retry_after=1)


class SessionOver(WrongState):
    def __init__(self) -> None:
        super().__init__("the session is ending and lets nobody in", retry_after=5)


@dataclass(frozen=True, slots=True)
class JoinLink:
    id: LinkId
    meeting_id: str
    kind: ParticipantKind
    role: Role
    name: str
    single_use: bool
    expire_time: datetime | None
    revoked: bool = False
    uses: int = 0
    # Of an invitation's own: its role is not what the link says any more.
    recast: bool = False

    def check_usable(self, now: datetime) -> None:
        """Raise what keeps this link from letting anybody in at *now*, used or not."""
        if self.revoked:
            raise JoinLinkRevoked
        if self.expire_time is not None and self.expire_time <= now:
            raise JoinLinkExpired

    def check_unused(self) -> None:
        """Raise ``JoinLinkUsed`` where it works once and did."""
        if self.single_use and self.uses:
            raise JoinLinkUsed
