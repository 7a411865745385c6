"""Words that speak to a machine instead of to the people present: no model is given them to read.

A model that obeys them would be found out by what it cites; but what it leaves out would not.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from minutes.model import Line

# Somebody who goes on after at most such a pause, with nobody in between, still says the same.
SAME_BREATH_SECONDS = 3.0
_ORDERS = (
    r"instructions?|prompts?|rules you|guidelines|anweisungen|instrucciones|instru[cç][oõ]es|"
    r"istruzioni|consignes"
)
_TO_A_MACHINE = re.compile(
    r"\b(?:ignor\w*|disregard|forget|override|bypass|vergiss|olvid\w*|esque[cç]\w*|oublie\w*)\b"
    rf"[^.!?]{{0,40}}\b(?:{_ORDERS})\b"
    r"|\b(?:new|updated|real|hidden|secret|your) (?:system )?(?:prompt|instructions?) (?:is|are)\b"
    r"|\bsystem (?:prompt|message|instruction)s?\b"
    r"|</? ?(?:transcript|system|assistant|user|instructions?|segments?|material|im_\w+)\b"
    r"|<\|\w+\|>|\[/?INST\]"
    r"|(?:^|[.!?>\n]\s*)(?:system|assistant|developer)\s*:"
    r"|\byou are (?:now )?(?:an? )?(?:\w+ )?(?:language model|chatbot|in developer mode)\b",
    re.I,
)


def speaks_to_machine(text: str) -> bool:
    """Whether *text* tries to instruct whoever writes the notes rather than somebody present."""
    return _TO_A_MACHINE.search(text) is not None


def without_orders(lines: Sequence[Line]) -> list[Line]:
    """*lines* without those that instruct a machine, and what is said in the same breath after."""
    if not lines:
        return []
    left_out = [speaks_to_machine(lines[0].text)]
    for before, line in pairwise(lines):
        pause = line.start_seconds - before.end_seconds
        goes_on = line.speaker == before.speaker and pause <= SAME_BREATH_SECONDS
        left_out.append(speaks_to_machine(line.text) or (goes_on and left_out[-1]))
    return [line for line, out in zip(lines, left_out, strict=True) if not out]
