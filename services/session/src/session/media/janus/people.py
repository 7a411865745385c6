"""Who publishes what in a Janus room, as its events tell it, and who is talking."""

from collections.abc import Callable, Iterable, Set

from session.media.janus.ledger import Publication, publication_of
from session.media.janus.refusals import Json
from session.media.janus.talking import Talkers, Tell

# A publisher and its mid.
Track = tuple[str, str]


class People:
    """One room's publications. *changed* is called at every change, *gone* before it."""

    def __init__(
        self,
        changed: Callable[[], None],
        gone: Callable[[str], None],
        talked: Tell,
        is_quiet: Callable[[str], bool],
    ) -> None:
        self.publications: dict[str, Publication] = {}
        self.talkers = Talkers(talked)
        # How many were taken.
        self.events = 0
        self._changed = changed
        self._gone = gone
        self._is_quiet = is_quiet

    def begin(self, publications: Iterable[Publication]) -> None:
        """Take what is so now in place of everything known."""
        self.publications = {one.participant_id: one for one in publications}
        self._changed()

    def tracks_for(self, participant_id: str) -> Set[Track]:
        """What a participant may receive: everybody's but their own."""
        return {
            (one.participant_id, mid)
            for one in self.publications.values()
            if one.participant_id != participant_id
            for mid in one.streams
        }

    def take(self, told: Json) -> None:
        """One event of the VideoRoom; some come twice."""
        match told.get("videoroom"):
            case "talking":
                if not self._is_quiet(str(told["id"])):
                    self.talkers.began(str(told["id"]))
            case "stopped-talking":
                self.talkers.paused(str(told["id"]))
            case "event":
                self._take_event(told)

    def keep(self, present: Set[str]) -> None:
        """Whoever is not *present* publishes nothing, whatever the events said."""
        for participant_id in self.publications.keys() - present:
            self._end(participant_id)

    def _take_event(self, told: Json) -> None:
        self.events += 1
        for one in told.get("publishers", ()):
            publication = publication_of(one)
            self.publications[publication.participant_id] = publication
            self._changed()
        if "moderation" in told:
            self._moderated(str(told["id"]), str(told["mid"]), told["moderation"] == "muted")
        for end in ("unpublished", "leaving", "kicked"):
            if end in told:
                self._end(str(told[end]))

    def _moderated(self, participant_id: str, mid: str, muted: bool) -> None:
        publication = self.publications.get(participant_id)
        if publication is not None and mid in publication.streams:
            publication.streams[mid].moderated = muted
            self._changed()

    def _end(self, participant_id: str) -> None:
        self.talkers.silenced(participant_id)
        if self.publications.pop(participant_id, None) is not None:
            self._gone(participant_id)
            self._changed()
