"""A translation engine whose book a test knows."""

from collections.abc import Collection, Sequence
from typing import Final

from bots.domain.translation import CannotTranslate, Pair

WORDS: Final = {
    ("en", "es"): {"alpha": "alfa", "bravo": "bravo", "charlie": "carlos"},
    ("en", "pt"): {"alpha": "alfa", "bravo": "bravo", "charlie": "carlos"},
}


class Phrasebook:
    """Satisfies ``Translation`` word by word; what is in *lost* cannot be translated."""

    name = "phrasebook"
    asks_model = False

    def __init__(self, *lost: str) -> None:
        self.lost = set(lost)

    def pairs(self) -> Collection[Pair]:
        return WORDS.keys()

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        if target in self.lost:
            raise CannotTranslate(f"the page of {target} is torn out")
        book = WORDS[(source, target)]
        return [" ".join(book[word] for word in text.split()) for text in texts]

    async def aclose(self) -> None:
        return None
