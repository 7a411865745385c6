"""The wording of promises and requests: contractions undone, what is said cut down to the task."""

import re
from collections.abc import Sequence
from datetime import date

from minutes.quoting.due import find_due
from minutes.quoting.words import content_words

_CONTRACTIONS = (
    (re.compile(r"[\u2019`]"), "'"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"\b(?:can't|cannot)\b", re.I), "can not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"(?<=\w)'ll\b", re.I), " will"),
    (re.compile(r"\bI'm\b", re.I), "I am"),
    (re.compile(r"(?<=\w)'re\b", re.I), " are"),
    (re.compile(r"(?<=\w)'ve\b", re.I), " have"),
    (re.compile(r"\b(I|we|you|he|she|they|that)'d\b", re.I), r"\1 would"),
    (re.compile(r"\blet's\b", re.I), "let us"),
    (re.compile(r"\bgonna\b", re.I), "going to"),
    (re.compile(r"\b(?:gotta|got to)\b", re.I), "have to"),
    (re.compile(r"\bi\b"), "I"),
    # What people say while they look for words, and what they say twice.
    (re.compile(r"(?:(?<=^)|(?<=[\s,]))(?:um+|uh+|erm?|mm+|hmm+)\b[,.]? *", re.I), ""),
    (re.compile(r"\b(\w+(?: \w+)?)(?:, \1\b)+", re.I), r"\1"),
    (re.compile(r"\s+"), " "),
)
_OPENERS = re.compile(
    r"^(?:(?:okay|ok|so|well|yeah|yes|yep|yup|sure|great|right|alright|all right|and|but|then|now|"
    r"um|uh|oh|ah|hmm|perfect|good|fine|cool|no problem|absolutely|of course|certainly|definitely|"
    r"thanks|thank you|sounds good|also|actually|no worries|gladly|happily|agreed|exactly|true|"
    r"good point|got it|one more thing|finally|lastly|next|in that case|meanwhile|additionally|"
    r"for my part|as for me|please)"
    r"(?:[,.!:;]+ *| +(?=\S)))+",
    re.I,
)
_ADVERBS = re.compile(
    r"^(?:(?:just|also|then|really|definitely|probably|certainly|happily|gladly|quickly|"
    r"personally|still|"
    r"simply|now|please|kindly|maybe|perhaps|possibly|too|go ahead and|try to|make sure to|"
    r"make sure that you|make sure you|be sure to|take a moment to|go and|all|therefore|"
    r"at least|of course|actually|first|be able to|have to|need to|want to) )+",
    re.I,
)
# Where the task ends and something else begins.
_ASIDE = re.compile(
    r"(?:,? (?:because|since|unless|although|so that everyone|if (?!any|necessary))\b|"
    r"[;:\u2013\u2014] ?|"
    r" - |, (?:if|so|but|otherwise|okay|ok|right|which|since|and (?:I|we|you|he|she|they|that|"
    r"then)\b|then )|"
    r" (?:and|but|so|while) (?:I|we|you|he|she|they|it|that)\b(?! and)|, please|"
    r",? (?:and|but|so|while) [A-Z]\w+ (?:will|is going to|can|has to|needs to)\b|"
    r",? (?:alright|all right|would you|can you|will you|could you)$).*$",
    re.I,
)
_TAIL = re.compile(
    r"(?:[\s,.!?]+|\b(?:please|too|as well|then|for sure|myself|yourself|if possible|"
    r"if that is okay|if you can|for me|at the latest|latest|right after (?:this|that|"
    r"the (?:call|meeting))|"
    r"after (?:this|the (?:call|meeting))|later|right away|straight away|afterwards|immediately|"
    r"first thing|soon|shortly|as soon as (?:possible|I can)|for you|though|anyway))+$",
    re.I,
)
_GAP = re.compile(r"\s+([,.!?])")
_DANGLING = re.compile(r"(?:[\s,]+(?:and|or|but|so|by|on|at|the|until|before|it))+$", re.I)

