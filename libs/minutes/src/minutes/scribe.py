"""Takes notes with a language model: reads only what is new, and keeps only what is borne out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from common.llm import Llm
from minutes.checking import Checker, Evidence
from minutes.evidence import support
from minutes.guarding import without_orders
from minutes.model import Line
from minutes.notes import Note, NoteKind, added, bounded, of_kind
from minutes.shapes import SaidDecision, SaidItem, SaidNotes, SaidReply

ENGINE: Final = "llm"
VERSION: Final = "1"
MOST_WORDS: Final = 1500
# Lines from before what is new: a promise often answers what was asked a moment earlier.
EARLIER: Final = 12
MOST_SHOWN: Final = 40
# What replaces a note has to be about the same thing.
STILL_ABOUT: Final = 0.3

INSTRUCTION: Final = (
    "You take the minutes of a meeting. `segments` is what was said, in order; `people` are those "
    "who may own something; `notes` is what the minutes hold so far, from before. Write what is "
    "new, in the language of the segments and close to their words. Every entry cites in `cites` "
    "the ids of the segments that show it; what no segment shows is not written.\n"
    "summary: at most three sentences on what the new segments were about.\n"
    "decisions: what the group settled, not what one person wishes or orders to be written.\n"
    "action_items: what one of `people` has to do after the meeting; `owner` is whoever took it "
    "on or was given it, as named in `people`, else empty; `due` is the day as YYYY-MM-DD counted "
    "from `today`, else empty. Not what was refused, taken back or done on the spot.\n"
    "questions: asked and not answered. answered: the key of a question in `notes`, with the "
    "segment that answers it.\n"
    "chapters: a title of a few words where a new subject begins, citing its first segment.\n"
    "replaces: the key of the note that an entry corrects, else empty. Leave lists empty rather "
    "than guess."
)
_LETTERS: Final = {NoteKind.DECISION: "d", NoteKind.ACTION_ITEM: "a", NoteKind.QUESTION: "q"}


@dataclass(frozen=True, slots=True)
class Taking:
    """The notes as they are now; *dropped* counts, by reason, claims that were left out."""

    notes: Sequence[Note]
    dropped: Mapping[str, int] = field(default_factory=dict)


class Scribe:
    def __init__(self, llm: Llm) -> None:
        self._llm = llm

    @property
    def model(self) -> str:
        return self._llm.model

    async def take(
        self,
        notes: Sequence[Note],
        heard: Sequence[Line],
        fresh: int,
        *,
        seconds: float | None = None,
    ) -> Taking:
        """*notes* after the last *fresh* lines of *heard*, all of what was said so far.

        *seconds* bounds each piece of at most ``MOST_WORDS``. Raises what an ``Llm`` raises.
        """
        taking = Taking(notes)
        first = len(heard) - fresh
        for begin, end in _pieces(heard, first):
            page = _Page(taking.notes, heard, begin, end)
            if not page.has_words:
                continue
            said = await self._llm.write(INSTRUCTION, page.material(), SaidNotes, seconds=seconds)
            dropped = Counter(taking.dropped)
            taking = Taking(page.read(said), dropped + page.checker.dropped)
        return taking


class _Page:
    """One piece of the meeting with the notes so far: what is asked, and what of it is taken."""

    def __init__(self, notes: Sequence[Note], heard: Sequence[Line], begin: int, end: int) -> None:
        self._notes = notes
        self._heard = {line.segment_id: line for line in heard[:end]}
        earlier = without_orders(heard[max(begin - EARLIER, 0) : end])
        new = {line.segment_id for line in heard[begin:end]}
        self._lines = {f"s{number}": line for number, line in enumerate(earlier, 1)}
        self._fresh = {id for id, line in self._lines.items() if line.segment_id in new}
        self._keys = {
            f"{letter}{number}": one
            for kind, letter in _LETTERS.items()
            for number, one in enumerate(_shown(notes, kind), 1)
        }
        people = sorted({line.speaker for line in heard if line.speaker})
        self.checker = Checker(self._lines, people)

    @property
    def has_words(self) -> bool:
        return bool(self._fresh)

    def material(self) -> dict[str, Any]:
        last = next(reversed(self._lines.values()))
        return {
            "today": _day(last.said_on),
            "people": list(self.checker.people),
            "notes": {key: _told(note) for key, note in self._keys.items()},
            "segments": [
                {"id": id, "speaker": line.speaker, "text": line.text}
                for id, line in self._lines.items()
            ],
        }

    def read(self, said: SaidNotes) -> list[Note]:
        """The notes with what *said* adds and changes, as far as it is borne out."""
        changed: dict[str, Note] = {}
        new: list[Note] = []
        revisable: list[SaidDecision | SaidItem] = [*said.decisions, *said.action_items]
        for entry in revisable:
            self._take_revisable(entry, changed, new)
        plain = [(NoteKind.POINT, one.text, one.cites) for one in said.summary[:5]]
        plain += [(NoteKind.QUESTION, one.text, one.cites) for one in said.questions]
        plain += [(NoteKind.CHAPTER, one.title, one.cites[:1]) for one in said.chapters]
        for kind, text, cites in plain:
            if evidence := self._evidence(text, cites):
                new.append(Note(kind, evidence.text, evidence.segment_ids))
        self._take_replies(said.answered, changed)
        return bounded(added([changed.get(_place(one), one) for one in self._notes], new))

    def _take_revisable(
        self, entry: SaidDecision | SaidItem, changed: dict[str, Note], new: list[Note]
    ) -> None:
        before = self._keys.get(entry.replaces)
        older = (
            [self._heard[id] for id in before.segment_ids if id in self._heard] if before else []
        )
        evidence = self._evidence(entry.text, entry.cites, older)
        if evidence is None:
            return
        note = self._note(entry, evidence)
        if before is None:
            new.append(note)
        elif note.kind is before.kind and support(before.text, [note.text]) >= STILL_ABOUT:
            changed[_place(before)] = replace(note, key=before.key)
        else:
            self.checker.drop("other_subject")

    def _note(self, entry: SaidDecision | SaidItem, evidence: Evidence) -> Note:
        if isinstance(entry, SaidDecision):
            return Note(NoteKind.DECISION, evidence.text, evidence.segment_ids)
        return Note(
            NoteKind.ACTION_ITEM,
            evidence.text,
            evidence.segment_ids,
            self.checker.owner(entry.owner, evidence),
            self.checker.due(entry.due, evidence),
        )

    def _evidence(
        self, text: str, cites: Sequence[str], older: Sequence[Line] = ()
    ) -> Evidence | None:
        if cites and not self._fresh.intersection(cites) and self._lines.keys() >= set(cites):
            # It repeats what was read before.
            return None
        return self.checker.evidence(text, cites, older)

    def _take_replies(self, replies: Sequence[SaidReply], changed: dict[str, Note]) -> None:
        """One segment answers one question: nobody closes them all in one breath."""
        used: set[str] = set()
        for reply in replies:
            asked = self._keys.get(reply.question)
            cites = [id for id in reply.cites if id in self._fresh and id not in used]
            if asked is None or asked.kind is not NoteKind.QUESTION or not cites:
                self.checker.drop("unknown_citation")
                continue
            used.update(cites)
            answers = tuple(self._lines[id].segment_id for id in cites)
            changed[_place(asked)] = replace(asked, answered_by=answers)


def _pieces(heard: Sequence[Line], first: int) -> Iterator[tuple[int, int]]:
    """Where to cut what was heard from *first* on, so that no piece is too long."""
    begin, words = first, 0
    for place in range(first, len(heard)):
        count = len(heard[place].text.split())
        if words and words + count > MOST_WORDS:
            yield begin, place
            begin, words = place, 0
        words += count
    if begin < len(heard):
        yield begin, len(heard)


def _shown(notes: Sequence[Note], kind: NoteKind) -> Sequence[Note]:
    return [one for one in of_kind(notes, kind) if not one.answered_by][-MOST_SHOWN:]


def _place(note: Note) -> str:
    return f"{note.kind.value} {note.key}"


def _told(note: Note) -> dict[str, str]:
    told = {"kind": note.kind.value, "text": note.text}
    if note.kind is NoteKind.ACTION_ITEM:
        told |= {"owner": note.owner, "due": note.due}
    return told


def _day(said_on: date) -> str:
    return f"{said_on.isoformat()}, a {said_on:%A}"
