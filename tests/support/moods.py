"""An engine that judges the words that tones stand for, and says what it was asked."""

from collections.abc import Sequence

from bots.domain.moods import Mood, MoodLabel, NoMoodsIn


class WrittenMoods:
    """ "alpha" is as good as can be, "bravo" as bad, the rest is neither; knows English only."""

    name = "written"
    asks_model = False

    async def judge(self, texts: Sequence[str], language: str) -> Sequence[Mood]:
        if language != "en":
            raise NoMoodsIn(language, ["en"])
        return [_mood_of(text) for text in texts]


def _mood_of(text: str) -> Mood:
    if "alpha" in text:
        return Mood(1.0, MoodLabel.POSITIVE)
    if "bravo" in text:
        return Mood(-1.0, MoodLabel.NEGATIVE)
    return Mood(0.0, MoodLabel.NEUTRAL)
