"""Words that carry meaning, reduced to stems so that `prices` meets `price`."""

import re

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_COMMON = """
a about after again all also always am an and any are as at be because been before being but by
can cannot come could did do does doing don't done down each else even ever every few for from
further get gets getting go goes going gonna good got great had has have having he her here hers
him his how i i'd i'll i'm i've if in into is isn't it it's its just know let let's like lot
make many may me might more most much must my need no nor not now of off oh ok okay on once one
only or other our ours out over own please quite rather really right same say see shall she
should so some still such sure take than thank thanks that that's the their them then there
there's these they thing things think this those through to too uh um until up us very want was
we we'd we'll we're we've well were what when where which while who why will with would yeah yes
yet you you'd you'll you're your yours
"""
STOP = frozenset(_COMMON.split())


def content_words(text: str) -> list[str]:
    """The stems of the words that mean something, in order."""
    return [stem(word) for word in _WORD.findall(text.lower()) if word not in STOP]


def stem(word: str) -> str:
    """*word* without the commonest English endings."""
    word = word.removesuffix("'s")
    for ending, least in (
        ("ations", 4),
        ("ation", 4),
        ("ing", 3),
        ("ies", 3),
        ("ed", 3),
        ("es", 3),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)].removesuffix("e")
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word
