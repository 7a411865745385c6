"""Joins that began and were over between two looks at a room."""

from collections.abc import Mapping, Sequence

from session.domain.participants import Participant
from session.domain.rooms import Came, Connection, Lost

# More than a room has people; what is beyond is seen only by looking.
MOST_VISITS = 10_000


class Visits:
    """What the media node told of joins, until the roster knows of them."""

    def __init__(self) -> None:
        self._came: list[Connection] = []
        # The epoch of the latest join that was lost, by participant.
        self._lost: dict[str, int] = {}

    def hear(self, hint: Came | Lost) -> None:
        if isinstance(hint, Lost):
            self._lost[hint.participant_id] = hint.epoch
        elif len(self._came) < MOST_VISITS:
            self._came.append(hint.connection)

    def missed(
        self,
        roster: Sequence[Participant],
        connections: Sequence[Connection],
        departed: Mapping[str, int],
    ) -> Sequence[Connection]:
        """What *roster* knows nothing of and a look at *connections* does not show, in order.

        A join that nobody said to be over has begun after the look, and is seen by the next one.
        """
        known: dict[str, Participant] = {one.id: one for one in roster}
        self._came = [one for one in self._came if _is_news(one, known.get(one.participant_id))]
        here = {one.participant_id: one.epoch for one in connections}

        def is_over(join: Connection) -> bool:
            who, now = join.participant_id, here.get(join.participant_id, 0)
            told = max(self._lost.get(who, 0), departed.get(who, 0))
            return now != join.epoch and max(now, told) >= join.epoch

        return [one for one in self._came if one.participant_id in known and is_over(one)]


def _is_news(join: Connection, participant: Participant | None) -> bool:
    """Whether the roster has yet to hear of *join*; who is let in right now is not in it yet."""
    if participant is None:
        return True
    return participant.may_connect and join.epoch > participant.epoch
