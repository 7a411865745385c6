"""The roster against the room: what the media node reports, and what that means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from session.domain.participants import Participant, ParticipantState
from session.domain.policies import Policy
from session.domain.prompts import is_voice
from session.domain.rooms import Connection
from session.domain.sessions import Session, SessionAction, SessionState


@dataclass(frozen=True, slots=True)
class Joined:
    participant: Participant
    connection: Connection


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection is gone and nobody said goodbye."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class Left:
    participant: Participant


@dataclass(frozen=True, slots=True)
class MuteChanged:
    participant: Participant
    muted: bool


@dataclass(frozen=True, slots=True)
class VideoChanged:
    """What they send: a camera, a screen, both or nothing."""

    participant: Participant
    connection: Connection


@dataclass(frozen=True, slots=True)
class Intruding:
    """A connection that nobody may have: it is cut."""

    participant_id: str


Move = Joined | Dropped | Left | MuteChanged | VideoChanged | Intruding


def compare(
    roster: Sequence[Participant],
    connections: Sequence[Connection],
    departed: Mapping[str, int],
) -> list[Move]:
    """What happened since *roster* was written.

    *departed* has the epoch of the last join that its participant ended by leaving. A report
    on an older join than the roster knows changes nothing.
    """
    by_id = {one.participant_id: one for one in connections}
    moves: list[Move] = []
    for participant in roster:
        connection = by_id.pop(participant.id, None)
        if connection is None:
            moves.extend(_absent(participant, departed.get(participant.id, 0)))
        else:
            moves.extend(_reported(participant, connection))
    moves.extend(Intruding(stranger) for stranger in by_id)
    return moves


def _absent(participant: Participant, departed_epoch: int) -> Iterable[Move]:
    if not participant.is_present:
        return
    if departed_epoch >= participant.epoch:
        yield Left(participant)
    elif participant.state is ParticipantState.CONNECTED:
        yield Dropped(participant)


def _reported(participant: Participant, connection: Connection) -> Iterable[Move]:
    if not participant.may_connect:
        yield Intruding(participant.id)
    elif connection.epoch > participant.epoch:
        yield Joined(participant, connection)
    elif connection.epoch < participant.epoch:
        return
    elif participant.state is not ParticipantState.CONNECTED:
        yield Joined(participant, connection)
    elif connection.muted is not participant.muted:
        yield MuteChanged(participant, connection.muted)
    elif (connection.camera, connection.screen) != (participant.camera, participant.screen):
        yield VideoChanged(participant, connection)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who counts among those present; the session's own voice is nobody."""

    counted: int
    hosts: int
    others: int

    @classmethod
    def of(cls, roster: Iterable[Participant]) -> "Crowd":
        present = [one for one in roster if one.is_present and not is_voice(one)]
        counted = sum(one.is_counted for one in present)
        return cls(counted, sum(one.is_host for one in present), len(present) - counted)


def consequence(session: Session, crowd: Crowd) -> SessionAction | None:
    """The move that *crowd* asks of *session*, if any."""
    if session.state is SessionState.WAITING and crowd.counted:
        waiting = session.policy.wait_for_host and not crowd.hosts
        return None if waiting else SessionAction.ACTIVATE
    if session.state is SessionState.ACTIVE and not crowd.counted:
        return SessionAction.EMPTY
    if session.state is SessionState.IDLE and crowd.counted:
        return SessionAction.RESUME
    return None


ALL_LEFT = "all_left"
HOST_ABSENT = "host_absent"
SOLO = "solo"


def watched(policy: Policy, session: Session, crowd: Crowd) -> dict[str, timedelta]:
    """The timers that hang on the crowd and must run in this situation, with their lengths."""
    timers = {}
    if session.state is SessionState.IDLE:
        timers[ALL_LEFT] = timedelta(seconds=policy.all_left_seconds)
    if session.state is not SessionState.ACTIVE:
        return timers
    if policy.host_absent_seconds and not crowd.hosts:
        timers[HOST_ABSENT] = timedelta(seconds=policy.host_absent_seconds)
    if policy.solo_seconds and crowd.counted == 1:
        timers[SOLO] = timedelta(seconds=policy.solo_seconds)
    return timers
