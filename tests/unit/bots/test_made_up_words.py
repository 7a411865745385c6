"""Words that nobody said are told from words that somebody did."""

import pytest

from bots.engines.whisper_worker import Heard, was_said


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
