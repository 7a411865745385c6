"""A channel that this installation has not got."""

from scheduler.domain.sending import Dispatch, Outcome, Verdict


class Absent:
    """Refuses everything with *why*, which says what to set."""

    def __init__(self, why: str) -> None:
        self._why = why

    async def send(self, dispatch: Dispatch) -> Outcome:
        return Outcome(Verdict.REFUSED, self._why)
