"""A wrong clock for one process, by libfaketime."""

import asyncio
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_LIBRARY = "*/faketime/libfaketimeMT.so.1"


def wrong_clock(seconds: int) -> Mapping[str, str]:
    """The environment of a process whose clock is *seconds* ahead, or behind when negative."""
    if not seconds:
        return {}
    return {
        "LD_PRELOAD": _library(),
        "FAKETIME": f"{seconds:+d}s",
        # Intervals are not measured by the time of day, so a wrong one leaves them alone.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


async def seen_ahead(seconds: int) -> float:
    """How many seconds a process with such a clock is ahead of this one."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import time; print(time.time())"),
        env=dict(wrong_clock(seconds)),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    return float(told) - time.time()


@cache
def _library() -> str:
    found = sorted(Path("/usr/lib").glob(_LIBRARY))
    if not found:
        raise FileNotFoundError("no libfaketime; run scripts/system-packages --tests")
    return str(found[0])
