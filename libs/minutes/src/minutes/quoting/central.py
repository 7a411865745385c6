"""The sentences a meeting turned around: nearest to the centre of all that was said."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from minutes.quoting.sentences import Sentence
from minutes.quoting.words import content_words

MOST_SENTENCES = 5
SHARE = 0.25
FEWEST_WORDS = 3
# How much a sentence loses by repeating one that is chosen already.
REPETITION_COST = 0.7

Weights = Mapping[str, float]


def central(sentences: Sequence[Sentence]) -> list[Sentence]:
    """A quarter of *sentences*, five at most, in the order they were said."""
    told = [one for one in sentences if not one.is_question and _weighs_enough(one)]
    if not told:
        return []
    vectors = _vectors([content_words(one.text) for one in told])
    centre = _sum(vectors)
    near = [_cosine(vector, centre) for vector in vectors]
    chosen: list[int] = []
    for _ in range(min(len(told), MOST_SENTENCES, max(1, math.ceil(len(told) * SHARE)))):
        rest = [index for index in range(len(told)) if index not in chosen]
        chosen.append(max(rest, key=lambda index: _gain(index, chosen, near, vectors)))
    return [told[index] for index in sorted(chosen)]


def _weighs_enough(sentence: Sentence) -> bool:
    return len(set(content_words(sentence.text))) >= FEWEST_WORDS


def _gain(
    index: int, chosen: Sequence[int], near: Sequence[float], vectors: Sequence[Weights]
) -> float:
    repeated = max((_cosine(vectors[index], vectors[one]) for one in chosen), default=0.0)
    return near[index] - REPETITION_COST * repeated


def _vectors(texts: Sequence[Sequence[str]]) -> list[Weights]:
    """Each text as TF-IDF weights; a word's rarity is counted over these texts."""
    spread = Counter(word for text in texts for word in set(text))
    rarity = {word: math.log((1 + len(texts)) / (1 + n)) + 1 for word, n in spread.items()}
    return [{word: n * rarity[word] for word, n in Counter(text).items()} for text in texts]


def _sum(vectors: Sequence[Weights]) -> Weights:
    total: Counter[str] = Counter()
    for vector in vectors:
        for word, weight in vector.items():
            total[word] += weight  # type: ignore[assignment]
    return total


def _cosine(one: Weights, other: Weights) -> float:
    if len(other) < len(one):
        one, other = other, one
    dot = sum(weight * other[word] for word, weight in one.items() if word in other)
    size = math.hypot(*one.values()) * math.hypot(*other.values())
    return dot / size if size else 0.0
