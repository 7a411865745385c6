"""Who spoke while somebody else did: stretches of speech against each other, in bounded memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from session.media.records import RATE

# Pauses shorter than this belong to the speech around them.
PAUSE_SAMPLES = RATE // 2
# More stretches than this are settled as soon as nobody can still add to their time.
SETTLE_AT = 64
# More than this are settled in any case: somebody's track has stood still for very long.
MOST_UNSETTLED = 1024

Runs = list[tuple[int, int]]


@dataclass(slots=True)
class Speech:
    """When one participant spoke, as samples of the session's time line.

    *recent* are the stretches that somebody else's speech may still overlap; of earlier ones
    the sums are kept.
    """

    recent: list[list[int]] = field(default_factory=list)
    overlaps: int = 0
    overlap_samples: int = 0
    overlapped_until: int = -PAUSE_SAMPLES

    def add(self, start: int, end: int) -> None:
        """A stretch of speech; short pauses between two are bridged."""
        last = self.recent[-1] if self.recent else None
        if last is not None and start - last[1] < PAUSE_SAMPLES:
            last[1] = max(last[1], end)
        else:
            self.recent.append([start, end])

    def with_runs(self, runs: Runs) -> "Speech":
        """With what overlaps in *runs* added to the sums; the same stretch is counted once."""
        overlaps, samples, until = self.overlaps, self.overlap_samples, self.overlapped_until
        for start, end in runs:
            overlaps += start - until >= PAUSE_SAMPLES
            samples += end - start
            until = end
        return Speech(self.recent, overlaps, samples, until)


def totals(speeches: Mapping[str, Speech]) -> dict[str, Speech]:
    """Everybody's sums with their recent stretches counted in."""
    runs = _runs({name: speech.recent for name, speech in speeches.items()})
    return {name: speech.with_runs(runs.get(name, [])) for name, speech in speeches.items()}


def settle(speeches: Mapping[str, Speech], until: int) -> dict[str, Speech]:
    """The same with everything before sample *until* as sums only."""
    past = {
        name: [[start, min(end, until)] for start, end in speech.recent if start < until]
        for name, speech in speeches.items()
    }
    runs = _runs(past)
    settled = {}
    for name, speech in speeches.items():
        counted = speech.with_runs(runs.get(name, []))
        counted.recent = [[max(start, until), end] for start, end in speech.recent if end > until]
        settled[name] = counted
    return settled


def _runs(stretches: Mapping[str, Iterable[list[int]]]) -> dict[str, Runs]:
    """For each name, where its stretches lie over another's."""
    moves = sorted(
        (place, begins, name)
        for name, found in stretches.items()
        for start, end in found
        for place, begins in ((start, True), (end, False))
    )
    speaking: set[str] = set()
    runs: dict[str, Runs] = {}
    since = 0
    for place, begins, name in moves:
        if len(speaking) > 1 and place > since:
            for one in speaking:
                _extend(runs.setdefault(one, []), since, place)
        since = place
        (speaking.add if begins else speaking.discard)(name)
    return runs


def _extend(runs: Runs, start: int, end: int) -> None:
    if runs and runs[-1][1] == start:
        start = runs.pop()[0]
    runs.append((start, end))
