"""What texts mean as vectors: a small sentence model where its weights are, else their words."""

import asyncio
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
import snowballstemmer
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bots.domain.kind import Availability, Readiness
from bots.domain.meanings import Meanings, Vector
from bots.domain.stop_words import STOP_WORDS
from bots.engines.models import ModelDamaged, ModelMissing, find_minilm

# More of a text says little about its topic, and costs with its square.
MOST_TOKENS: Final = 128
# Texts that are looked at together.
BATCH: Final = 16
LEXICAL_SIZE: Final = 256
_WORD: Final = re.compile(r"[^\W\d_]+")


class MiniLm:
    """The sentence model MiniLM-L6 in *folder*, on one thread; loaded when first asked."""

    name = "minilm-l6-int8"
    alike = 0.3

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # One at a time: texts of several meetings would only take turns on the same cores.
        self._turn = asyncio.Lock()

    async def vectors(self, texts: Sequence[str]) -> Sequence[Vector]:
        """One vector of length 1 for each of *texts*, in order; no words give zeros."""
        async with self._turn:
            return await asyncio.to_thread(self._all, texts)

    def _all(self, texts: Sequence[str]) -> Sequence[Vector]:
        found: list[Vector] = []
        for first in range(0, len(texts), BATCH):
            found += self._batch(texts[first : first + BATCH])
        return found

    def _batch(self, texts: Sequence[str]) -> list[Vector]:
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        hidden: NDArray[np.float32] = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
        )[0]
        weights = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return [
            [round(float(x), 4) for x in row] if text.strip() else [0.0] * unit.shape[1]
            for text, row in zip(texts, unit, strict=True)
        ]

    @cached_property
    def _session(self) -> Any:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(
            str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding()
        return tokenizer


class WordMeanings:
    """Texts are alike when they share words, in any of their forms."""

    name = "lexical"
    alike = 0.2

    async def vectors(self, texts: Sequence[str]) -> Sequence[Vector]:
        """One vector of length 1 for each of *texts*, in order; no words give zeros."""
        stemmer = snowballstemmer.stemmer("english")
        return [_words_of(text, stemmer) for text in texts]


def _words_of(text: str, stemmer: Any) -> Vector:
    words = [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]
    vector = np.zeros(LEXICAL_SIZE)
    for stem, count in Counter(stemmer.stemWords(words)).items():
        vector[zlib.crc32(stem.encode()) % LEXICAL_SIZE] += np.sqrt(count)
    length = np.linalg.norm(vector)
    return [round(float(x), 4) for x in vector / length] if length else vector.tolist()


def meanings_from(configured: str, models_dir: Path) -> Meanings:
    """The sentence model, or words alone where it cannot be had."""
    try:
        return MiniLm(find_minilm(configured, models_dir))
    except (ModelMissing, ModelDamaged):
        return WordMeanings()


def readiness_of(configured: str, models_dir: Path) -> Readiness:
    """Whether the sentence model is there."""
    try:
        find_minilm(configured, models_dir)
    except ModelMissing as missing:
        return Readiness(Availability.NOT_CONFIGURED, str(missing))
    except ModelDamaged as damaged:
        return Readiness(Availability.MISCONFIGURED, str(damaged))
    return Readiness()
