"""Questions that nobody answered: the next to speak does not know, or nobody else speaks."""

import re
from collections.abc import Sequence

from minutes.model import Question
from minutes.quoting.phrases import plain
from minutes.quoting.requests import request_in
from minutes.quoting.sentences import Sentence
from minutes.quoting.words import content_words

FEWEST_WORDS = 2
_UNKNOWN = re.compile(
    r"\b(?:no (?:idea|clue)|I (?:do not|did not|really do not|honestly do not) know|"
    r"(?:I am |we are )?not (?:sure|certain)|nobody (?:knows|asked|told|has)|never (?:tried|asked)|"
    r"(?:we|I) (?:will|would) have to (?:ask|check|find out|look)|(?:we|I) do not know|"
    r"hard to say|no one (?:knows|asked)|that is (?:still )?open|"
    r"(?:we|let us) leave (?:that|it) open|"
    r"good question|(?:can not|could not)(?: \w+)? (?:say|tell)|"
    r"have not (?:decided|asked|heard)|(?:it |that )?depends on|"
    r"(?:I|we) would have to (?:know|ask|check|look|see|find)|^nope(?=[.,]|$)|"
    r"come back to (?:that|it)|park (?:that|it))\b",
    re.I,
)
# With one word that says something, a question of this kind still asks something.
_WORTH = re.compile(r"^(?:what|when|where|who|why|how|which)(?: \w+){3,}\?$", re.I)
_NOT_ASKED = re.compile(
    r"^(?:right|okay|ok|really|yes|no|anything else|any (?:questions|other business)|"
    r"(?:shall|should|can) we (?:start|begin|move on|go on)|how are you|ready|what do you think|"
    r"is (?:that|everyone|everybody) (?:ok|okay|all right|fine|here|clear))\b",
    re.I,
)


def open_questions(sentences: Sequence[Sentence]) -> list[Question]:
    """What was asked and is open at the end, in order."""
    names = sorted({one.speaker for one in sentences if one.speaker})
    found = []
    for index, sentence in enumerate(sentences):
        if not _asks(sentence, names):
            continue
        reply = _reply(sentences, index)
        if not reply or any(_UNKNOWN.search(plain(one.text)) for one in reply[:2]):
            cited = dict.fromkeys(id for one in (sentence, *reply[:1]) for id in one.segment_ids)
            found.append(Question(sentence.text, tuple(cited)))
    return found


def _asks(sentence: Sentence, names: Sequence[str]) -> bool:
    if not sentence.is_question or _NOT_ASKED.match(sentence.text):
        return False
    enough = len(content_words(sentence.text)) >= FEWEST_WORDS
    if not enough and not _WORTH.match(sentence.text):
        return False
    return request_in(sentence, "", names) is None


def _reply(sentences: Sequence[Sentence], index: int) -> list[Sentence]:
    """What others say right after."""
    asked = sentences[index]
    later = [one for one in sentences[index + 1 :] if one.turn > asked.turn]
    turn = next((one.turn for one in later if one.speaker != asked.speaker), None)
    return [one for one in later if one.turn == turn]
