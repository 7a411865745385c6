"""The audience of a session: the pages that are connected to its owner, and what they are told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from common.errors import Unavailable
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.signal_pb2 import (
    CommandSettled,
    EndingSoon,
    ParticipantChanged,
    SessionChanged,
    SignalResponse,
)
from session.domain.commands import Command
from session.domain.participants import Participant, ParticipantState
from session.domain.prompts import Prompt as Said
from session.domain.sessions import Session
from session.service.charge import Charge
from session.service.signalling.arrivals import Arrivals
from session.service.signalling.consenting import Consenting
from session.service.signalling.encoding import end_text_of
from session.service.signalling.lines import Line
from session.service.signalling.places import Place
from session.service.signalling.seating import Seating
from session.service.wire import command_to, participant_to, prompt_to, session_to
from session.store import SessionTransaction

# The lines of the chat that a page is shown when it comes.
PROMPTS_SHOWN = 50
# What it is told in one go; it has to read that before there is more.
PROMPTS_AT_ONCE = 100
GOODBYES = {
    ParticipantState.REMOVED: ("REMOVED", "The host removed you from the meeting."),
    ParticipantState.DENIED: ("DENIED", "The host did not let you in."),
}
NO_MEDIA = (
    "NO_MEDIA",
    "Your sound and video could not be connected. Check that your network lets this page use UDP, "
    "then join again.",
)
NOT_ADMITTED = ("NOT_ADMITTED", "Nobody let you in. Ask a host of the meeting, then try again.")
BANNED = ("BANNED", "The host removed you from the meeting for good.")


class SessionMoved(Unavailable):
    """Another replica speaks for the session from now on."""

    def __init__(self) -> None:
        super().__init__("the session is taken over; connect again", retry_after=1)


def goodbye_to(participant: Participant) -> tuple[str, str] | None:
    """What somebody is told who may not be in the session, or nothing."""
    return BANNED if participant.banned else GOODBYES.get(participant.state)


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody who waits to be let in; *look* has their visit see whether they are."""

    line: Line
    look: Callable[[], None]


@dataclass(frozen=True, slots=True)
class News:
    """What was said and settled since the audience was told."""

    prompts: Sequence[tuple[int, Said]] = ()
    settled: Sequence[Command] = ()


