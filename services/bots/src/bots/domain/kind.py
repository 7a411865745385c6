"""What a kind of bot says of itself, and what it may ask of the installation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Final, Protocol

from bots.domain.reading import Ask, Engines, Reader
from bots.domain.translation import Pair
from common.errors import InvalidInput

# What a kind that asks a language model takes: false, and it asks none.
LANGUAGE_MODEL: Final = "language_model"


class Availability(Enum):
    CONFIGURED = "CONFIGURED"
    NOT_CONFIGURED = "NOT_CONFIGURED"
    MISCONFIGURED = "MISCONFIGURED"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether something can be used; *remedy* says what to do when not."""

    availability: Availability = Availability.CONFIGURED
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What this installation has for its bots."""

    recogniser: Readiness
    # Makes files of what is recorded.
    studio: Readiness = Readiness()
    # Judges how words sound.
    moods: Readiness = Readiness()
    # Tells topics apart by what words mean; without it, by the words themselves.
    meanings: Readiness = Readiness()
    # Reads text aloud.
    speech: Readiness = Readiness()
    translation: Readiness = Readiness()
    # What it makes of what.
    pairs: Collection[Pair] = ()
    # The same without a language model.
    plain_pairs: Collection[Pair] = ()
    # Tells people apart who share one device.
    diariser: Readiness = Readiness()

    # A language model, where one is configured.
    llm: Readiness = Readiness(Availability.NOT_CONFIGURED)

    @property
    def capabilities(self) -> Mapping[str, Readiness]:
        """What there may be, and how it stands, by the names that callers know it by."""
        return {
            "recogniser": self.recogniser,
            "speech": self.speech,
            "translation": self.translation,
            "diariser": self.diariser,
            "sentiment": self.moods,
            "meanings": self.meanings,
            "llm": self.llm,
            "recordings": self.studio,
        }

    def first_lacking(self, *needed: Readiness) -> Readiness:
        """The first of *needed* that cannot be used, if there is one."""
        lacking = (one for one in needed if one.availability is not Availability.CONFIGURED)
        return next(lacking, Readiness())


class ConfigTable(Protocol):
    """What a configuration takes."""

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """*config* with its defaults; raises ``InvalidConfig``, which names the field."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """The same as JSON Schema, draft 2020-12; what passes the checks it takes."""


class BotKind(Protocol):
    """One row of the table of kinds. A subclass says what differs from a bot that reads words."""

    description: ClassVar[str]
    # Whether what people say has to be recognised for it.
    needs_words: ClassVar[bool] = True
    # Whether those words are kept and told as the meeting's transcript.
    writes_transcript: ClassVar[bool] = False
    # Whether it is no caller's to bring.
    comes_with_recording: ClassVar[bool] = False

    # What one may ask a bot of this kind, besides what every kind can be told; its reader answers.
    questions: ClassVar[Sequence[str]] = ()
    # Which argument of a question takes what is written behind it in the chat.
    question_arguments: ClassVar[Mapping[str, str]] = {}
    # The list in its configuration that `add_phrase` adds to.
    phrase_list: ClassVar[str] = ""
    # What it does more or better with, as `Equipment.capabilities` calls it; it works without.
    better_with: ClassVar[Sequence[str]] = ()
    # Whether it may ask a language model; its configuration then has `language_model`.
    asks_model: ClassVar[bool] = False
    # Whether it has a voice in the room: what it is told to say is settled when it is said.
    speaks: ClassVar[bool] = False

    @property
    def table(self) -> ConfigTable:
        """The fields that its configuration takes."""
        ...

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """*config* with its defaults; raises ``InvalidConfig``, which names the field."""
        return self.table.checked(config)

    def require(self, config: Mapping[str, Any], equipment: Equipment) -> None:
        """Refuse a checked *config* that this installation has not the *equipment* for.

        Raises ``InvalidConfig``, which names the field and what would have to be there.
        """
        return None

    def planned(self, config: Mapping[str, Any], agenda: str) -> Mapping[str, Any]:
        """*config*, which is checked, with what it takes of the meeting's *agenda*."""
        return config

    def arrival(self, config: Mapping[str, Any]) -> Sequence[Ask]:
        """What a bot with *config* asks to be done once it has joined."""
        return ()

    def readiness(self, equipment: Equipment) -> Readiness:
        return equipment.recogniser

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader | None:
        """What reads for one bot with *config*; none for a kind that works otherwise."""
        return None


class UnknownKind(InvalidInput):
    def __init__(self, kind: str, known: str) -> None:
        super().__init__(f"no bot kind {kind!r}; there is {known}", field="kind", kind=kind)


class KindNamedTwice(InvalidInput):
    def __init__(self, kind: str) -> None:
        super().__init__(
            f"a session has one {kind}, and another one is named before it; leave one out",
            field="kind",
            kind=kind,
        )


class InvalidConfig(InvalidInput):
    def __init__(self, name: str, complaint: str) -> None:
        super().__init__(f"config.{name} {complaint}", field=f"config.{name}")
        self.name = name
        self.complaint = complaint
