"""What a stranger's server said, as an outcome."""

from common.exchange import GONE
from common.exchange import Outcome as Answer
from scheduler.domain.sending import Outcome, Verdict

# Answers that say: not now. Every other refusal is for good.
_NOT_NOW = frozenset({0, 408, 425, 429})


def outcome_of(answer: Answer, who: str) -> Outcome:
    """*who* names the server. What it wrote stays out: it may repeat what it was sent."""
    if answer.is_success:
        return Outcome(Verdict.SENT)
    if answer.status == GONE:
        return Outcome(Verdict.REFUSED, f"{who} is gone")
    told = f"{who} answered {answer.status}" if answer.status else f"{who} did not answer"
    if answer.status in _NOT_NOW or answer.status >= 500:
        return Outcome(Verdict.AGAIN, told, retry_after=answer.retry_after)
    return Outcome(Verdict.REFUSED, told)
