"""Words that nobody said are told from words that somebody did."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from faster_whisper.transcribe import Segment, TranscriptionInfo, TranscriptionOptions, Word

from bots.engines.whisper_worker import Heard, WindowedWhisper, recognise, was_said
from convene.bots.v1.worker_pb2 import RecogniseOrder

INFO = TranscriptionInfo(
    "en", 1.0, 0.5, 0.5, None, TranscriptionOptions.__new__(TranscriptionOptions), None
)


def a_stretch(**changes: float) -> Heard:
    fields = {"compression_ratio": 1.2, "no_speech_prob": 0.05, "avg_logprob": -0.3}
    return Heard(**fields | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, True),
        ({"compression_ratio": 3.0}, False),
        # Music, and eight people at once.
        ({"no_speech_prob": 0.55, "avg_logprob": -1.46}, False),
        ({"no_speech_prob": 0.5, "avg_logprob": -0.9}, False),
        # A clear voice after a long silence, and a word that is hard to make out.
        ({"no_speech_prob": 0.46, "avg_logprob": -0.13}, True),
        ({"no_speech_prob": 0.07, "avg_logprob": -0.8}, True),
    ],
)
def test_a_stretch_that_the_model_doubts_twice_was_not_said(
    changes: dict[str, float], said: bool
) -> None:
    assert was_said(a_stretch(**changes)) is said


class Confused(WindowedWhisper):
    """A model without weights, which says a word over and over when it is given names before."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def transcribe(self, audio: object, **how: Any) -> tuple[Iterable[Segment], TranscriptionInfo]:
        self.asked.append(how["hotwords"])
        text, ratio = ("six, six, six, six", 4.0) if how["hotwords"] else ("six", 0.6)
        stretch = Segment(0, 0, 0.0, 0.5, text, [], -0.2, ratio, 0.1, [], 0.0)
        return [stretch], INFO


class Twice(WindowedWhisper):
    """A model without weights, which ends a clip with what it has just said."""

    def __init__(self) -> None:
        pass

    def transcribe(self, audio: object, **how: Any) -> tuple[Iterable[Segment], TranscriptionInfo]:
        words = [
            Word(0.0, 0.2, " old", 0.9),
            Word(0.2, 0.5, " price?", 0.9),
            Word(0.5, 0.5, " Old", 0.9),
            Word(0.5, 0.5, " price?", 0.9),
        ]
        text = "".join(word.word for word in words)
        stretch = Segment(0, 0, 0.0, 0.5, text, [], -0.2, 1.4, 0.1, words, 0.0)
        return [stretch], INFO


def test_words_that_come_again_in_no_time_are_in_neither_text_nor_words() -> None:
    found = recognise(Twice(), RecogniseOrder(pcm=bytes(16_000), language="en"))

    assert found.text == "old price?"
    assert [word.text for word in found.words] == [" old", " price?"]


@pytest.mark.parametrize(
    ("hints", "asked"), [((), [None]), (("Ada", "Bo"), ["Ada, Bo", None])], ids=["none", "names"]
)
def test_a_word_that_names_before_it_make_the_model_repeat_is_heard_without_them(
    hints: Sequence[str], asked: list[str | None]
) -> None:
    model = Confused()

    found = recognise(model, RecogniseOrder(pcm=bytes(16_000), language="en", hints=hints))

    assert found.text == "six"
    assert model.asked == asked
