"""How people are heard: once for each of them, so as all the session's bots can live with."""

from collections.abc import Iterable, Sequence
from typing import Final

from bots.domain.bot import STAYING, Bot, HeardOtherwise
from bots.domain.crew import Track
from bots.kinds import needs_words, writes_transcript
from bots.kinds.languages import AUTO
from bots.service.ahead import Wanted

# The recogniser reads its hints before every piece of speech.
MOST_HINTS: Final = 50
# Of these, what terms leave to the names of people in any case.
ROOM_FOR_NAMES: Final = 10


def hearers_of(bots: Iterable[Bot]) -> Sequence[Bot]:
    """Those that want words now; who writes them down comes first."""
    return [bot for bot in _in_turn(bots) if not bot.paused]


def finishing(bots: Iterable[Bot]) -> Sequence[Bot]:
    """Those that want words of before, and none of now; who writes them down comes first."""
    return _writers_first(bot for bot in bots if bot.is_present and bot.deaf_since is not None)


def wanted_by(hearers: Sequence[Bot], tracks: Sequence[Track]) -> Wanted:
    """What *hearers* want recognised: people call one another by name, so names are hints too."""
    terms = dict.fromkeys(hint for bot in hearers for hint in bot.config.get("hints", ()))
    names = dict.fromkeys(track.name for track in tracks if track.name and track.name not in terms)
    kept = list(terms)[: MOST_HINTS - min(len(names), ROOM_FOR_NAMES)]
    return Wanted(
        _language_of(hearers),
        (*kept, *names)[:MOST_HINTS],
        diarise=any(bot.config.get("diarise") for bot in hearers),
    )


def check_language(bot: Bot, others: Iterable[Bot]) -> None:
    """Raise ``HeardOtherwise`` where *bot* names another language than people are heard in."""
    if not _in_turn([bot]):
        return
    them = [one for one in _in_turn(others) if one.id != bot.id]
    everybody = _in_turn([*them, bot])
    # Who writes the transcript and names no language has it detected, and that suits every bot.
    if not everybody or (writes_transcript(everybody[0].kind) and not _named_by(everybody[0])):
        return
    for other in them:
        if _named_by(bot) and _named_by(other) and _named_by(bot) != _named_by(other):
            raise HeardOtherwise(bot, _named_by(bot), other, _named_by(other))


def _in_turn(bots: Iterable[Bot]) -> list[Bot]:
    return _writers_first(bot for bot in bots if bot.state in STAYING)


def _writers_first(bots: Iterable[Bot]) -> list[Bot]:
    """Those of *bots* that want words."""
    wanting = [bot for bot in bots if needs_words(bot.kind)]
    return sorted(wanting, key=lambda bot: not writes_transcript(bot.kind))


def _language_of(hearers: Sequence[Bot]) -> str:
    """The language that is named, or nothing where it is to be detected."""
    if hearers and writes_transcript(hearers[0].kind):
        return _named_by(hearers[0])
    named = {_named_by(bot) for bot in hearers} - {""}
    # Those whose transcriber has left may disagree.
    return named.pop() if len(named) == 1 else ""


def _named_by(bot: Bot) -> str:
    language = bot.config.get("language", "")
    return "" if language == AUTO else language
