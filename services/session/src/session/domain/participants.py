"""A participant: who is in a session, and each stretch of their presence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from common.errors import Exhausted, NotFound
from common.machine import advance
from session.domain.policies import Policy
from session.domain.sessions import SessionId

ParticipantId = NewType("ParticipantId", str)


class Role(Enum):
    HOST = "HOST"
    CO_HOST = "CO_HOST"
    PARTICIPANT = "PARTICIPANT"
    OBSERVER = "OBSERVER"


class ParticipantKind(Enum):
    PERSON = "PERSON"
    PHONE = "PHONE"
    BOT = "BOT"
    RECORDER = "RECORDER"
    OBSERVER = "OBSERVER"


class ParticipantState(Enum):
    KNOCKING = "KNOCKING"
    ADMITTED = "ADMITTED"
    DENIED = "DENIED"
    JOINING = "JOINING"
    CONNECTED = "CONNECTED"
    RECONNECTING = "RECONNECTING"
    LEFT = "LEFT"
    REMOVED = "REMOVED"
    ABORTED = "ABORTED"


class ParticipantAction(Enum):
    ADMIT = "ADMIT"
    DENY = "DENY"
    # Came where a host decides who comes in.
    KNOCK = "KNOCK"
    # A join link was exchanged: a token is out, the connection is still to come.
    JOIN = "JOIN"
    CONNECT = "CONNECT"
    DROP = "DROP"
    LEAVE = "LEAVE"
    REMOVE = "REMOVE"
    ABORT = "ABORT"


_S = ParticipantState
_A = ParticipantAction

TRANSITIONS = {
    (_S.KNOCKING, _A.ADMIT): _S.ADMITTED,
    (_S.KNOCKING, _A.DENY): _S.DENIED,
    # A host thinks better of it before they have come.
    (_S.ADMITTED, _A.DENY): _S.DENIED,
    (_S.ADMITTED, _A.JOIN): _S.JOINING,
    # Whoever knocks and goes away is knocking no more; they may knock again.
    (_S.KNOCKING, _A.ABORT): _S.ABORTED,
    (_S.ADMITTED, _A.ABORT): _S.ABORTED,
    (_S.KNOCKING, _A.KNOCK): _S.KNOCKING,
    (_S.ABORTED, _A.KNOCK): _S.KNOCKING,
    (_S.REMOVED, _A.KNOCK): _S.KNOCKING,
    (_S.JOINING, _A.CONNECT): _S.CONNECTED,
    (_S.JOINING, _A.ABORT): _S.ABORTED,
    (_S.CONNECTED, _A.DROP): _S.RECONNECTING,
    (_S.CONNECTED, _A.LEAVE): _S.LEFT,
    # A newer join of the same participant takes the older one's place.
    (_S.CONNECTED, _A.CONNECT): _S.CONNECTED,
    (_S.RECONNECTING, _A.CONNECT): _S.CONNECTED,
    (_S.RECONNECTING, _A.LEAVE): _S.LEFT,
    (_S.LEFT, _A.CONNECT): _S.CONNECTED,
    # Coming again by the same link: the state follows the connection, not the token.
    (_S.JOINING, _A.JOIN): _S.JOINING,
    (_S.CONNECTED, _A.JOIN): _S.CONNECTED,
    (_S.RECONNECTING, _A.JOIN): _S.RECONNECTING,
    (_S.LEFT, _A.JOIN): _S.LEFT,
    (_S.ABORTED, _A.JOIN): _S.JOINING,
    (_S.REMOVED, _A.JOIN): _S.JOINING,
    (_S.JOINING, _A.REMOVE): _S.REMOVED,
    (_S.CONNECTED, _A.REMOVE): _S.REMOVED,
    (_S.RECONNECTING, _A.REMOVE): _S.REMOVED,
}

# Whom a host has still to let in.
OUTSIDE = frozenset({ParticipantState.KNOCKING, ParticipantState.ADMITTED})
# They take up no place, but a host's list of them has an end.
MOST_KNOCKING = 200
# How soon it is worth asking again for a place.
FULL_RETRY_SECONDS = 15
COUNTED = frozenset({ParticipantKind.PERSON, ParticipantKind.PHONE})
# A lost connection may come back: until the grace is over, its person is still here.
PRESENT = frozenset({ParticipantState.CONNECTED, ParticipantState.RECONNECTING})
# Who takes one of the places that a session has.
SEATED = PRESENT | {ParticipantState.JOINING}
# Whoever is there, on their way, or went before they were in.
COMES_BACK = SEATED | OUTSIDE | {ParticipantState.ABORTED}
CONNECTABLE = frozenset(state for state, action in TRANSITIONS if action is _A.CONNECT)
MAY_KNOCK = frozenset(state for state, action in TRANSITIONS if action is _A.KNOCK)
HOSTS = frozenset({Role.HOST, Role.CO_HOST})


class SessionFull(Exhausted):
    def __init__(self, places: int) -> None:
        super().__init__(
            f"the session has {places} places and all are taken; try again when somebody has left",
            retry_after=FULL_RETRY_SECONDS,
            places=places,
        )


class LobbyFull(Exhausted):
    def __init__(self) -> None:
        super().__init__(
            f"{MOST_KNOCKING} people wait to be let in already; try again later",
            retry_after=FULL_RETRY_SECONDS,
        )


class ParticipantNotFound(NotFound):
    def __init__(self, participant_id: str) -> None:
        super().__init__(
            f"the session has no participant {participant_id}; list its participants",
            participant_id=participant_id,
        )


@dataclass(frozen=True, slots=True)
class Presence:
    """One stretch of presence; *left* is ``None`` while it lasts."""

    epoch: int
    joined: datetime
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """*epoch* counts the joins; *link_id* is empty when a meeting's own link was used."""

    id: ParticipantId
    session_id: SessionId
    name: str
    role: Role
    kind: ParticipantKind
    link_id: str = ""
    state: ParticipantState = ParticipantState.JOINING
    epoch: int = 0
    muted: bool = False
    # What they send, seen or not, and how long their camera was on.
    camera: bool = False
    screen: bool = False
    camera_since: datetime | None = None
    camera_seconds: float = 0.0
    # A moderator or a hold keeps their video from being seen; a release ends a hold's.
    video_paused: bool = False
    video_held: bool = False
    banned: bool = False
    # What their browser is known again by; empty when it says nothing.
    device: str = ""
    # When they agreed to being recorded or transcribed.
    consent_time: datetime | None = None
    presences: tuple[Presence, ...] = ()
    speaking_seconds: float = 0.0
    # How long their media is; more than the clock says where a script was accelerated.
    media_seconds: float = 0.0
    # The place in the session's list of participants; given by the store.
    position: int = 0

    @property
    def is_counted(self) -> bool:
        return self.kind in COUNTED

    @property
    def is_present(self) -> bool:
        return self.state in PRESENT

    @property
    def takes_place(self) -> bool:
        return self.is_counted and self.state in SEATED

    @property
    def is_host(self) -> bool:
        return self.is_counted and self.role in HOSTS

    @property
    def may_publish(self) -> bool:
        return self.is_counted and self.role is not Role.OBSERVER

    @property
    def may_connect(self) -> bool:
        return self.state in CONNECTABLE and not self.banned

    def present_seconds(self, now: datetime) -> float:
        """By the clock, or as long as their media where that is longer."""
        clock = sum(((one.left or now) - one.joined).total_seconds() for one in self.presences)
        return max(clock, self.media_seconds)

    def moved(self, action: ParticipantAction) -> "Participant":
        return replace(self, state=advance(TRANSITIONS, self.state, action))

    def connected(self, epoch: int, muted: bool, now: datetime) -> "Participant":
        before = _closed(self.presences, now)
        return replace(
            self.moved(ParticipantAction.CONNECT),
            epoch=epoch,
            muted=muted,
            presences=(*before, Presence(epoch, now)),
        )

    def gone(self, action: ParticipantAction, now: datetime) -> "Participant":
        """After DROP, LEAVE or REMOVE: the stretch of presence is over."""
        after = self.moved(action).sending(camera=False, screen=False, now=now)
        return replace(after, presences=_closed(self.presences, now))

    def sending(self, *, camera: bool, screen: bool, now: datetime) -> "Participant":
        """Their camera and screen as they are from *now* on."""
        since = (self.camera_since or now) if camera else None
        seconds = self.camera_seconds if camera else self.camera_on_seconds(now)
        return replace(
            self, camera=camera, screen=screen, camera_since=since, camera_seconds=seconds
        )

    def camera_on_seconds(self, now: datetime) -> float:
        """How long their camera has been on, until *now*."""
        running = now - self.camera_since if self.camera_since else timedelta()
        return self.camera_seconds + running.total_seconds()

    def with_video(self, *, paused: bool, held: bool = False) -> "Participant":
        """Their video paused or seen again; *held* when a hold did it."""
        return replace(self, video_paused=paused, video_held=paused and held)

    def may_come_back(self, now: datetime, grace: timedelta) -> bool:
        """Whether a page of theirs that was loaded again goes on as them, not as a newcomer."""
        if self.state is ParticipantState.LEFT:
            return any(one.left and now - one.left <= grace for one in self.presences[-1:])
        return self.state in COMES_BACK

    def removed(self, ban: bool, now: datetime) -> "Participant":
        return replace(self.gone(ParticipantAction.REMOVE, now), banned=ban)

    def turned_away(self, ban: bool) -> "Participant":
        return replace(self.moved(ParticipantAction.DENY), banned=ban)


def check_room(policy: Policy, others: Iterable[Participant]) -> None:
    """Raise ``SessionFull`` where *others* leave no place for one more."""
    if sum(one.takes_place for one in others) >= policy.places:
        raise SessionFull(policy.places)


def check_lobby(others: Iterable[Participant]) -> None:
    """Raise ``LobbyFull`` where *others* are as many as may wait to be let in."""
    if sum(one.state in OUTSIDE for one in others) >= MOST_KNOCKING:
        raise LobbyFull


def has_to_knock(policy: Policy, participant: Participant) -> bool:
    """Whether a host has to let *participant* in each time they come anew."""
    is_newcomer = not participant.presences or participant.state is ParticipantState.REMOVED
    person = participant.is_counted and participant.role not in HOSTS
    return policy.lobby and person and is_newcomer


def _closed(presences: tuple[Presence, ...], now: datetime) -> tuple[Presence, ...]:
    return tuple(one if one.left else replace(one, left=now) for one in presences)
