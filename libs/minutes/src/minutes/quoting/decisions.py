"""Decisions: what was said to be decided, and proposals that somebody agreed to."""

import re
from collections.abc import Sequence

from minutes.model import Decision
from minutes.quoting.phrases import plain, without_openers
from minutes.quoting.sentences import Sentence
from minutes.quoting.words import content_words

FEWEST_WORDS = 2
_SAID = re.compile(
    r"\b(?:we (?:have |have all |all |just |then |finally |have now |also )?(?:decided|agreed|"
    r"settled|resolved|chose|chosen|approved|voted|concluded|picked|selected)\b|"
    r"(?:it is|that is|it was|was|were|is|are) (?:now |hereby |all )?(?:decided|agreed|settled|"
    r"approved)\b|"
    r"(?:the|our|final|my) (?:final )?decision (?:is|was)\b|^decision:|"
    r"^agreed[,:]? (?:we|to|the|then)|"
    r"(?:we|I) (?:will|are going to|am going to) (?:go|stick|stay) with\b|we (?:are going|went|"
    r"have gone) with\b)",
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
    r"(?:shall|should|why do not|can) we|we (?:could|should))\b",
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
    r"I am fine with|that works|all in favou?r|exactly|definitely)\b",
    re.I,
)
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


def decisions_of(sentences: Sequence[Sentence]) -> list[Decision]:
    """What the meeting settled, in order, each in the words it was said in."""
    found: list[Decision] = []
    for index, sentence in enumerate(sentences):
        text = without_openers(plain(sentence.text))
        if len(content_words(text)) < FEWEST_WORDS:
            continue
        if _is_settled(sentence, text):
            found.append(_decision(sentence))
        elif _PROPOSAL.match(text) and not _IN_MEETING.search(text):
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
        if later.turn == proposal.turn:
            continue
        same = later.speaker == proposal.speaker
        return later if not same and _AGREED.match(plain(later.text)) else None
    return None


def _decision(*sentences: Sentence) -> Decision:
    cited = dict.fromkeys(id for one in sentences for id in one.segment_ids)
    return Decision(sentences[0].text, tuple(cited))
