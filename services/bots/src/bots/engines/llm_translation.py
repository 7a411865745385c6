"""Translation by a language model: every language, and no more trust than its answers earn."""

from collections.abc import Collection, Sequence
from typing import Final

from pydantic import BaseModel, Field

from bots.domain.translation import ANY, CannotTranslate, Pair
from common.errors import DomainError
from common.llm import Llm

SECONDS: Final = 12.0
# A translation that is longer by so much says something of its own.
LONGEST_GROWTH: Final = 4
SPARE_CHARACTERS: Final = 40
_INSTRUCTION: Final = (
    "Translate each of `texts`, which were said in a meeting, from the language `from` into the "
    "language `into` (ISO 639-1 codes). Keep names, numbers, days and dates as they are meant. Add "
    "nothing, leave nothing out, explain nothing. Answer with as many texts, in their order."
)


class Translated(BaseModel):
    """What the model answers."""

    texts: list[str] = Field(max_length=100)


class LlmTranslation:
    """Satisfies ``Translation`` by *llm*."""

    asks_model = True

    def __init__(self, llm: Llm) -> None:
        self._llm = llm

    @property
    def name(self) -> str:
        return self._llm.model

    def pairs(self) -> Collection[Pair]:
        return [(ANY, ANY)]

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        material = {"from": source, "into": target, "texts": list(texts)}
        try:
            answer = await self._llm.write(_INSTRUCTION, material, Translated, seconds=SECONDS)
        except DomainError as error:
            raise CannotTranslate(f"{self.name} does not translate: {error}") from None
        if len(answer.texts) != len(texts):
            raise CannotTranslate(f"{self.name} answers {len(answer.texts)} texts to {len(texts)}")
        for text, made in zip(texts, answer.texts, strict=True):
            if bool(text.strip()) != bool(made.strip()):
                raise CannotTranslate(f"{self.name} leaves a text out")
            if len(made) > LONGEST_GROWTH * len(text) + SPARE_CHARACTERS:
                raise CannotTranslate(f"{self.name} says more than was said")
        return answer.texts

    async def aclose(self) -> None:
        """The model is its process's."""
