"""The summariser that needs no model: the central sentences, and rules for what was agreed."""

from collections.abc import Sequence
from typing import Final

from minutes.model import Line, Summary
from minutes.quoting.actions import action_items
from minutes.quoting.central import central
from minutes.quoting.decisions import decisions_of
from minutes.quoting.sentences import sentences_of

VERSION: Final = "1"
NOTHING: Final = "Nothing was said that could be transcribed."


class Rules:
    """Quotes, never paraphrases: every line of the text, decision and item cites its segments."""

    def summarise(self, lines: Sequence[Line]) -> Summary:
        sentences = sentences_of(lines)
        chosen = central(sentences)
        cited = dict.fromkeys(id for one in chosen for id in one.segment_ids)
        return Summary(
            text=NOTHING
            if not sentences
            else "\n".join(f"{one.speaker}: {one.text}" for one in chosen),
            segment_ids=tuple(cited),
            decisions=tuple(decisions_of(sentences)),
            action_items=tuple(action_items(sentences)),
            engine="rules",
            model="",
            version=VERSION,
        )
