"""Who says that they, or somebody named, will do something."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minutes.quoting.phrases import (
    either,
    is_task,
    plain,
    stands_for_another,
    task_of,
    without_gerund,
)
from minutes.quoting.sentences import Sentence

# What may stand right before a promise; anything else makes it somebody's report or condition.
_OPENING = re.compile(
    r"(?:^|[,;:.\u2013\u2014-]\s*|\b(?:and|but|so|then|think|guess|suppose|yes|yeah|yep|okay|ok|"
    r"sure|well|now|"
    r"also|course|problem|right|great|because|meanwhile|therefore|today|tomorrow|next|again)\s+)$",
    re.I,
)
_DOUBT = re.compile(r"\b(?:maybe|perhaps|might|not sure (?:if|whether)|wish|unless)\b", re.I)
_CONDITION = re.compile(r"^(?:if (?:I|we|there|it|nobody|no one)|when I was|in case)\b", re.I)
_SELF = re.compile(
    r"\b(?:I(?P<yet> still)?(?: (?:just|also|then|definitely|probably|really|certainly|gladly))? "
    r"(?P<modal>will|shall|am going to|can|must|need to|have to|should|promise to|plan to|"
    r"am happy to|would be (?:happy|glad) to|am planning to|intend to|volunteer to|commit to|"
    r"want to make sure to|"
    r"am(?= (?!going\b|trying\b|looking\b|working\b)[a-z]{2,}ing\b))|"
    r"[Ll]et me|[Ll]eave (?:it|that|this)(?P<to_me> (?:to|with) me)|"
    r"(?P<on_it>(?:I am|I will get) on it|[Cc]onsider it done|I have got (?:it|that|this)))\b"
)
# Weak words are a promise only with a day.
_WEAK = frozenset({"should", "must", "need to", "have to"})
_NOT_FOR_ME = frozenset({"see", "hear", "tell", "confirm", "speak", "imagine", "understand"})
_AHEAD = re.compile(r"\b(?:by|before|until|tonight|tomorrow|this (?:afternoon|evening))\b", re.I)
_TAG = re.compile(r",? (?:right|okay|ok|correct|yes|deal|agreed)\?$", re.I)


@dataclass(frozen=True, slots=True)
class Promise:
    """*task* is empty or a stand-in such as ``do it`` when it points at what was said before."""

    sentence: Sentence
    owner: str
    task: str
    due: str

    @property
    def points_back(self) -> bool:
        return stands_for_another(self.task)


def promises_in(sentence: Sentence, names: Sequence[str]) -> list[Promise]:
    """What *sentence* commits its speaker, or one of *names*, to."""
    text = _TAG.sub(".", plain(sentence.text))
    if text.endswith("?"):
        return []
    return [*_of_speaker(sentence, text), *_of_others(sentence, text, names)]


def _of_speaker(sentence: Sentence, text: str) -> Iterator[Promise]:
    heads = [one for one in _SELF.finditer(text) if _is_said_now(text, one.start())]
    ends = [one.start() for one in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=False):
        task, due = task_of(text[head.end() : end], sentence.said_on)
        if head["modal"] == "am":
            # What somebody is at is a promise when they say by when it is done.
            task, due = without_gerund(task), due if _AHEAD.search(text[head.end() : end]) else ""
        if head["to_me"] or head["on_it"]:
            yield Promise(sentence, sentence.speaker, "", due)
        elif (due or head["modal"] != "am") and _is_promise(head, task, due):
            yield Promise(sentence, sentence.speaker, task, due)


def tasks_in(sentence: Sentence) -> list[str] | None:
    """What *sentence* says its speaker will do, whatever stands before it.

    Empty where that is no task; nothing where words for it, such as ``I will``, are not there.
    """
    text = _TAG.sub(".", plain(sentence.text))
    heads = [one for one in _SELF.finditer(text) if one["modal"]]
    if not heads or _DOUBT.search(text) or _CONDITION.match(text):
        return [] if heads else None
    found = [task_of(text[head.end() :], sentence.said_on) for head in heads]
    return [task for task, due in found if is_task(task, dated=bool(due))]


def _is_promise(head: re.Match[str], task: str, due: str) -> bool:
    if head["modal"] == "can" and task.split(" ", maxsplit=1)[0].lower() in _NOT_FOR_ME:
        return False
    if head["modal"] in _WEAK and not due and not head["yet"]:
        return False
    if head[0].lower() == "let me" and stands_for_another(task):
        return True
    if (
        head[0].lower() == "let me"
        and not due
        and not re.match(r"check|find|look|get|send|talk|follow", task)
    ):
        return False
    if stands_for_another(task) and head["modal"] in {"will", "can", "shall", "am going to"}:
        return True
    return is_task(task, dated=bool(due))


def _of_others(sentence: Sentence, text: str, names: Sequence[str]) -> Iterator[Promise]:
    pattern = re.compile(
        rf"\b(?P<name>{either(names)}),?(?: (?P<modal>will|is going to|shall|needs to|has to|must|"
        rf"is responsible for|takes care of|takes on|agreed to|offered to|promised to|"
        rf"volunteered to|should|can)|(?P<to> to))\b"
    )
    for head in pattern.finditer(text):
        if not _is_said_now(text, head.start()):
            continue
        task, due = task_of(text[head.end() :], sentence.said_on)
        weak = head["modal"] in {"should", "can"} or (head["to"] and head.start() > 0)
        if (weak and not due) or stands_for_another(task):
            continue
        if is_task(task, dated=bool(due)) or (head["modal"] or "").endswith(("for", "of", "on")):
            yield Promise(sentence, head["name"], task, due)


def _is_said_now(text: str, start: int) -> bool:
    before = text[:start]
    return (
        bool(_OPENING.search(before)) and not _DOUBT.search(before) and not _CONDITION.match(text)
    )
