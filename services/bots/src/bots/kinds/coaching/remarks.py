"""What a coach could tell somebody, in words."""

from dataclasses import dataclass
from typing import Final

from bots.domain.reading import Finding
from bots.kinds.coaching.pace import Pace

MONOLOGUE, PACE, FILLER, BALANCE = "MONOLOGUE", "PACE", "FILLERS", "BALANCE"
AGENDA: Final = "AGENDA"
# Something is over when its measure is this far below the threshold.
OVER: Final = 0.9


@dataclass(frozen=True, slots=True)
class Remark:
    """What could be told to *person*: *measure* has reached *threshold*, or is below it."""

    person: str
    subject: str
    measure: float
    threshold: float
    text: str

    @property
    def is_due(self) -> bool:
        return self.measure >= self.threshold

    @property
    def is_over(self) -> bool:
        return self.measure < self.threshold * OVER


def balance_text(share: float) -> str:
    return (
        f"You have had {share:.0%} of the talk so far. "
        "Is there somebody who has not been heard yet?"
    )


def long_text(seconds: float) -> str:
    return (
        f"You have been speaking for {span(seconds)} without another. "
        "A question to the others may help."
    )


def fast_text(pace: Pace) -> str:
    return (
        f"You are speaking at some {pace.per_minute:.0f} words a minute. "
        "A little slower is easier to follow."
    )


def filled_text(pace: Pace) -> str:
    return (
        f"{pace.fillers} of your last {pace.words} words were fillers. A short pause does as well."
    )


def span(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def found_of(remark: Remark) -> Finding:
    return Finding(
        kind="coaching",
        key=f"{remark.subject} {remark.person}",
        text=remark.text,
        details={
            "subject": remark.subject,
            "measure": round(remark.measure, 2),
            "threshold": remark.threshold,
        },
        participant_id=remark.person,
    )
