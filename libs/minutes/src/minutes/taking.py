"""Notes by rules while people talk: the last stretch is read anew, what is before it stands."""

from collections.abc import Sequence
from typing import Final

from minutes.model import Line
from minutes.notes import Note, added, bounded
from minutes.quoting.acts import NO_ACTS, Acts
from minutes.quoting.rules import quoted_notes
from minutes.scribe import EARLIER

# Some twelve minutes: a promise may be taken up, moved or dated for so long. 0.2 s of one core.
WINDOW: Final = 200
# Those at its very beginning have lost what came before them.
EDGE: Final = 4


def retaken(notes: Sequence[Note], heard: Sequence[Line], acts: Acts = NO_ACTS) -> list[Note]:
    """*notes* as the rules have them after all of *heard*."""
    window = heard[-WINDOW:]
    whole = len(window) == len(heard)
    near = {line.segment_id for line in window[0 if whole else EDGE :]}
    standing = [one for one in notes if not near.issuperset(one.segment_ids)]
    found = [one for one in quoted_notes(window, acts) if near.issuperset(one.segment_ids)]
    return bounded(added(standing, found))


def stop_gap(
    notes: Sequence[Note], heard: Sequence[Line], fresh: int, acts: Acts = NO_ACTS
) -> list[Note]:
    """*notes* and what the rules find in the last *fresh* lines, while no model can be asked."""
    new = {line.segment_id for line in heard[len(heard) - fresh :]}
    found = quoted_notes(heard[-(fresh + EARLIER) :], acts)
    return bounded(added(notes, [one for one in found if not new.isdisjoint(one.segment_ids)]))
