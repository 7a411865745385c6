"""How English words sound by a lexicon: VADER's, with what meetings mean by their words."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bots.domain.moods import Mood, MoodLabel, NoMoodsIn
from bots.engines.meeting_words import PHRASES, WORDS

LANGUAGES: Final = ("en",)
# Between these a text is neutral.
NEGATIVE_BELOW: Final = -0.2
POSITIVE_ABOVE: Final = 0.35
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+")


class LexiconMoods:
    """Adds up what is known of each word. Knows no sarcasm, and nothing that is only meant."""

    name = "lexicon"
    asks_model = False

    def __init__(self) -> None:
        self._analyzer = SentimentIntensityAnalyzer()
        self._analyzer.lexicon.update(WORDS)
        self._analyzer.lexicon.update(
            {_stand_in(place): weight for place, weight in enumerate(PHRASES.values()) if weight}
        )

    async def judge(self, texts: Sequence[str], language: str) -> Sequence[Mood]:
        """One mood for each of *texts*; raises ``NoMoodsIn`` for all languages but English."""
        if language not in LANGUAGES:
            raise NoMoodsIn(language, LANGUAGES)
        return [self._mood(text) for text in texts]

    def _mood(self, text: str) -> Mood:
        sentences = [one for one in _SENTENCES.split(text) if one]
        polarities = [self._polarity(one) for one in sentences]
        # Sentences that say nothing of a mood do not make the others weaker.
        telling = [one for one in polarities if one] or [0.0]
        polarity = sum(telling) / len(telling)
        return Mood(round(polarity, 3), label_of(polarity))

    def _polarity(self, sentence: str) -> float:
        plain = _phrases().sub(lambda found: _named(found.group()), sentence)
        polarity: float = self._analyzer.polarity_scores(plain)["compound"]
        return polarity


def label_of(polarity: float) -> MoodLabel:
    if polarity <= NEGATIVE_BELOW:
        return MoodLabel.NEGATIVE
    return MoodLabel.POSITIVE if polarity >= POSITIVE_ABOVE else MoodLabel.NEUTRAL


@cache
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(PHRASES, key=len, reverse=True)
    words = "|".join(re.escape(phrase) for phrase in longest_first)
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _places() -> Mapping[str, int]:
    return {phrase: place for place, phrase in enumerate(PHRASES)}


def _named(phrase: str) -> str:
    return _stand_in(_places()[phrase.lower()])


def _stand_in(place: int) -> str:
    """A word that stands for a phrase, and for nothing else."""
    return f"phrase{place}q"
