"""Decisions: what was said to be decided, and proposals that somebody agreed to."""

import re
from collections.abc import Sequence

from minutes.model import Decision
from minutes.quoting.phrases import overlap, plain, without_openers
from minutes.quoting.sentences import Sentence
from minutes.quoting.words import content_words

FEWEST_WORDS = 2
SAME = 0.5
_SAID = re.compile(
    r"\b(?:we (?:have |have all |all |just |then |finally |have now |also )?(?:decided|agreed|"
    r"settled|resolved|chose|chosen|approved|voted|concluded|picked|selected)\b|"
    r"(?:it is|that is|it was|was|were|is|are) (?:now |hereby |all )?(?:decided|agreed|settled|"
    r"approved)\b|"
    r"(?:the|our|final|my) (?:final )?decision (?:is|was)\b|^decision:|"
    r"^agreed[,:]? (?:we|to|the|then)|"
    r"(?:we|I) (?:will|are going to|am going to) (?:go|stick|stay) with\b|we (?:are going|went|"
    r"have gone|go|stick|stay) with\b|^(?:then )?(?:\w+[ -]){1,5}it is(?=[,.!]|$))",
    re.I,
)
_CHOICE = re.compile(
    r"^(?:let us (?:go (?:with|ahead)|stick|stay|keep)|we (?:will|shall|are going to|are|will not|"
    r"are not going to)(?: still| then| now| only| not)? (?:use|keep|launch|ship|release|drop|"
    r"adopt|"
    r"postpone|cancel|stay|skip|switch|offer|support|move to|move the|hire|buy|raise|lower|stop|"
    r"charge|limit|freeze|replace|close|extend|start with|begin with|meet every)\b)",
    re.I,
)
_PROPOSAL = re.compile(
    r"^(?:let us|I (?:would )?(?:propose|suggest|recommend|vote)|(?:how|what) about|my proposal is|"
    r"(?:shall|should|why do not|can|could) we|we (?:could|should)|"
    r"(?:then )?I would (?:say|go|keep|take|move|put|leave|use|buy|choose|cut|stay|do)|"
    r"(?:so )?(?:what )?,? ?we (?:leave|keep|take|stay|say))\b|"
    r"\bI would say we\b|^(?:so )?we are saying\b",
    re.I,
)
_IN_MEETING = re.compile(
    r"\b(?:let us|shall we|can we|should we) (?:start|begin|move on|take a (?:break|look)|see|"
    r"look|go "
    r"around|wrap|talk|discuss|hear|continue|get started|plan|review|think|wait|find out|ask|check|"
    r"come back|do this|go through|go over|recap|end|stop here|meet)\b",
    re.I,
)
_AGREED = re.compile(
    r"^(?:agreed|I agree|sounds (?:good|great|right|fine)|works for me|perfect|makes sense|deal|"
    r"fine (?:by|with) me|good idea|great idea|yes|yeah|okay|ok|absolutely|let us do (?:that|it)|"
    r"I am fine with|that works|all in favou?r|exactly|definitely|same|fair\b|"
    r"(?:no, )?(?:fair|you are right)|that would help|[\w' ]{2,30} sounds (?:good|right|fine|fair)|"
    r"from me)\b|,? (?:yeah|yes|agreed)[.!]?$",
    re.I,
)
# Nothing by itself: what follows it counts.
_FILLER = re.compile(r"^(?:well|right|so|oh|ha|hm|ah)?[.,! ]*$", re.I)
# A proposal is turned down, and whoever made it, or wanted it, says so.
_TURNED_DOWN = re.compile(
    r"^(?:no,? )?(?:okay|ok|fine|good|right|alright)?,? ?(?:then|so) (?:no|not|it is a no|"
    r"we (?:do|will|would) not)(?=[,.!]|$)|^(?:okay,? |ok,? |so,? )*that is a no\b",
    re.I,
)
_WISH = re.compile(
    r"\b(?:can|could|shall|should|do|would|are|will) (?:we|you)\b|^(?:and|also)? ?we are saying\b",
    re.I,
)
# How far back the proposal may be.
TURNED_DOWN_REACH = 6
_OPEN = re.compile(
    r"\b(?:not (?:yet )?(?:decided|agreed|settled|resolved)|have not|has not|had not|"
    r"did not (?:decide|"
    r"agree)|need to|needs to|must be|should be|whether|once (?:we|it)|until (?:we|it)|if (?:we|"
    r"it)|"
    r"to be (?:decided|agreed)|when (?:we|it) (?:decided|is|was)|why we|before we|nothing (?:was|"
    r"is)|"
    r"never|who decided|unless|is not (?:decided|settled|agreed))\b",
    re.I,
)


_NOT_YET = re.compile(
    r"\b(?:nobody|no one|none of us)\b|\b(?:not|yet to)\b.*\b(?:decid|agree|settle|approve)", re.I
)


def is_open(text: str) -> bool:
    """Whether *text*, written out, speaks of what is still to be decided."""
    return bool(_OPEN.search(text) or _NOT_YET.search(text))


def decisions_of(sentences: Sequence[Sentence]) -> list[Decision]:
    """What the meeting settled, in order, each in the words it was said in."""
    found: list[Decision] = []
    for index, sentence in enumerate(sentences):
        if _TURNED_DOWN.match(plain(sentence.text)):
            found.extend(_refusal(sentences, index))
            continue
        text = without_openers(plain(sentence.text))
        if len(content_words(text)) < FEWEST_WORDS:
            continue
        if _is_settled(sentence, text):
            _settle(found, _decision(sentence))
        elif _PROPOSAL.search(text) and not _IN_MEETING.search(text):
            agreeing = _agreement(sentences, index)
            if agreeing is not None:
                found.append(_decision(sentence, agreeing))
    return found


def _is_settled(sentence: Sentence, text: str) -> bool:
    if sentence.is_question:
        return False
    said = _SAID.search(text)
    if said is not None:
        return not _OPEN.search(text[: said.end() + 12])
    return bool(_CHOICE.match(text)) and not _OPEN.search(text)


def _agreement(sentences: Sequence[Sentence], index: int) -> Sentence | None:
    """Where the next speaker agrees at once."""
    proposal = sentences[index]
    for later in sentences[index + 1 :]:
        if later.turn == proposal.turn or _FILLER.match(plain(later.text)):
            continue
        same = later.speaker == proposal.speaker
        return later if not same and _AGREED.match(plain(later.text)) else None
    return None


def _settle(found: list[Decision], settled: Decision) -> None:
    """Add what is *settled*; a proposal just agreed to that says the same becomes it."""
    if found and overlap(found[-1].text, settled.text) >= SAME:
        cited = dict.fromkeys((*found.pop().segment_ids, *settled.segment_ids))
        settled = Decision(settled.text, tuple(cited))
    found.append(settled)


def _refusal(sentences: Sequence[Sentence], index: int) -> list[Decision]:
    """What the sentence at *index* gives up: the last thing that was asked for, and not got."""
    closing = sentences[index]
    for back in range(index - 1, max(index - 1 - TURNED_DOWN_REACH, -1), -1):
        asked = sentences[back]
        if asked.is_question and _WISH.search(plain(asked.text)):
            between = [one for one in sentences[back + 1 : index] if one.speaker != asked.speaker]
            cited = dict.fromkeys(
                id for one in (asked, *between[:1], closing) for id in one.segment_ids
            )
            return [Decision(f"{asked.text} {closing.text}", tuple(cited))]
    return []


def _decision(*sentences: Sentence) -> Decision:
    cited = dict.fromkeys(id for one in sentences for id in one.segment_ids)
    return Decision(sentences[0].text, tuple(cited))