# Verbs that name no task, whoever says them.
_NEVER = """
agree admit believe be bet come go hear hope imagine know leave like love mean miss need
regret remember say see seem stay think understand wonder want wish die assume attend belong
bear enjoy feel forget guess keep recall refuse listen live sleep survive suffer appreciate
arrive allow become care decide expect have
"""
NEVER = frozenset(_NEVER.split())
# What people announce and do at once, in the meeting itself; with a day named, it is a task.
_NOW = """
add ask begin clarify comment continue describe drop elaborate end explain finish give hand
hang help hold interrupt introduce join jump kick let mention move mute note open pass pause
point put quote read remind repeat rephrase run show skip speak start step stop stick stress
suggest switch talk tell try turn unmute wait walk watch wrap yield propose recap dive
summarise summarize emphasize emphasise reiterate defer argue vote second share
"""
NOW = frozenset(_NOW.split())
# The few of those that are tasks with these words behind them.
_TASKS_ANYWAY = re.compile(
    r"^(?:add (?!that\b|one\b|something|to that|a point|a thought)\w|"
    r"ask (?!you\b|a question|one\b|something|everyone|again|this|that)\w|"
    r"move the |put (?!it this way|simply|that aside)(?:together|the|a|up|in|out|it on)\b|"
    r"run (?:the|a|an|some) |open (?:a|an) |"
    r"give \w+ (?:access|permission|a call|feedback|the)|hand (?:in|over) |"
    r"share (?!my screen|your screen|a few thoughts|with you|something|that thought|my view)\w|"
    r"finish (?!up\b|here|now|with this|my thought)\w|have (?:a|another|one more) (?:closer )?look|"
    r"have (?:the|a|an|it|that|this|them|those|everything) .*"
    r"(?:ready|done|sent|out|\w{3,}ed)\b|"
    r"keep (?:you|everyone|them|an eye|track)|start (?:the|a|an|work|on) |"
    r"help \w+ with |help with |let (?:him|her|them|the|[A-Z]\w+) |"
    r"pass (?:it|that|this|the) .*(?:on|along) to |try (?:out|the|a|again) |"
    r"remind (?!you|us|everyone)\w|tell (?!you|us|everyone)\w|watch the |"
    r"come up with |come back (?:to you|with)|go (?:through|over) (?:the|it|them|that)|"
    r"see (?:if|whether|to it)|stop the |turn (?:on|off|it|the) |be responsible|be in touch|"
    r"get back )",
    re.I,
)
_IDIOMS = re.compile(
    r"^(?:let (?:you|me|us) (?:know|see|think|go|finish)|get (?:it|that|started|going|there|"
    r"to (?:that|it|know))$|take (?:your|a) (?:word|break|question|breath|seat)|"
    r"(?:pass|wait|stick|stand|hope|look forward)\b|make (?:it (?:quick|short|brief)|sense|"
    r"(?:a|one) (?:point|comment|remark))|do (?:my|our|your) best|be\b(?! responsible| in touch))",
    re.I,
)
PRO_VERB = re.compile(
    r"^(?:do|handle|take|own|manage|cover|tackle|arrange|organise|organize|drive|"
    r"take care of|deal with|sort out|sort|look after|look into|see to|get on|get right on|"
    r"work on|be on|pick up|pick|get|have)"
    r"(?: (?:it|that|this|those|them|these|both|one|so|care|of|up|on|done|ready|finished|sorted|"
    r"out|right|everything))*$",
    re.I,
)
# Roots that end in an `e` which `…ing` has swallowed.
_LOST_E = re.compile(
    r"(?:at|iz|is|ul|ur|ar|uc|ov|iv|as|os|ak|rit|ang|ang|ir|let|hid|vid|clud|fin|chas|rg|anc|enc|"
    r"ag|oub|us|pil|phras|not)$"
)
PRONOUN = re.compile(r"\b(?:it|that|this|them|those|these|one)\b", re.I)


def plain(text: str) -> str:
    """*text* with its contractions written out."""
    for pattern, written in _CONTRACTIONS:
        text = pattern.sub(written, text)
    return text.strip()


def without_openers(text: str) -> str:
    """*text* from where it begins to say something."""
    return _OPENERS.sub("", text)


def task_of(words: str, said_on: date) -> tuple[str, str]:
    """The task in *words* that follow ``I will`` or ``can you``, and its due, both maybe empty."""
    words = _ASIDE.sub("", words.strip())
    due = find_due(words, said_on)
    if due is not None:
        words = words[: due.first].rstrip() + " " + words[due.last :].lstrip()
    return tidied(_GAP.sub(r"\1", words)), due.value if due else ""


def tidied(words: str) -> str:
    """*words* without what only surrounds the task."""
    words = _ADVERBS.sub("", words.strip(" ,.!?"))
    before = ""
    while before != words:
        before = words
        words = _TAIL.sub("", words)
        if not words.endswith(" it"):
            words = _DANGLING.sub("", words)
    return words.strip(" ,")


def is_task(words: str, *, dated: bool) -> bool:
    """Whether *words* name something to be done after the meeting."""
    verb = words.split(" ", maxsplit=1)[0].lower() if words else ""
    if not verb or verb in {"not", "never", "no"} or not verb.isalpha():
        return False
    if _TASKS_ANYWAY.match(words):
        return True
    if _IDIOMS.match(words) or verb in NEVER:
        return False
    return verb not in NOW or dated


def stands_for_another(words: str) -> bool:
    """Whether *words* only point at a task named elsewhere, as ``do it`` does."""
    return not words or bool(PRO_VERB.match(words))


def overlap(one: str, other: str) -> float:
    """How much of the shorter text's meaning is in the other, 0 to 1."""
    first, second = set(content_words(one)), set(content_words(other))
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]


def without_gerund(words: str) -> str:
    """*words* with a first verb such as ``sending`` as ``send``."""
    verb, space, rest = words.partition(" ")
    if not verb.endswith("ing") or len(verb) < 6:
        return words
    root = verb.removesuffix("ing")
    if root[-1] == root[-2] and root[-1] not in "lsz":
        root = root[:-1]
    elif _LOST_E.search(root):
        root += "e"
    return root + space + rest


def either(names: Sequence[str]) -> str:
    """A pattern of any of *names*; one that nothing matches when there are none."""
    longest_first = sorted({one for one in names if one}, key=len, reverse=True)
    return "|".join(re.escape(one) for one in longest_first) or r"(?!)"
