"""What the wording of a sentence shows of what it does: what vectors of meaning tell badly."""

import re
from datetime import date
from typing import Final

from minutes.quoting.due import find_due
from minutes.quoting.phrases import plain

# Their order is that of the weights; whoever changes one trains anew.
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\?$",
        r"\bI (?:\w+ )?(?:will|shall|am going to)\b",
        r"\b(?:let me|(?:with|to) me\b|I am on it|on me\b|mine\b)",
        r"\bI (?:can|could)\b",
        r"\bI would\b",
        r"\bI am \w+ing\b",
        r"\bI (?:need|have|want|still have) to\b",
        r"\bwe (?:will|shall|are|would)\b",
        r"\bwe (?:keep|leave|stay|take|go|drop|stick|do)\b",
        r"\byou (?:will|have to|need to|should|must|would)\b",
        r"\b(?:can|could|would|will) (?:you|some|any|one of|the two of)",
        r"\b(?:some ?body|some ?one|one of (?:us|you)|who)\b",
        r"\bplease\b",
        r"\blet us\b",
        r"^(?:so|then|okay|ok|right|good|fine|great|alright|all right)\b",
        r"\b(?:so|then)\b",
        r"\b(?:was|were|did|had|went|said|told|ago|yesterday|last|already)\b|\w{3}ed\b",
        r"\b(?:if|maybe|perhaps|might|whether|could)\b",
        r"\b(?:not|no|never|none|nobody)\b",
        r"^(?:yes|yeah|yep|sure|okay|ok|agreed|fine|of course|absolutely|alright|all right)\b",
        r"^(?:no|nope|sorry|unfortunately|not)\b",
        r"\b(?:decided|agreed|settled|approved|resolved|chose|voted|decision|it is)\b",
        r"^(?:[A-Z]\w+, )?(?:send|book|write|update|call|ask|bring|take|get|find|make|read|show)\b",
        r"\b(?:will|would|has|agreed|is going) to\b|\b\w+ will\b",
        r"\b(?:should|shall|could|can) we\b|^(?:how|what) about\b|\bwhy do not we\b",
        r"\b(?:stays?|keep|drop|moves?|leave|instead|from now on|starting)\b",
        r"\bI\b",
        r"\bwe\b",
        r"\byou\b",
        r"\b(?:he|she|they)\b",
    )
)
# Any day will do: only whether one is told counts.
_SOME_DAY: Final = date(2026, 1, 5)
COUNT: Final = len(_PATTERNS) + 4


def cues_of(text: str) -> list[float]:
    """``COUNT`` numbers, each 1.0 where its cue is there and else 0.0."""
    said = plain(text)
    words = len(said.split())
    return [
        *(1.0 if pattern.search(said) else 0.0 for pattern in _PATTERNS),
        1.0 if re.match(r"[A-Z]\w+, (?!I\b)", said) else 0.0,
        1.0 if find_due(said, _SOME_DAY) else 0.0,
        1.0 if words <= 3 else 0.0,
        1.0 if words >= 15 else 0.0,
    ]
