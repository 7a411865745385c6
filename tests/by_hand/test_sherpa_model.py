"""Any English model for sherpa-onnx, on the scenarios' lines.

Not in `make test`, which fetches none. Run
``SHERPA_MODEL=<folder> .venv/bin/pytest tests/by_hand/test_sherpa_model.py``, with ``SHERPA_KIND``
where the model's files do not tell it.
"""

import os
from contextlib import aclosing
from pathlib import Path

from bots.engines import recogniser_from
from bots.engines.recognition import RecogniserConfig
from tests.support.speech import lines_of, scenario_names, word_error_rate


async def test_the_scenarios_lines_are_recognised_by_a_model_of_sherpa_onnx() -> None:
    config = RecogniserConfig(
        Path(),
        engine="sherpa",
        model=os.environ["SHERPA_MODEL"],
        model_kind=os.environ.get("SHERPA_KIND", ""),
    )
    lines = [line for name in scenario_names() for line in lines_of(name)]

    async with aclosing(recogniser_from(config)) as recogniser:
        found = [await recogniser.recognise(line.pcm, language="en") for line in lines]

    assert all(
        first.start_seconds <= second.start_seconds
        for one in found
        for first, second in zip(one.words, one.words[1:], strict=False)
    )
    assert word_error_rate([line.text for line in lines], [one.text for one in found]) < 0.2
