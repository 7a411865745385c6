"""Any speaker model for sherpa-onnx, on the lines of three recorded people as from one device.

Not in `make test`, which fetches none. Run
``SPEAKER_MODEL=<file> .venv/bin/pytest tests/by_hand/test_speaker_model.py``, with
``SPEAKER_THRESHOLD`` where 0.5 is not the model's.
"""

import os
from collections import defaultdict
from contextlib import aclosing

from bots.engines.diarisers import readiness_of
from bots.engines.diarising import THRESHOLD, DiariserConfig
from bots.engines.sherpa_voices import SherpaDiariser
from tests.support.speech import people_of


async def test_three_recorded_people_at_one_device_are_three_voices() -> None:
    threshold = float(os.environ.get("SPEAKER_THRESHOLD", THRESHOLD))
    config = DiariserConfig("sherpa", os.environ["SPEAKER_MODEL"], threshold)
    assert not readiness_of(config).remedy
    lines = sorted(
        (line.at_seconds, name, line.pcm)
        for name, said in people_of("kick-off").items()
        for line in said
    )

    voices: defaultdict[str, set[str]] = defaultdict(set)
    async with aclosing(SherpaDiariser(config)) as diariser:
        for _, name, pcm in lines:
            voices[name] |= {turn.voice for turn in await diariser.split(pcm, "room")}

    assert sorted(voices.values(), key=min) == [{"1"}, {"2"}, {"3"}]
