"""What a bot can be told: what every kind knows, and what its configuration makes possible."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bots.domain.command import InvalidArgument
from bots.domain.kind import BotKind, InvalidConfig
from bots.kinds import kind_named

CONFIGURE: Final = "configure"
PAUSE: Final = "pause"
RESUME: Final = "resume"
SAY: Final = "say"
PLAY: Final = "play"
STOP: Final = "stop"
SET_LANGUAGE: Final = "set_language"
ADD_PHRASE: Final = "add_phrase"


def verbs_of(name: str) -> Sequence[str]:
    """The verbs that bots of the kind called *name* know."""
    kind = kind_named(name)
    if kind.comes_with_recording:
        return ()
    verbs = [CONFIGURE, PAUSE, RESUME, SAY, *kind.questions]
    if "language" in kind.checked({}):
        verbs.append(SET_LANGUAGE)
    if kind.speaks:
        verbs += [PLAY, STOP]
    if kind.phrase_list:
        verbs.append(ADD_PHRASE)
    return sorted(verbs)


def reconfigured(
    kind: BotKind, config: Mapping[str, Any], verb: str, arguments: Mapping[str, Any]
) -> Mapping[str, Any]:
    """*config* as *verb* leaves it; raises ``InvalidConfig`` or ``InvalidArgument``."""
    match verb:
        case "configure":
            return kind.checked({**config, **arguments})
        case "set_language":
            language = {"language": _given(arguments, "language")}
            return _taken(kind, config, language, "language")
        case "add_phrase":
            phrases = [*config[kind.phrase_list], _given(arguments, "phrase")]
            return _taken(kind, config, {kind.phrase_list: phrases}, "phrase")
        case _:
            return config


def _taken(
    kind: BotKind, config: Mapping[str, Any], change: Mapping[str, Any], argument: str
) -> Mapping[str, Any]:
    """*config* with *change*; what is wrong with that is told of the *argument* it came by."""
    try:
        return kind.checked({**config, **change})
    except InvalidConfig as error:
        if error.name in change:
            raise InvalidArgument(argument, error.complaint) from error
        raise


def _given(arguments: Mapping[str, Any], name: str) -> Any:
    if unknown := arguments.keys() - {name}:
        raise InvalidArgument(sorted(unknown)[0], f"is not known; this verb takes {name}")
    if name not in arguments:
        raise InvalidArgument(name, "is needed")
    return arguments[name]
