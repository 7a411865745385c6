"""Who asks whom to do something, and who takes it on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from minutes.quoting.phrases import (
    either,
    is_task,
    plain,
    stands_for_another,
    task_of,
    without_gerund,
    without_openers,
)
from minutes.quoting.sentences import Sentence

_SOMEBODY = r"some ?(?:one|body)|any ?(?:one|body)|one of (?:us|you)"
_ASK = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|(?P<open>" + _SOMEBODY + r"))"
    r"(?: (?:please|maybe|possibly|also|kindly|perhaps|then))*(?: mind)?|"
    r"do you mind|(?:would|will) you be able to|are you able to|"
    r"(?:do|would) you have time to|any chance (?:that )?you (?:can|could)|"
    r"who (?:can|could|will|wants to|would like to|is going to|is able to))\s+",
    re.I,
)
_TELL = re.compile(
    r"(?:^|[,.;] ?|\b(?:so|and|then|but|think) )(?:(?:I (?:would like|need|want|would ask)|"
    r"can I ask|may I ask|could I ask) you to|(?:you )?(?:please|kindly)|"
    r"(?:please )?make sure(?: (?:that )?you| to)|you (?:will|need to|have to|must|should)|"
    r"(?P<open>"
    + _SOMEBODY
    + r") (?:should|needs to|has to|must|will have to|ought to)(?: really)?|"
    r"(?P<ours>we (?:also )?(?:need to|have to|must|should|ought to|still need to|"
    r"still have to)|we (?:also |still )?need some ?(?:one|body) to))\s+",
    re.I,
)
_OFFER = re.compile(
    r"^(?:shall|should|can|may|could) I |^(?:do you want|would you like) me to ", re.I
)
_ORDER = re.compile(
    r"^(?:send|book|write|update|prepare|check|review|call|email|fix|draft|schedule|create|order|"
    r"contact|ask|test|organi[sz]e|arrange|find|get|talk|set|make|look|finish|collect|file|print|"
    r"invite|publish|upload|follow|reach|speak|take|confirm|cancel|renew|pay|hire|move|remove|"
    r"add)\b"
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|yup|sure|ok|okay|of course|absolutely|certainly|no problem|will do|happy to|"
    r"I (?:will|can)(?=[.,!]|$)|I would be (?:happy|glad)|I am on (?:it|that)|on it|"
    r"consider it done|got it|definitely|sounds good|done|"
    r"gladly|with pleasure|right|leave (?:it|that)|not a problem|not at all|my pleasure|fine|"
    r"go ahead|please do|I do not mind|that would be|great|alright|all right|no worries|"
    r"good idea|you got it|I have got)\b",
    re.I,
)
_NO = re.compile(
    r"^(?:no\b(?! problem| worries)|nope|sorry|I (?:am )?(?:sorry|afraid|not|can not|could not|"
    r"will not|do not(?! mind)|would rather|have no|am (?:away|off|out|on holiday|not))|"
    r"I could,? but|unfortunately|not (?:really|today|this|me|sure)|that is not|maybe|hmm)\b|"
    r"\bI can not\b|"
    r"\bI will not\b",
    re.I,
)
# How far on an answer is looked for.
TURNS = 3


class Answer(Enum):
    YES = "YES"
    NO = "NO"
    NEITHER = "NEITHER"


@dataclass(frozen=True, slots=True)
class Request:
    """*to* is empty when anybody may take it on. *firm*: stands even if nobody answers.

    *offer*: the speaker asks whether to do it; *need*: nobody was asked, something has to be done.
    """

    sentence: Sentence
    to: str
    task: str
    due: str
    firm: bool = False
    offer: bool = False
    need: bool = False


# `Do send it, would you?`
_TAGGED = re.compile(
    r"^(?:do |please )?(?P<task>[a-z]\w+ .+?)(?: though| please| then)?, "
    r"(?:would|could|can|will) you\?$",
    re.I,
)


def request_in(sentence: Sentence, addressee: str, names: Sequence[str]) -> Request | None:
    """What *sentence* asks for, of *addressee* unless it names another."""
    text = plain(sentence.text)
    named = addressee_of(text, names)
    body = without_openers(_without_name(text, names))
    if offer := _OFFER.match(body):
        return _made(sentence, "", body[offer.end() :], offer=True)
    third = re.search(rf"\b(?:can|could|would|will) (?P<name>{either(names)}) ", body)
    if third and sentence.is_question:
        return _made(sentence, third["name"], body[third.end() :])
    ask = _ASK.search(body)
    # A recogniser often loses the question mark; at the beginning the words ask all the same.
    if ask is not None and (sentence.is_question or ask.start() == 0):
        asked, words = ask[0].lower(), body[ask.end() :]
        anybody = ask["open"] is not None or asked.startswith("who ")
        if "mind" in asked:
            words = without_gerund(words)
        return _made(sentence, "" if anybody else named or addressee, words, need=anybody)
    if tagged := _TAGGED.match(body):
        return _made(sentence, named or addressee, tagged["task"])
    return _told(sentence, body, named or addressee, bool(named))


def _told(sentence: Sentence, body: str, to: str, named: bool) -> Request | None:
    if tell := _TELL.search(body):
        nobody = bool(tell["open"] or tell["ours"])
        orders = tell[0].strip().lower().startswith("you ")
        if orders and not to:
            return None
        return _made(
            sentence, "" if nobody else to, body[tell.end() :], firm=not nobody, need=nobody
        )
    if named and _ORDER.match(body) and not sentence.is_question:
        return _made(sentence, to, body, firm=True)
    return None


def asks_in_words(sentence: Sentence) -> bool:
    """Whether *sentence* has the words for asking, whatever it asks for."""
    body = without_openers(plain(sentence.text))
    return bool(_OFFER.match(body) or _ASK.search(body) or _TELL.search(body))


def addressee_of(text: str, names: Sequence[str]) -> str:
    """Whom *text* calls by name at its beginning or end."""
    some = either(names)
    opening = re.match(
        rf"(?:(?:hey|hi|okay|ok|so|and|thanks|well|great|then|now)[, ]+)*({some})[,:?]", text, re.I
    )
    closing = re.search(rf",\s*({some})[?.!]*$", text)
    found = opening or closing
    return next((one for one in names if found and one.lower() == found[1].lower()), "")


def answer_of(text: str) -> Answer:
    """Whether *text* begins by agreeing or by refusing."""
    said = plain(text)
    if _NO.search(said):
        return Answer.NO
    return Answer.YES if _YES.match(said) else Answer.NEITHER


def _without_name(text: str, names: Sequence[str]) -> str:
    some = either(names)
    text = re.sub(
        rf"^(?:(?:hey|hi|okay|ok|so|and|thanks|well|great|then|now)[, ]+)*(?:{some})[,:?] *",
        "",
        text,
    )
    return re.sub(rf",\s*(?:{some})(?=[?.!]*$)", "", text)


def _made(
    sentence: Sentence,
    to: str,
    words: str,
    *,
    firm: bool = False,
    offer: bool = False,
    need: bool = False,
) -> Request | None:
    task, due = task_of(words, sentence.said_on)
    if not is_task(task, dated=bool(due)) or stands_for_another(task):
        return None
    if to == sentence.speaker:
        return None
    return Request(sentence, to, task, due, firm, offer, need)
