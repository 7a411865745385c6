"""What people may write in the chat to tell a bot something, and how it answers there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.domain.command import Command, CommandState
from bots.kinds import kind_named
from bots.kinds.verbs import (
    ADD_PHRASE,
    CONFIGURE,
    PAUSE,
    PLAY,
    RESUME,
    SAY,
    SET_LANGUAGE,
    STOP,
    verbs_of,
)

# The session takes no longer lines.
LONGEST_ANSWER: Final = 2000
EVERYBODY: Final = "all"
# What of an answer is told as it is, without what stands beside it.
WHOLE_ANSWERS: Final = ("text", "answer")
# Who may tell a bot something where its configuration names nobody.
HOSTS: Final = ("HOST", "CO_HOST")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a verb is called in the chat, and the argument that takes the rest of the line."""

    words: str
    verb: str
    argument: str = ""


# The verbs that are called otherwise in a chat; a kind's questions are called as they are.
PHRASES: Final = (
    Phrase("pause", PAUSE),
    Phrase("resume", RESUME),
    Phrase("say", SAY, "text"),
    Phrase("play", PLAY, "url"),
    Phrase("stop", STOP),
    Phrase("add", ADD_PHRASE, "phrase"),
    Phrase("language", SET_LANGUAGE, "language"),
)
# What is written by hand in the chat is no structure.
_UNWRITTEN: Final = frozenset({CONFIGURE})


@dataclass(frozen=True, slots=True)
class Terms:
    """How a bot lets itself be told things: by which *prefix*, by whom, and whom it answers."""

    prefix: str
    roles: Sequence[str]
    answers_all: bool

    def rest_of(self, line: str) -> str | None:
        """What *line* says to the bot behind its prefix; none if it says nothing to it.

        ``!notes`` and ``@notes`` are the same.
        """
        first, _, rest = line.strip().partition(" ")
        is_mine = first[:1] in ("!", "@") and first[1:].lower().rstrip(",:") == self.name
        return rest.strip() if is_mine else None

    @property
    def name(self) -> str:
        return self.prefix[1:].lower()


def terms_of(kind: str, config: Mapping[str, Any]) -> Terms | None:
    """The terms of a bot of *kind* with *config*; none if it takes nothing from the chat."""
    given = config.get("chat_commands")
    if not isinstance(given, Mapping):
        return None
    prefix = given.get("prefix") or f"!{kind}"
    return Terms(prefix, given.get("roles", HOSTS), given.get("answers") == EVERYBODY)


def understood(kind: str, line: str) -> tuple[str, Mapping[str, Any]] | None:
    """The verb and the arguments that *line* means for a bot of *kind*, if it means any."""
    # The longest first: `what is open now` before `what`.
    for phrase in sorted(phrases_of(kind), key=lambda one: -len(one.words)):
        # Who knows the verb from the API writes it out: `add phrase` for `add`.
        ways = (phrase.verb.replace("_", " "), phrase.words)
        words = "|".join(r"\s+".join(map(re.escape, way.split())) for way in ways)
        found = re.match(rf"(?:{words})(?=\s|[?!.]*$)", line.strip(), re.IGNORECASE)
        rest = line.strip()[found.end() :].strip() if found else ""
        if found is None or (not phrase.argument and rest.strip("?!. ")):
            continue
        return phrase.verb, {phrase.argument: rest} if phrase.argument and rest else {}
    return None


def phrases_of(kind: str) -> Sequence[Phrase]:
    """What can be written to a bot of *kind*."""
    known = [one for one in verbs_of(kind) if one not in _UNWRITTEN]
    called = {one.verb: one for one in PHRASES}
    takes = kind_named(kind).question_arguments
    return [
        called.get(verb) or Phrase(verb.replace("_", " "), verb, takes.get(verb, ""))
        for verb in known
    ]


def help_of(kind: str, terms: Terms) -> str:
    """One line that says what can be written."""
    ways = [
        f"{one.words} <{one.argument}>" if one.argument else one.words for one in phrases_of(kind)
    ]
    return f"{terms.prefix} takes: {', '.join(ways)}"


def refusal_of_role(terms: Terms) -> str:
    return f"{terms.prefix} listens to {', '.join(terms.roles) or 'nobody'} only"


def answer_of(command: Command) -> str:
    """What the chat is told of a settled *command*."""
    called = command.verb.replace("_", " ")
    if command.state is not CommandState.APPLIED:
        return f"{called}: {command.reason}"[:LONGEST_ANSWER]
    shown = {name: value for name, value in command.answer.items() if value not in ("", None)}
    if command.verb in (SAY, PLAY) or not shown:
        return f"{called}: done"
    if whole := next((name for name in WHOLE_ANSWERS if name in command.answer), ""):
        text = str(shown.get(whole) or f"{called}: nothing that was said answers it")
        return text[:LONGEST_ANSWER]
    told = "; ".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in shown.items())
    return told if len(told) <= LONGEST_ANSWER else f"{told[: LONGEST_ANSWER - 1]}…"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("text") or ", ".join(map(_plain, value.values())))
    if isinstance(value, list | tuple):
        return " · ".join(map(_plain, value)) or "nothing"
    return str(value)
