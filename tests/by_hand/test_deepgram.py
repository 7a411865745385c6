"""Deepgram's real plugin, against a server that answers as Deepgram does.

Not in `make test`: the environment is 300 MB. Make one as docs/bots.md says, and run
``VENDOR_PYTHON=/opt/vendors/bin/python .venv/bin/pytest tests/by_hand/test_deepgram.py``.
"""

import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from bots.engines import ENGINES, recogniser_from
from bots.engines.recognition import RecogniserConfig
from tests.support.deepgram_server import KEY, Deepgram, deepgram
from tests.support.tones import tone


@pytest.fixture
async def server() -> AsyncIterator[Deepgram]:
    async with deepgram() as server:
        yield server


def a_config(server: Deepgram, **changes: Any) -> RecogniserConfig:
    fields: dict[str, Any] = {
        "engine": "vendor",
        "vendor": "deepgram",
        "vendor_python": os.environ["VENDOR_PYTHON"],
        "token": KEY,
        "url": server.url,
    }
    return RecogniserConfig(Path(), **fields | changes)


async def test_the_real_plugin_gives_words_with_times_after_an_outage(server: Deepgram) -> None:
    server.statuses = [503]
    async with aclosing(recogniser_from(a_config(server))) as recogniser:
        found = await recogniser.recognise(tone("alpha", 1.0), language="en")

    assert (found.text, found.language) == ("Good morning.", "en")
    assert [(one.text, one.start_seconds, one.end_seconds) for one in found.words] == [
        ("Good", 0.1, 0.4),
        ("morning.", 0.4, 0.9),
    ]


async def test_the_real_plugin_says_what_it_lacks(server: Deepgram) -> None:
    complaint = ENGINES["vendor"].complaint

    assert await complaint(a_config(server)) == ""
    assert "DEEPGRAM_API_KEY" in await complaint(a_config(server, token=""))
    assert "colour" in await complaint(a_config(server, vendor_options='{"colour": "red"}'))
