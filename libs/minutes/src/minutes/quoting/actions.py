"""Action items: promises and assignments, and requests merged with the answer that took them on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from minutes.model import ActionItem
from minutes.quoting.commitments import Promise, promises_in
from minutes.quoting.due import find_due
from minutes.quoting.phrases import PRONOUN, overlap, plain, sentence_case
from minutes.quoting.requests import (
    TURNS,
    Answer,
    Request,
    addressee_of,
    answer_of,
    request_in,
)
from minutes.quoting.sentences import Sentence

SAME_TASK = 0.6
RELATED = 0.3
# How many sentences back `I will do it` may point.
REACH = 4
_ONLY_DUE = re.compile(
    r"^(?:(?:yes|okay|ok|sure|well|so|then|let us say|say|how about|I think|probably|maybe)[, ]+)*"
    r"(?:(?:you|we) will have it|it will be (?:done|ready|there|out)|done|ready)?[, ]*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Draft:
    text: str
    owner: str
    due: str
    sentences: tuple[Sentence, ...]


class ActionFinder:
    """Walks once through *sentences*; *names* are the people who may own something."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._names = sorted({one.speaker for one in sentences if one.speaker})
        self._drafts: list[_Draft] = []
        # Sentences whose promise went into the item of a request.
        self._used: set[int] = set()

    def find(self) -> list[ActionItem]:
        for index, sentence in enumerate(self._sentences):
            request = request_in(sentence, self._addressee(index), self._names)
            if request is not None and self._take_request(index, request):
                continue
            if index not in self._used:
                for promise in promises_in(sentence, self._names):
                    self._take_promise(index, promise)
            self._take_due(index)
        return [_item(one) for one in self._drafts]

    def _addressee(self, index: int) -> str:
        """Whom the turn is addressed to by the time *index* is said."""
        turn = self._sentences[index].turn
        for one in reversed(self._sentences[: index + 1]):
            if one.turn != turn:
                break
            if named := addressee_of(plain(one.text), self._names):
                return named
        return ""

    def _take_request(self, index: int, request: Request) -> bool:
        taken = self._taken_by(index, request)
        if taken is not None:
            answer, promise = taken
            sentence = self._sentences[answer]
            owner = request.sentence.speaker if request.offer else sentence.speaker
            due = (promise.due if promise else "") or _due_in(sentence) or request.due
            said = (*self._context(index, request.task), sentence)
            self._add(_Draft(request.task, owner, due, said))
            return True
        if self._refused(index, request) or request.offer:
            return True
        if request.to and (request.firm or not request.need):
            said = self._context(index, request.task)
            self._add(_Draft(request.task, request.to, request.due, said))
            return True
        if request.need and request.due and not request.sentence.is_question:
            self._add(_Draft(request.task, "", request.due, (request.sentence,)))
            return True
        return request.sentence.is_question

    def _taken_by(self, index: int, request: Request) -> tuple[int, Promise | None] | None:
        """The sentence in which somebody takes *request* on, and their promise in it."""
        to = request.to
        for number, sentence in self._answers(index):
            answer = answer_of(sentence.text)
            if answer is Answer.NO and sentence.speaker == to:
                to = ""
                continue
            if to and sentence.speaker != to:
                continue
            promise = self._promise_for(number, request, answer)
            agreed = answer is Answer.YES and not request.need and bool(to or not request.to)
            if promise is not None or agreed:
                return self._settle(number, request, promise)
        return None

    def _settle(
        self, number: int, request: Request, promise: Promise | None
    ) -> tuple[int, Promise | None]:
        """An answer may run over two sentences: `Sure. I will do it by Monday.`"""
        if promise is None and number + 1 < len(self._sentences):
            following = self._sentences[number + 1]
            if following.turn == self._sentences[number].turn:
                promise = self._promise_for(number + 1, request, Answer.YES)
                number += promise is not None
        if promise is not None:
            self._used.add(number)
        return number, promise

    def _promise_for(self, number: int, request: Request, answer: Answer) -> Promise | None:
        """What the sentence promises about *request*; after a yes, `send it` is about it too."""
        sentence = self._sentences[number]
        for promise in promises_in(sentence, ()):
            if promise.points_back or overlap(promise.task, request.task) >= RELATED:
                return promise
            if PRONOUN.search(promise.task) and answer is Answer.YES:
                return promise
        return None

    def _answers(self, index: int) -> list[tuple[int, Sentence]]:
        """The first two sentences of each of the next turns of others."""
        asked = self._sentences[index]
        seen: dict[int, int] = {}
        found = []
        for number in range(index + 1, len(self._sentences)):
            sentence = self._sentences[number]
            if sentence.speaker == asked.speaker:
                if sentence.turn == asked.turn:
                    continue
                if request_in(sentence, "", self._names):
                    break
                continue
            seen[sentence.turn] = seen.get(sentence.turn, 0) + 1
            if len(seen) > TURNS:
                break
            if seen[sentence.turn] <= 2:
                found.append((number, sentence))
        return found

    def _refused(self, index: int, request: Request) -> bool:
        return any(
            answer_of(one.text) is Answer.NO and one.speaker == request.to
            for _, one in self._answers(index)[:1]
        )

    def _take_promise(self, index: int, promise: Promise) -> None:
        if not promise.points_back:
            said = self._context(index, promise.task)
            self._add(_Draft(promise.task, promise.owner, promise.due, said))
            return
        if self._dates_the_last(promise):
            return
        for back in range(index - 1, max(index - 1 - REACH, -1), -1):
            before = self._sentences[back]
            need = request_in(before, "", self._names)
            if need is not None:
                self._claim(
                    _Draft(
                        need.task,
                        promise.owner,
                        promise.due or need.due,
                        (before, promise.sentence),
                    )
                )
                return

    def _dates_the_last(self, promise: Promise) -> bool:
        """`I can renew them. I will do it on Thursday.`: one item, said in one turn."""
        said = promise.sentence
        if not self._drafts or self._drafts[-1].owner != said.speaker:
            return False
        last = self._drafts[-1]
        if last.sentences[-1].turn != said.turn:
            return False
        self._drafts[-1] = replace(
            last, due=last.due or promise.due, sentences=(*last.sentences, said)
        )
        return True

    def _context(self, index: int, task: str) -> tuple[Sentence, ...]:
        """The sentence, after the one before it where that says what `it` is."""
        unclear = PRONOUN.search(task) and len(task.split(" ")) <= 6
        return tuple(self._sentences[index - 1 if unclear and index else index : index + 1])

    def _claim(self, draft: _Draft) -> None:
        """Give an item that nobody owns yet to the one who takes it on."""
        for number, one in enumerate(self._drafts):
            if not one.owner and overlap(one.text, draft.text) >= SAME_TASK:
                self._drafts[number] = replace(draft, due=draft.due or one.due)
                return
        self._add(draft)

    def _take_due(self, index: int) -> None:
        """`By Friday.` said by itself is for the speaker's last item."""
        sentence = self._sentences[index]
        if not self._drafts or sentence.is_question:
            return
        last = self._drafts[-1]
        recent = any(
            one in last.sentences for one in self._sentences[max(index - REACH, 0) : index]
        )
        if last.due or last.owner != sentence.speaker or not recent:
            return
        text = plain(sentence.text).rstrip(".!")
        due = find_due(text, sentence.said_on)
        if due and _ONLY_DUE.match(text[: due.first] + text[due.last :]):
            self._drafts[-1] = replace(last, due=due.value, sentences=(*last.sentences, sentence))

    def _add(self, draft: _Draft) -> None:
        for number, one in enumerate(self._drafts):
            same = one.owner == draft.owner and overlap(one.text, draft.text) >= SAME_TASK
            if same and (not one.due or not draft.due or one.due == draft.due):
                said = tuple(dict.fromkeys((*one.sentences, *draft.sentences)))
                self._drafts[number] = replace(one, due=one.due or draft.due, sentences=said)
                return
        self._drafts.append(draft)


def action_items(sentences: Sequence[Sentence]) -> list[ActionItem]:
    """Who has to do what by when, in the order in which it was agreed."""
    return ActionFinder(sentences).find()


def _due_in(sentence: Sentence) -> str:
    found = find_due(plain(sentence.text), sentence.said_on)
    return found.value if found else ""


def _item(draft: _Draft) -> ActionItem:
    cited = dict.fromkeys(id for one in draft.sentences for id in one.segment_ids)
    return ActionItem(sentence_case(draft.text), draft.owner, draft.due, tuple(cited))
