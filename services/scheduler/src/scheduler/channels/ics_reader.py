"""``python -m scheduler.channels.ics_reader SINCE UNTIL``: an iCalendar text in, busy time out.

It imports little, as it starts once for each text, and bounds itself before it reads.
"""

import resource
import sys
from datetime import datetime

import orjson

from scheduler.domain.availability import Interval
from scheduler.domain.ics import busy_time
from scheduler.domain.subscriptions import UnreadableCalendar

CPU_SECONDS = 6
MEMORY_BYTES = 1024**3


def _main(since: str, until: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    whole = Interval(datetime.fromisoformat(since), datetime.fromisoformat(until))
    wrong, busy = "", list[tuple[datetime, datetime]]()
    try:
        busy = [(one.start, one.end) for one in busy_time(sys.stdin.buffer.read(), whole)]
    except UnreadableCalendar as error:
        wrong = str(error)
    sys.stdout.buffer.write(orjson.dumps({"wrong": wrong, "busy": busy}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
