"""What a note taker remembers between two events: which words it heard, and what it noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bots.domain.transcript import Segment
from minutes.model import Line
from minutes.notes import Note, note_from

# Enough of an id to tell a session's segments apart: the last of its random part.
TAIL: Final = 10
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Memory:
    """*heard* names the segments it read: not those from before it came, nor while it was paused.

    The first *noted* of them are in *notes*; the rest has *words* words, the first of them read at
    *since*. *began* is when second 0 of the session was. After *failures* of the model in a row it
    is not asked before *retry_at*. *dropped* counts claims that nothing bore out.
    """

    heard: Sequence[str] = ()
    noted: int = 0
    words: int = 0
    since: datetime | None = None
    began: datetime | None = None
    notes: Sequence[Note] = ()
    failures: int = 0
    retry_at: datetime | None = None
    dropped: int = 0

    @property
    def unnoted(self) -> int:
        return len(self.heard) - self.noted

    def after(self, segment: Segment, now: datetime) -> "Memory":
        """With *segment* read."""
        return replace(
            self,
            heard=(*self.heard, segment.id[-TAIL:]),
            words=self.words + len(segment.text.split()),
            since=self.since or now,
            began=self.began or now - timedelta(seconds=segment.end_seconds),
        )

    def with_notes(self, notes: Sequence[Note]) -> "Memory":
        """With everything heard in *notes*."""
        return replace(self, notes=tuple(notes), noted=len(self.heard), words=0, since=None)

    def may_ask(self, now: datetime) -> bool:
        """Whether the model may be asked again."""
        return self.retry_at is None or now >= self.retry_at

    def failed(self, now: datetime) -> "Memory":
        wait = min(FIRST_WAIT * 2**self.failures, LONGEST_WAIT)
        return replace(self, failures=min(self.failures + 1, 10), retry_at=now + wait)

    def recovered(self, dropped: int) -> "Memory":
        return replace(self, failures=0, retry_at=None, dropped=self.dropped + dropped)

    def lines(self, said: Sequence[Segment], zone: ZoneInfo) -> list[Line]:
        """Those of what was *said* that it heard, in order."""
        heard = set(self.heard)
        return [_line(one, self.began, zone) for one in said if one.id[-TAIL:] in heard]

    def as_json(self) -> dict[str, Any]:
        return {
            "heard": list(self.heard),
            "noted": self.noted,
            "words": self.words,
            "since": _text(self.since),
            "began": _text(self.began),
            "notes": [one.as_json() for one in self.notes],
            "failures": self.failures,
            "retry_at": _text(self.retry_at),
            "dropped": self.dropped,
        }


def memory_from(state: Mapping[str, Any]) -> Memory:
    return Memory(
        heard=tuple(state["heard"]),
        noted=state["noted"],
        words=state["words"],
        since=_moment(state["since"]),
        began=_moment(state["began"]),
        notes=tuple(note_from(one) for one in state["notes"]),
        failures=state["failures"],
        retry_at=_moment(state["retry_at"]),
        dropped=state["dropped"],
    )


def _line(segment: Segment, began: datetime | None, zone: ZoneInfo) -> Line:
    assert began is not None, "it is set with the first segment"
    moment = began + timedelta(seconds=segment.start_seconds)
    return Line(
        segment_id=segment.id,
        speaker=segment.speaker_name,
        text=segment.text,
        start_seconds=segment.start_seconds,
        end_seconds=segment.end_seconds,
        said_on=moment.astimezone(zone).date(),
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
