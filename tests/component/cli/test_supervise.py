"""The supervisor: children come back when they die, stop when asked, and never outlive it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from convene_cli import lock
from convene_cli.children import Backoff, Child
from convene_cli.errors import CannotStart
from convene_cli.supervise import ChildNotReady, stop_requested, supervising
from tests.support.eventually import eventually

QUICK = Backoff(first=0.01, ceiling=0.04)


def a_child(script: str, name: str = "child", **changes: object) -> Child:
    return Child(name=name, argv=("/bin/sh", "-c", script), **changes)  # type: ignore[arg-type]


async def never() -> bool:
    return False


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        # It may go between being found and being read.
        return False
    return state != "Z"


async def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    async with supervising(tmp_path, backoff=QUICK) as supervisor:
        await supervisor.start(a_child("exec sleep 60"))
        first = supervisor.pids()["child"]
        os.kill(first, signal.SIGKILL)

        await eventually(lambda: supervisor.pids().get("child", first) != first)

        status = supervisor.status()["child"]
        assert (status.restarts, status.last_exit) == (1, -signal.SIGKILL)


async def test_a_child_is_ready_when_its_probe_says_so(tmp_path: Path) -> None:
    flag = tmp_path / "serving"

    async def serves() -> bool:
        return flag.exists()

    async with supervising(tmp_path) as supervisor:
        await supervisor.start(a_child(f"touch {flag}; exec sleep 60", probe=serves))

        assert flag.exists()
        assert supervisor.status()["child"].ready


async def test_a_child_that_never_serves_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = a_child("echo the reason; exec sleep 60", name="slow", probe=never)
    async with supervising(tmp_path) as supervisor:
        with pytest.raises(ChildNotReady, match=r"slow is not ready.*\n.*the reason") as refusal:
            # Long enough for the shell to begin.
            await supervisor.start(child, deadline=3)

    assert refusal.value.name == "slow"


async def test_a_child_that_keeps_crashing_is_given_up_before_the_deadline(tmp_path: Path) -> None:
    async with supervising(tmp_path, backoff=QUICK) as supervisor:
        with pytest.raises(ChildNotReady, match="keeps exiting"):
            await supervisor.start(a_child("exit 3", probe=never), deadline=60)


async def test_a_program_that_is_not_there_is_told_in_the_log(tmp_path: Path) -> None:
    missing = Child(name="missing", argv=("/no/such/program",), probe=never)

    async with supervising(tmp_path, backoff=QUICK) as supervisor:
        with pytest.raises(ChildNotReady, match="/no/such/program"):
            await supervisor.start(missing, deadline=60)


async def test_a_child_is_let_finish_when_it_is_asked_to_stop(tmp_path: Path) -> None:
    done = tmp_path / "done"
    script = (
        f"trap 'sleep 0.1; touch {done}; exit 0' TERM; touch {tmp_path}/trapped;"
        " while :; do sleep 0.02; done"
    )

    async with supervising(tmp_path) as supervisor:
        await supervisor.start(a_child(script))
        await eventually((tmp_path / "trapped").exists)

    assert done.exists()


async def test_a_child_that_ignores_the_request_is_killed_after_the_drain(tmp_path: Path) -> None:
    script = f"trap '' TERM; touch {tmp_path}/deaf; while :; do sleep 0.02; done"

    async with supervising(tmp_path, drain=0.1) as supervisor:
        await supervisor.start(a_child(script))
        await eventually((tmp_path / "deaf").exists)
        pid = supervisor.pids()["child"]

    assert not _is_alive(pid)
    assert "killed" in (tmp_path / "child.log").read_text()


async def test_what_a_child_started_itself_goes_with_it(tmp_path: Path) -> None:
    async with supervising(tmp_path, backoff=Backoff(first=60)) as supervisor:
        await supervisor.start(a_child(f"sleep 60 & echo $! > {tmp_path}/pid; exec sleep 60"))
        grandchild = int(await eventually(lambda: _written(tmp_path / "pid")))
        os.kill(supervisor.pids()["child"], signal.SIGKILL)

        await eventually(lambda: not _is_alive(grandchild))


async def test_children_die_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from convene_cli.children import Child\n"
        "from convene_cli.supervise import supervising\n"
        "async def main():\n"
        "    async with supervising(Path(sys.argv[1])) as supervisor:\n"
        "        await supervisor.start(Child('orphan', ('/bin/sleep', '60')))\n"
        "        print(supervisor.pids()['orphan'], flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    orphan = int(await process.stdout.readline())
    # The child is itself only once setpriv, which ties it to its parent, has become it.
    await eventually(lambda: Path(f"/proc/{orphan}/comm").read_text().strip() == "sleep")
    process.kill()
    await process.wait()

    await eventually(lambda: not _is_alive(orphan))


async def test_the_latest_group_stops_first(tmp_path: Path) -> None:
    order = tmp_path / "order"

    def noting(name: str) -> Child:
        script = (
            f"trap 'echo {name} >> {order}; exit 0' TERM; touch {tmp_path}/{name}.up;"
            " while :; do sleep 0.02; done"
        )
        return a_child(script, name=name)

    async with supervising(tmp_path) as supervisor:
        await supervisor.start(noting("database"))
        await supervisor.start(noting("service"))
        await eventually((tmp_path / "database.up").exists)
        await eventually((tmp_path / "service.up").exists)

    assert order.read_text().split() == ["service", "database"]


async def test_an_error_in_the_block_arrives_as_itself_after_the_children_stopped(
    tmp_path: Path,
) -> None:
    pids: dict[str, int] = {}

    async def block() -> None:
        async with supervising(tmp_path) as supervisor:
            await supervisor.start(a_child("exec sleep 60"))
            pids.update(supervisor.pids())
            raise CannotStart("something else")

    with pytest.raises(CannotStart, match="something else"):
        await block()

    assert not _is_alive(pids["child"])


async def test_sigterm_ends_the_wait_for_a_request_to_stop() -> None:
    waiting = asyncio.create_task(stop_requested())
    await asyncio.sleep(0)
    os.kill(os.getpid(), signal.SIGTERM)

    assert await waiting == signal.SIGTERM


async def test_a_large_log_is_set_aside_when_its_child_starts(tmp_path: Path) -> None:
    (tmp_path / "child.log").write_bytes(b"x" * (8 * 1024 * 1024 + 1))

    async with supervising(tmp_path) as supervisor:
        await supervisor.start(a_child("echo fresh; exec sleep 60"))
        fresh = await eventually(lambda: _written(tmp_path / "child.log"))

    assert fresh == "fresh"
    assert (tmp_path / "child.log.1").stat().st_size > 8 * 1024 * 1024


async def test_a_folder_in_use_refuses_a_second_process_and_names_the_first(
    tmp_path: Path,
) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from convene_cli import lock\n"
        "with lock.held(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()

    with pytest.raises(CannotStart, match=f"pid {process.pid}"), lock.held(tmp_path):
        pass
    process.kill()
    await process.wait()
    with lock.held(tmp_path):
        assert (tmp_path / lock.FILE).read_text().strip() == str(os.getpid())


def _written(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""
