"""A language model that answers in a shape. What it is given to read is data, never orders."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from common.errors import InvalidInput, Unavailable

Answer = TypeVar("Answer", bound=BaseModel)

# About 15 000 words: more than that, and a model forgets what stood at the beginning.
MOST_CHARACTERS = 90_000


class Llm(Protocol):
    @property
    def model(self) -> str:
        """Its name, as provenance tells it."""

    async def write(
        self,
        instruction: str,
        material: Mapping[str, Any],
        shape: type[Answer],
        *,
        seconds: float | None = None,
    ) -> Answer:
        """What *instruction* asks for, made of *material*, which is plain JSON.

        The answer has *shape* and nothing else, but whatever it says may be wrong. Waits for a
        free place and for the answer no longer than *seconds*, nor than is configured. Raises
        ``LlmAway``, ``LlmRefused``, ``LlmAnswerUnusable``, ``MaterialTooLong``.
        """


class LlmAway(Unavailable):
    """It does not answer, or not in time; it may later."""


class LlmRefused(Unavailable):
    """It answers, but not to this: a token, a model or a limit is wrong. Waiting mends nothing."""


class LlmAnswerUnusable(Unavailable):
    """What it answered has not the shape that was asked for, also when asked again."""


class MaterialTooLong(InvalidInput):
    def __init__(self, characters: int) -> None:
        super().__init__(
            f"the material has {characters} characters; {MOST_CHARACTERS} are read at most"
        )