class Audience:
    """Lives while this replica owns the session; *wake* has its owner look at once."""

    def __init__(self, charge: Charge, wake: Callable[[], None]) -> None:
        self.charge = charge
        self.wake = wake
        self.seating = Seating(charge, wake)
        self.knocking: dict[str, Knock] = {}
        self._arrivals = Arrivals(charge)
        self._consenting = Consenting(charge, self.seating)
        self.session: Session | None = None
        self.known: dict[str, Participant] = {}
        # Who waits for what becomes of a command, by its id.
        self._awaited: dict[str, Place] = {}
        self._told: pb.Session | None = None

    @property
    def is_listening(self) -> bool:
        return bool(self.seating.places or self.knocking)

    async def news(self, tx: SessionTransaction) -> News:
        """What the audience has still to be told, besides what the rows of its session say."""
        places = self.seating.places.values()
        if not places:
            return News()
        since = min(place.prompt_position for place in places)
        said = await tx.next_prompts(self.charge.session_id, since, PROMPTS_AT_ONCE)
        if len(said) == PROMPTS_AT_ONCE:
            self.wake()
        settled = await tx.settled_commands(list(self._awaited)) if self._awaited else ()
        return News(said, settled)

    def show(
        self, session: Session, roster: Sequence[Participant], news: News, now: datetime
    ) -> None:
        """Tell everybody what changed since they were told."""
        self.session = session
        if not session.is_live:
            self._end(session)
            return
        self._show_participants(roster, now)
        for participant_id in [*self.seating.places, *self.knocking]:
            if participant_id in self.known:
                self._see_off(self.known[participant_id])
        self._show_session(session)
        for place in self.seating.places.values():
            self._show_prompts(place, news.prompts)
        for command in news.settled:
            told = CommandSettled(command=command_to(command))
            self._awaited.pop(command.id).tell(SignalResponse(command=told))

    def mend(self) -> None:
        """The room is there: whoever lost their media gets it back."""
        if self.session is not None:
            self.seating.mend(self.session, self.known)

    async def watch(self, session: Session, roster: Sequence[Participant], now: datetime) -> None:
        """Whoever's page is there may take longer to come in, and agrees to what is kept."""
        await self._consenting.keep(session, now)
        seated = {one.participant_id for one in self.seating.places.values() if one.line}
        await self._arrivals.keep(seated | self.knocking.keys(), roster, now)

    def warn(self, remaining_seconds: int) -> None:
        """A timed end is near."""
        soon = EndingSoon(remaining_seconds=remaining_seconds)
        for place in self.seating.places.values():
            place.tell(SignalResponse(ending_soon=soon))

    def expect(self, command_id: str, place: Place) -> None:
        """Tell *place* when the command is settled."""
        self._awaited[command_id] = place

    def close(self) -> None:
        """This replica speaks for the session no more: everybody asks another one."""
        for line in self._lines():
            line.break_off(SessionMoved())
        self._forget()

    def _show_participants(self, roster: Sequence[Participant], now: datetime) -> None:
        for participant in roster:
            was = self.known.get(participant.id)
            if was == participant:
                continue
            self.known[participant.id] = participant
            if was is not None and participant.state is ParticipantState.ABORTED:
                self._give_up(participant.id)
            shown = ParticipantChanged(participant=participant_to(participant, now))
            for place in self.seating.places.values():
                if place.sees(participant):
                    place.tell(SignalResponse(participant=shown))

    def _give_up(self, participant_id: str) -> None:
        """They took too long: say what to do, where their page still is."""
        if place := self.seating.places.get(participant_id):
            self.seating.drop(place, *NO_MEDIA)
        if knock := self.knocking.pop(participant_id, None):
            knock.line.part(*NOT_ADMITTED)

    def _see_off(self, participant: Participant) -> None:
        """Say goodbye to somebody who may not stay; have somebody let in who knocked."""
        goodbye = goodbye_to(participant)
        place = self.seating.places.get(participant.id)
        if place is not None and goodbye is not None:
            self.seating.drop(place, *goodbye)
        knock = self.knocking.get(participant.id)
        if knock is not None and goodbye is not None:
            del self.knocking[participant.id]
            knock.line.part(*goodbye)
        elif knock is not None and participant.state is not ParticipantState.KNOCKING:
            del self.knocking[participant.id]
            knock.look()

    def _show_session(self, session: Session) -> None:
        shown = session_to(session)
        if shown == self._told:
            return
        self._told = shown
        for place in self.seating.places.values():
            place.tell(SignalResponse(session=SessionChanged(session=shown)))

    def _show_prompts(self, place: Place, prompts: Sequence[tuple[int, Said]]) -> None:
        for position, prompt in prompts:
            if position <= place.prompt_position:
                continue
            place.prompt_position = position
            if place.hears(prompt):
                place.tell(SignalResponse(prompt=prompt_to(prompt)))

    def _end(self, session: Session) -> None:
        for line in self._lines():
            line.part("ENDED", end_text_of(session))
        self._forget()

    def _lines(self) -> list[Line]:
        seated = [one.line for one in self.seating.places.values() if one.line is not None]
        return [*seated, *(knock.line for knock in self.knocking.values())]

    def _forget(self) -> None:
        self.knocking.clear()
        self._awaited.clear()
        self.seating.end()


class Audiences:
    """The audiences of the sessions that this replica owns."""

    def __init__(self) -> None:
        self._open: dict[str, Audience] = {}

    def open(self, charge: Charge, wake: Callable[[], None]) -> Audience:
        """Let pages in; a session that was owned here before has a new one."""
        audience = self._open[charge.session_id] = Audience(charge, wake)
        return audience

    def close(self, audience: Audience) -> None:
        """Send everybody elsewhere."""
        session_id = audience.charge.session_id
        if self._open.get(session_id) is audience:
            del self._open[session_id]
        audience.close()

    def find(self, session_id: str) -> Audience | None:
        return self._open.get(session_id)
