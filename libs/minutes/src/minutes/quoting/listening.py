"""What no rule knows but the classifier hears: more action items, and more decisions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from minutes.model import ActionItem, Decision
from minutes.quoting.acts import Act, Acts
from minutes.quoting.commitments import tasks_in
from minutes.quoting.decisions import is_open
from minutes.quoting.due import find_due
from minutes.quoting.phrases import plain, sentence_case, without_openers
from minutes.quoting.requests import addressee_of, asks_in_words, request_in
from minutes.quoting.sentences import Sentence
from minutes.quoting.words import STOP, content_words

_SETTLING: Final = re.compile(
    r"\b(?:decided|agreed|approved|voted|settled|chose|picked|stays?|keep|stick|go with|going with|"
    r"instead|it is|as it is|from now on|no longer|no more|will not|are not)\b",
    re.IGNORECASE,
)
Told = TypeVar("Told", ActionItem, Decision)

# From so large a share on, found on the lines trained with and on the half that is mended with.
COMMITTED: Final = 0.6
ASKED: Final = 0.45
SETTLED: Final = 0.75
# Where words of settling are there too.
SETTLED_IN_WORDS: Final = 0.5
PROPOSED: Final = 0.6
ASSENTED: Final = 0.5
REFUSED: Final = 0.45
# With fewer words that mean something, what was said before says what it is about.
FEWEST_WORDS: Final = 2
# So much of an answer says whether it is a yes.
ANSWER: Final = 3
# `That is me, then.`: so many sentences on it may be said what it is.
FOLLOWING: Final = 5


@dataclass(frozen=True)
class Ear:
    """What was said, and the *acts* of it."""

    sentences: Sequence[Sentence]
    acts: Acts

    def more_items(self, found: Sequence[ActionItem]) -> list[ActionItem]:
        """*found* by rules, and the promises and the taken requests beside them, in order."""
        if not self.acts.shares:
            return list(found)
        names = sorted({one.speaker for one in self.sentences if one.speaker})
        items = list(found)
        for index in range(len(self.sentences)):
            item = self._promise(index, names, items) or self._request(index, names)
            if item is not None and not _is_told(item, items):
                items.append(item)
        return self._in_order(items)

    def more_decisions(self, found: Sequence[Decision]) -> list[Decision]:
        """*found* by rules, and what is settled in other words or agreed to, in order."""
        if not self.acts.shares:
            return list(found)
        decisions = list(found)
        for index in range(len(self.sentences)):
            cited = {id for one in decisions for id in one.segment_ids}
            decisions += [one for one in self._settled(index) if cited.isdisjoint(one.segment_ids)]
        return self._in_order(decisions)

    def _promise(
        self, index: int, names: Sequence[str], items: Sequence[ActionItem]
    ) -> ActionItem | None:
        sentence = self.sentences[index]
        if sentence.is_question or not self._is_promised(sentence):
            return None
        tasks = tasks_in(sentence)
        if tasks:
            return self._item(index, sentence.speaker, tasks[0])
        first = sentence.text.split(" ", 1)[0].rstrip(",")
        owner = first if first in names else sentence.speaker
        # The words for it name no task, or what it is comes right after.
        if tasks is not None or self._follows(index, owner, items):
            return None
        return self._item(index, owner)

    def _follows(self, index: int, owner: str, items: Sequence[ActionItem]) -> bool:
        near = {id for one in self.sentences[index : index + FOLLOWING] for id in one.segment_ids}
        return any(one.owner == owner and not near.isdisjoint(one.segment_ids) for one in items)

    def _request(self, index: int, names: Sequence[str]) -> ActionItem | None:
        sentence = self.sentences[index]
        if self.acts.share(sentence.text, Act.REQUEST) < ASKED:
            return None
        request = request_in(sentence, "", names)
        answer = self._assent(index, Act.ACCEPTANCE, Act.COMMITMENT)
        to = addressee_of(plain(sentence.text), names)
        # The words for it ask for nothing that is a task, or another takes it on.
        if (request is None and asks_in_words(sentence)) or answer is None:
            return None
        if to not in ("", answer.speaker) or (request is not None and request.offer):
            return None
        # `That would be great`: it thanks for what was promised just now.
        if len(said := self._with_context(index)) > 1 and self._is_promised(said[0]):
            return None
        return self._item(index, answer.speaker, request.task if request else "", answer)

    def _is_promised(self, sentence: Sentence) -> bool:
        return self.acts.share(sentence.text, Act.COMMITMENT) >= COMMITTED

    def _item(self, index: int, owner: str, task: str = "", *answer: Sentence) -> ActionItem:
        said = self._with_context(index)
        dues = [
            due.value
            for one in (*answer, self.sentences[index])
            if (due := find_due(plain(one.text), one.said_on))
        ]
        text = task or without_openers(_text(said)).rstrip(".!")
        return ActionItem(sentence_case(text), owner, dues[0] if dues else "", _ids(said, answer))

    def _settled(self, index: int) -> list[Decision]:
        sentence = self.sentences[index]
        proposed = self.acts.share(sentence.text, Act.PROPOSAL, Act.DECISION)
        if proposed >= PROPOSED and (assent := self._assent(index, Act.ACCEPTANCE)):
            # An assent says more than yes where it has words of its own.
            told = self._whole(index, assent)
            return [Decision(_text(told), _ids(told, (sentence, assent)))]
        words = plain(sentence.text)
        enough = SETTLED_IN_WORDS if _SETTLING.search(words) else SETTLED
        settled = self.acts.share(sentence.text, Act.DECISION)
        if settled >= enough and not sentence.is_question and not is_open(words):
            said = self._with_context(index)
            return [Decision(_text(said), _ids(said))]
        return []

    def _whole(self, index: int, assent: Sentence) -> Sequence[Sentence]:
        sentence = self.sentences[index]
        if self._says_what(sentence):
            return (sentence,)
        return (sentence, assent) if content_words(assent.text) else self._with_context(index)

    def _assent(self, index: int, *acts: Act) -> Sentence | None:
        """With what the next to speak says yes, where they say no no."""
        asked = self.sentences[index]
        later = [one for one in self.sentences[index + 1 :] if one.turn > asked.turn]
        if not later or later[0].speaker == asked.speaker:
            return None
        answer = [one for one in later[:ANSWER] if one.turn == later[0].turn]
        if any(self.acts.share(one.text, Act.REFUSAL) >= REFUSED for one in answer):
            return None
        return next((one for one in answer if self.acts.share(one.text, *acts) >= ASSENTED), None)

    def _with_context(self, index: int) -> Sequence[Sentence]:
        is_whole = self._says_what(self.sentences[index])
        return self.sentences[index if is_whole or not index else index - 1 : index + 1]

    def _says_what(self, sentence: Sentence) -> bool:
        """Whether it has words of its own, beside names."""
        return len(set(content_words(sentence.text)) - self._called - STOP) >= FEWEST_WORDS

    @cached_property
    def _called(self) -> frozenset[str]:
        """The words of people's names."""
        speakers = {one.speaker for one in self.sentences}
        return frozenset(word for speaker in speakers for word in content_words(speaker))

    def _in_order(self, told: Sequence[Told]) -> list[Told]:
        ids = [id for one in self.sentences for id in one.segment_ids]
        places = {id: place for place, id in reversed(list(enumerate(ids)))}
        return sorted(told, key=lambda one: places[one.segment_ids[0]])


def _is_told(item: ActionItem, items: Sequence[ActionItem]) -> bool:
    return any(
        one.owner in (item.owner, "") and not set(item.segment_ids).isdisjoint(one.segment_ids)
        for one in items
    )


def _text(said: Iterable[Sentence]) -> str:
    return " ".join(one.text for one in said)


def _ids(*said: Iterable[Sentence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id for some in said for one in some for id in one.segment_ids))
