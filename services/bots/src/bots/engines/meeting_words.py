"""What words of work mean in meetings, where a general lexicon has them wrong or not at all."""

from collections.abc import Mapping
from typing import Final

# Words of many trades that are bad news elsewhere; people say them all day without a thought.
_PLAIN: Final = """
    alert alerts attack attacks cancel chance claim claims crash critical cut dead death debug
    debt defect defects defence destroy dispute drop error errors exploit fail fails fault fight
    fire fraud harm hazard help incident incidents interest interested kill killed kills like lag
    limited pain penalty pressure problem problems risk risks sharing shared share severe severity
    sick sorry stop stopped support terminal threat ticket trust virus war warm warning warnings
    wound"""
# From -4 to 4, as in VADER's lexicon; 0 takes a word out of it.
WORDS: Final[Mapping[str, float]] = {
    **dict.fromkeys(_PLAIN.split(), 0.0),
    # What went wrong, told as such.
    "blocked": -1.6,
    "broken": -1.9,
    "buggy": -1.9,
    "churned": -1.8,
    "crashed": -2.0,
    "crashes": -1.6,
    "dropped": -1.2,
    "escalated": -1.2,
    "failed": -2.0,
    "failing": -1.8,
    "fiasco": -2.8,
    "flaky": -1.4,
    "frustrated": -2.2,
    "nightmare": -2.8,
    "outage": -1.6,
    "outages": -1.8,
    "overloaded": -1.6,
    "overrun": -1.4,
    "overworked": -2.0,
    "pointless": -2.0,
    "regression": -1.2,
    "stuck": -1.4,
    "unacceptable": -2.6,
    "underwater": -1.5,
    "understaffed": -1.8,
    "unusable": -2.4,
    # What went well.
    "cheers": 1.6,
    "doubled": 1.0,
    "flawless": 2.8,
    "renewed": 1.6,
    "seamless": 2.0,
    "shipped": 1.2,
    "smooth": 1.8,
    "smoothly": 1.8,
    "spotless": 2.0,
    "stoked": 2.4,
}
# The same of phrases, which are weighed as a whole.
PHRASES: Final[Mapping[str, float]] = {
    # Nothing is meant by them.
    "bear with me": 0.0,
    "crash report": 0.0,
    "dead letter": 0.0,
    "deadline": 0.0,
    "no worries": 1.0,
    "pull request": 0.0,
    "risk register": 0.0,
    "stress test": 0.0,
    "war room": 0.0,
    # Praise.
    "ahead of schedule": 2.0,
    "days early": 1.8,
    "happy path": 0.0,
    "killer feature": 2.5,
    "no bugs": 1.6,
    "no complaints": 1.8,
    "no problem": 1.4,
    "on time and on budget": 2.2,
    "pulled together": 1.8,
    "spot on": 2.0,
    "well done": 2.6,
    "zero bugs": 1.8,
    # Complaint.
    "against it": -1.6,
    "behind schedule": -1.8,
    "could have been an email": -2.6,
    "does not work": -1.8,
    "doesn't work": -1.8,
    "falls apart": -2.2,
    "fell apart": -2.2,
    "fell through": -1.6,
    "gave up": -1.6,
    "give up": -1.6,
    "is a joke": -2.4,
    "is down": -1.4,
    "isn't working": -1.8,
    "letting us down": -2.2,
    "let us down": -2.2,
    "makes no sense": -1.8,
    "nobody listens": -2.2,
    "no longer trust": -2.4,
    "not acceptable": -2.4,
    "not fair": -2.0,
    "not good enough": -2.2,
    "not happy": -2.2,
    "not working": -1.8,
    "out of control": -2.0,
    "sick of": -2.4,
    "still waiting": -1.4,
    "waste of time": -2.6,
    "was down": -1.8,
    "were down": -1.8,
}
