"""The summariser that needs no model: the central sentences, and rules for what was agreed."""

from collections.abc import Sequence
from typing import Final

from artifacts.domain import Line, Summary
from artifacts.summaries.central import central
from artifacts.summaries.sentences import sentences_of

VERSION: Final = "1"


class Rules:
    """Quotes, never paraphrases: every line of the text, decision and item cites its segments."""

    def summarise(self, lines: Sequence[Line]) -> Summary:
        sentences = sentences_of(lines)
        chosen = central(sentences)
        cited = dict.fromkeys(id for one in chosen for id in one.segment_ids)
        return Summary(
            text="\n".join(f"{one.speaker}: {one.text}" for one in chosen),
            segment_ids=tuple(cited),
            decisions=(),
            action_items=(),
            engine="rules",
            model="",
            version=VERSION,
        )
