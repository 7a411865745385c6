"""APScheduler 3: its jobs in memory, or in PostgreSQL when it is asked with a URL of one."""

import time
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks.timer_peers.told import A_DAY, PATIENCE_SECONDS, asked, tell

THREADS = 10
late: list[float] = []


def ring(at: float) -> None:
    late.append(time.time() - at)


def main() -> None:
    ask = asked()
    url = ask.urls.get("postgres", "").replace("postgresql://", "postgresql+psycopg2://")
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=url) if url else MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"misfire_grace_time": None},
        timezone=UTC,
    )

    def put(at: float) -> None:
        scheduler.add_job(ring, "date", run_date=datetime.fromtimestamp(at, UTC), args=[at])

    scheduler.start()
    began = time.time()
    for number in range(ask.far):
        put(began + A_DAY + number)
    seconds = time.time() - began
    for at in ask.instants(seconds / ask.far):
        put(at)
    until = time.time() + PATIENCE_SECONDS
    while len(late) < ask.due and time.time() < until:
        time.sleep(0.1)
    scheduler.shutdown(wait=False)
    tell(late, set_a_second=ask.far / seconds)


if __name__ == "__main__":
    main()
