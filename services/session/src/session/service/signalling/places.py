"""A place: one person's stay in a room, with their media and the line to their page."""

import asyncio
from dataclasses import dataclass, field

from convene.session.v1.signal_pb2 import SignalResponse
from session.domain.participants import HOSTS, Participant, Role
from session.domain.prompts import Prompt
from session.domain.rooms import Candidate, Offered, Seat, Talked
from session.media import Peer
from session.service.signalling.encoding import event_to
from session.service.signalling.lines import Line


@dataclass(eq=False)
class Place:
    """*since* is the join that the stay began as, *epoch* the one that it is now."""

    participant_id: str
    name: str
    role: Role
    node: str
    since: int
    epoch: int
    # Whether they may be heard and seen.
    publishes: bool = True
    # Whether they agreed to being recorded and transcribed.
    consented: bool = False
    # The media that is kept quiet until they do.
    hushed: Peer | None = None
    # Missing while the connection is lost, and may come back.
    line: Line | None = None
    peer: Peer | None = None
    # The media is to be connected again as soon as the room is there.
    wanting: bool = False
    # The last prompt that its page was told.
    prompt_position: int = 0
    # What the page has still to answer.
    offer: Offered | None = None
    following: "asyncio.Task[None] | None" = None
    grace: "asyncio.Task[None] | None" = field(default=None)

    @property
    def seat(self) -> Seat:
        return Seat(self.participant_id, self.epoch, self.name, self.publishes)

    @property
    def is_host(self) -> bool:
        return self.role in HOSTS

    def tell(self, response: SignalResponse) -> None:
        if self.line is not None:
            self.line.tell(response)

    def pass_on(self, event: Offered | Candidate | Talked) -> None:
        """Tell the page what happened to its media."""
        if isinstance(event, Offered):
            self.offer = event
        self.tell(event_to(event))

    def sees(self, participant: Participant) -> bool:
        """Whether the page shows *participant* or, where it did, that they are gone."""
        return self.is_host or bool(participant.presences)

    def hears(self, prompt: Prompt) -> bool:
        if prompt.from_participant_id == self.participant_id:
            return True
        mine = prompt.to_participant_id in {"", self.participant_id}
        return mine and prompt.to_role in {None, self.role}
