"""Reading: what a bot is told of a session in order, and what it may answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from bots.domain.meanings import Meanings
from bots.domain.moods import Moods
from bots.domain.transcript import Segment
from bots.domain.translation import Translation
from common.llm import Llm

# What a reader remembers, as JSON: enough for a meeting's worth of counting, not for its words.
LARGEST_STATE_BYTES = 256 * 1024
# What a reader remembers under this name, an instant in ISO 8601, is when it wants to be woken.
WAKE_AT = "wake_at"


class What(Enum):
    """What can happen in a session besides words."""

    JOINED = "JOINED"
    LEFT = "LEFT"
    MUTED = "MUTED"
    UNMUTED = "UNMUTED"
    CHAT = "CHAT"
    HELD = "HELD"
    RELEASED = "RELEASED"
    CHECKED = "CHECKED"
    ALL_CHECKED = "ALL_CHECKED"
    METRICS = "METRICS"
    ENDING_SOON = "ENDING_SOON"
    # Nothing more will be said, or the reader leaves: this is the last there is to read.
    CLOSING = "CLOSING"
    COMMAND = "COMMAND"
    # Nothing happened until the instant that the reader named.
    WOKEN = "WOKEN"


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said this. One that is not *final* may still become other words."""

    segment: Segment
    final: bool = True

    @property
    def source(self) -> str:
        """What names it: the same for a partial and for the final segment that it becomes."""
        return self.segment.id


@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened between two segments; *details* is plain JSON.

    JOINED: ``name``, ``role`` and ``seconds`` on the session's time line. CHAT: ``text``, ``name``.
    CHECKED: ``item``, ``text``.
    METRICS: ``participants``, each a ``ParticipantMetrics`` of the session service.
    CLOSING: ``bot_id`` where that bot leaves and the session goes on.
    ENDING_SOON: ``remaining_seconds`` until the session ends by itself.
    COMMAND: ``bot_id``, ``command_id``, ``verb``, ``arguments``; a reader is given those of its
    kind's ``questions`` only.
    """

    what: What
    participant_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


Event = Said | Happened


@dataclass(frozen=True, slots=True)
class Entry:
    """An event at its place in the session's stream: 1, 2, 3…"""

    position: int
    event: Event


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found. What is left out is taken from the segment that was read.

    What nobody in particular said or did has no participant: ``None``.

    *kind* names what it is, such as ``keyword``. *key* tells it from others found in the same
    event: a finding with the same key in a partial and in its final segment is one and the same.
    One that is *lasting* stays the same over events: its insight changes, or is *withdrawn*, and
    whose it is and when it was said are only what the finding itself says.
    """

    kind: str
    key: str
    text: str
    details: Mapping[str, Any] = field(default_factory=dict)
    start_seconds: float | None = None
    end_seconds: float | None = None
    participant_id: str | None = ""
    participant_name: str = ""
    segment_ids: Sequence[str] = ()
    lasting: bool = False
    withdrawn: bool = False


class Do(Enum):
    """What a bot can do to its session, each with its arguments.

    PROMPT: ``text``, ``kind`` (CHAT, SYSTEM, SPOKEN), and ``role`` or ``participant_id`` for some
    only. MUTE: ``participant_id``. END: ``by_policy``. CHECK: ``item``, a checklist item that is
    done, and its ``text`` where it may be new. ATTACH: ``kind``, ``config`` of a bot to bring. The
    others take none. All but PROMPT, CHECK and ATTACH take a ``reason``.
    """

    PROMPT = "PROMPT"
    MUTE = "MUTE"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    PAUSE_RECORDING = "PAUSE_RECORDING"
    END = "END"
    CHECK = "CHECK"
    ATTACH = "ATTACH"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that a bot asks to be done; *key* tells it from others asked for at one event.

    *because* has the keys of the findings that speak for it; where it is empty all do.
    """

    do: Do
    key: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    because: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one event; *state* is what it wants to remember, as JSON.

    *asks* are done after this is written, once each. *answer* is what it says to a command; with
    *refusal* it says why it does not do it. A *complaint* is told as ``bot.degraded``: it goes on,
    and cannot do all that it is there for.
    """

    state: Mapping[str, Any]
    findings: Sequence[Finding] = ()
    asks: Sequence[Ask] = ()
    answer: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""
    complaint: str = ""


class Reader(Protocol):
    """Reads a session's events one after the other.

    It keeps nothing to itself: what it has to remember is in the *state* that it answers, which
    is written together with what it found. So a crash loses nothing and doubles nothing.
    """

    @property
    def state(self) -> Mapping[str, Any]:
        """What it remembers before the first event."""

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        """What it makes of *event*. What it answers to a partial is not remembered."""


async def nothing_said() -> Sequence[Segment]:
    """What is recalled where there is no session."""
    return ()


@dataclass(frozen=True, slots=True)
class Engines:
    """What this installation has for readers beyond the words themselves."""

    moods: Moods | None = None
    # What judges where no language model may.
    plain_moods: Moods | None = None
    # In seconds: who looks for other things too waits no longer for a mood.
    mood_patience: float = 3.0
    meanings: Meanings | None = None
    # In the order in which they are asked.
    translations: Sequence[Translation] = ()
    llm: Llm | None = None
    # Every final segment of the reader's session so far, in order and without word times.
    recall: Callable[[], Awaitable[Sequence[Segment]]] = nothing_said

    def without_model(self) -> "Engines":
        """These, and no language model among them."""
        asks = self.moods is not None and self.moods.asks_model
        return replace(
            self,
            llm=None,
            moods=self.plain_moods if asks else self.moods,
            translations=[one for one in self.translations if not one.asks_model],
        )
