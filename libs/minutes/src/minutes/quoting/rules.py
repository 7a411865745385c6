"""The summariser that needs no model: the central sentences, and rules for what was agreed."""

from collections.abc import Sequence
from typing import Final

from minutes.model import ActionItem, Decision, Line, Summary
from minutes.notes import Note, NoteKind, keyed
from minutes.quoting.actions import action_items
from minutes.quoting.acts import NO_ACTS, Acts
from minutes.quoting.central import central
from minutes.quoting.decisions import decisions_of
from minutes.quoting.listening import Ear
from minutes.quoting.questions import open_questions
from minutes.quoting.sentences import Sentence, sentences_of

ENGINE: Final = "rules"
VERSION: Final = "2"
NOTHING: Final = "Nothing was said that could be transcribed."


class Rules:
    """Quotes, never paraphrases: every line of the text, decision and item cites its segments.

    Where *acts* tell what sentences do, more of it is found.
    """

    def __init__(self, acts: Acts = NO_ACTS) -> None:
        self._acts = acts

    def summarise(self, lines: Sequence[Line]) -> Summary:
        sentences = sentences_of(lines)
        chosen = central(sentences)
        cited = dict.fromkeys(id for one in chosen for id in one.segment_ids)
        return Summary(
            text=NOTHING if not sentences else "\n".join(_quoted(one) for one in chosen),
            segment_ids=tuple(cited),
            decisions=tuple(_decisions(sentences, self._acts)),
            action_items=tuple(_items(sentences, self._acts)),
            questions=tuple(open_questions(sentences)),
            engine=ENGINE,
            model=self._acts.engine,
            version=VERSION,
        )


def texts_of(lines: Sequence[Line]) -> list[str]:
    """What acts are told of: each sentence of *lines*."""
    return [one.text for one in sentences_of(lines)]


def quoted_notes(lines: Sequence[Line], acts: Acts = NO_ACTS) -> list[Note]:
    """The same as notes: an item keeps its key while more is said, as long as it begins there."""
    sentences = sentences_of(lines)
    notes = [
        Note(NoteKind.POINT, _quoted(one), tuple(one.segment_ids)) for one in central(sentences)
    ]
    notes += [
        Note(NoteKind.DECISION, one.text, tuple(one.segment_ids))
        for one in _decisions(sentences, acts)
    ]
    notes += [
        Note(NoteKind.ACTION_ITEM, one.text, tuple(one.segment_ids), one.owner, one.due)
        for one in _items(sentences, acts)
    ]
    notes += [
        Note(NoteKind.QUESTION, one.text, tuple(one.segment_ids))
        for one in open_questions(sentences)
    ]
    return keyed(notes)


def _decisions(sentences: Sequence[Sentence], acts: Acts) -> list[Decision]:
    return Ear(sentences, acts).more_decisions(decisions_of(sentences))


def _items(sentences: Sequence[Sentence], acts: Acts) -> list[ActionItem]:
    return Ear(sentences, acts).more_items(action_items(sentences))


def _quoted(sentence: Sentence) -> str:
    return f"{sentence.speaker}: {sentence.text}"
