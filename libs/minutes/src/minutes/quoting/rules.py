"""The summariser that needs no model: the central sentences, and rules for what was agreed."""

from collections.abc import Sequence
from typing import Final

from minutes.model import Line, Summary
from minutes.notes import Note, NoteKind, keyed
from minutes.quoting.actions import action_items
from minutes.quoting.central import central
from minutes.quoting.decisions import decisions_of
from minutes.quoting.questions import open_questions
from minutes.quoting.sentences import Sentence, sentences_of

ENGINE: Final = "rules"
VERSION: Final = "2"
NOTHING: Final = "Nothing was said that could be transcribed."


class Rules:
    """Quotes, never paraphrases: every line of the text, decision and item cites its segments."""

    def summarise(self, lines: Sequence[Line]) -> Summary:
        sentences = sentences_of(lines)
        chosen = central(sentences)
        cited = dict.fromkeys(id for one in chosen for id in one.segment_ids)
        return Summary(
            text=NOTHING if not sentences else "\n".join(_quoted(one) for one in chosen),
            segment_ids=tuple(cited),
            decisions=tuple(decisions_of(sentences)),
            action_items=tuple(action_items(sentences)),
            questions=tuple(open_questions(sentences)),
            engine=ENGINE,
            model="",
            version=VERSION,
        )


def quoted_notes(lines: Sequence[Line]) -> list[Note]:
    """The same as notes: an item keeps its key while more is said, as long as it begins there."""
    sentences = sentences_of(lines)
    notes = [
        Note(NoteKind.POINT, _quoted(one), tuple(one.segment_ids)) for one in central(sentences)
    ]
    notes += [
        Note(NoteKind.DECISION, one.text, tuple(one.segment_ids)) for one in decisions_of(sentences)
    ]
    notes += [
        Note(NoteKind.ACTION_ITEM, one.text, tuple(one.segment_ids), one.owner, one.due)
        for one in action_items(sentences)
    ]
    notes += [
        Note(NoteKind.QUESTION, one.text, tuple(one.segment_ids))
        for one in open_questions(sentences)
    ]
    return keyed(notes)


def _quoted(sentence: Sentence) -> str:
    return f"{sentence.speaker}: {sentence.text}"
