"""The child process that holds a model of sherpa-onnx and answers one order at a time."""

import functools
import math
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
import sherpa_onnx

from bots.engines.recognition import SAMPLE_RATE, UNTOLD_CONFIDENCE, seconds_of
from bots.engines.serving import own_output, refuse, serve
from bots.engines.sherpa_models import find_sherpa
from convene.bots.v1.worker_pb2 import RecognisedWord, RecogniseOrder, Recognition

# A model tells when a token begins; its last lasts no longer than this.
TOKEN_SECONDS: Final = 0.4


class Result(Protocol):
    """What the library tells of a clip. *timestamps* and the like may be empty."""

    text: str
    lang: str
    tokens: Sequence[str]
    timestamps: Sequence[float]
    durations: Sequence[float]
    ys_log_probs: Sequence[float]


def recognise(recogniser: Any, order: RecogniseOrder) -> Recognition:
    """Return what is said in the order's samples."""
    stream = recogniser.create_stream()
    samples = np.frombuffer(order.pcm, "<i2").astype(np.float32) / np.float32(32_768)
    stream.accept_waveform(SAMPLE_RATE, samples)
    recogniser.decode_stream(stream)
    result: Result = stream.result
    return Recognition(
        text=result.text.strip(),
        # SenseVoice writes `<|en|>`.
        language=re.sub(r"\W", "", result.lang),
        words=words_of(result, seconds_of(order.pcm)),
    )


def words_of(result: Result, seconds: float) -> Sequence[RecognisedWord]:
    """The words of the text by the times of their tokens; none where the tokens do not tell."""
    owners = [
        number for number, token in enumerate(result.tokens) for _ in "".join(_plain(token).split())
    ]
    words = result.text.split()
    is_told = len(result.timestamps) == len(result.tokens) and len(owners) == len("".join(words))
    if not words or not is_told:
        return []
    bounds = [0]
    for word in words:
        bounds.append(bounds[-1] + len(word))
    tokens = [range(owners[first], owners[last - 1] + 1) for first, last in pairwise(bounds)]
    begins = [result.timestamps[own.start] for own in tokens]
    return [
        RecognisedWord(
            text=word,
            start_seconds=begin,
            end_seconds=min(_end(result, own.stop - 1), until),
            confidence=_confidence(result, own),
        )
        for word, own, begin, until in zip(
            words, tokens, begins, [*begins[1:], seconds], strict=True
        )
    ]


def _plain(token: str) -> str:
    """*token* as it is in the text: word begins and joints are written in several ways."""
    return token.replace("▁", " ").replace("@@", "")


def _end(result: Result, token: int) -> float:
    tells = len(result.durations) == len(result.tokens)
    return result.timestamps[token] + (result.durations[token] if tells else TOKEN_SECONDS)


def _confidence(result: Result, tokens: range) -> float:
    if len(result.ys_log_probs) != len(result.tokens):
        return UNTOLD_CONFIDENCE
    logs = result.ys_log_probs[tokens.start : tokens.stop]
    return round(math.exp(min(sum(logs) / len(logs), 0.0)), 3)


def main(folder: str, kind: str, cpu_threads: int) -> None:
    """Load the model in *folder* and serve the pipes this process was given."""
    reports = own_output()
    export = find_sherpa(folder, kind)
    make = getattr(sherpa_onnx.OfflineRecognizer, export.maker)
    try:
        recogniser = make(**export.arguments, num_threads=cpu_threads)
    except (RuntimeError, ValueError) as error:
        refuse(reports, f"sherpa-onnx cannot load the model in {folder}: {error}")
        return
    serve(reports, folder, functools.partial(recognise, recogniser))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
