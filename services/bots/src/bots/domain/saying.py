"""Sayings: what a session's voice is to say or play, to whom it yields, and how far it came."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import Unavailable


class CannotSpeak(Unavailable):
    """The text could not be made into sound, or the sound not be said."""


@dataclass(frozen=True, slots=True)
class Saying:
    """*voice_id* is the participant who says it, through the ear at *ear_address*.

    *act_id* is the act by which a bot asked for it; empty for a prompt that somebody sent.
    *spoken_seconds* of *total_seconds* were said when its replica last looked, if it had begun.
    """

    prompt_id: str
    workspace_id: str
    session_id: str
    meeting_id: str
    voice_id: str
    ear_address: str
    text: str
    test: bool
    act_id: str = ""
    spoken_seconds: float | None = None
    total_seconds: float = 0.0

    @property
    def cut_short(self) -> "Spoken | None":
        """How far it came with a replica that is gone; nobody hears the beginning twice."""
        if self.spoken_seconds is None:
            return None
        return Spoken(self.spoken_seconds, self.total_seconds, restarted=True)


@dataclass(frozen=True, slots=True)
class Courtesy:
    """To whom a voice yields: whoever of them speaks *after_seconds* without a pause."""

    participant_ids: Collection[str] = ()
    after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Errand:
    """What a saying is for: the text in *language*, or with *url* the sound that is there.

    *is_void* when it is not to be said any more.
    """

    bot_id: str = ""
    command_id: str = ""
    verb: str = ""
    language: str = ""
    url: str = ""
    courtesy: Courtesy = Courtesy()
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many seconds were said, of how many, and why not the rest.

    *stopped* tells that somebody had it stopped, *interrupted_by* names the participant who spoke
    over it, *restarted* tells that who said it was replaced, and that *seconds* are about right;
    *error* says why it could not be said.
    """

    seconds: float = 0.0
    total_seconds: float = 0.0
    interrupted_by: str = ""
    stopped: bool = False
    error: str = ""
    restarted: bool = False

    @property
    def is_cut_off(self) -> bool:
        return self.stopped or self.restarted or bool(self.interrupted_by)

    @property
    def complaint(self) -> str:
        """Why it was not said to its end, or nothing."""
        if not self.is_cut_off:
            return self.error
        cause = f"{self.interrupted_by} spoke" if self.interrupted_by else "it was stopped"
        if self.restarted:
            cause = "the service that said it was restarted; say it again if it still matters"
        return f"interrupted after {self.seconds:.1f} of {self.total_seconds:.1f} s: {cause}"

    @property
    def position(self) -> Mapping[str, Any]:
        """How far it came, as a receipt answers it."""
        return {"spoken_seconds": self.seconds, "total_seconds": self.total_seconds} | (
            {"interrupted_by": self.interrupted_by} if self.interrupted_by else {}
        )
