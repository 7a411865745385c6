"""`scripts/media-net`: a command in a network of its own, in which Janus can do ICE."""

import asyncio
import signal
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.support.eventually import CEILING_SECONDS

MEDIA_NET = str(Path(__file__).parents[3] / "scripts" / "media-net")
SHOW = ("ip", "-brief", "address")


async def ran(*command: str) -> tuple[int | None, str]:
    """The exit code of *command* and what it wrote on either stream."""
    child = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    written = await child.communicate()
    return child.returncode, b"".join(written).decode()


async def test_the_command_has_a_media_interface_on_loopback_and_no_other_network() -> None:
    code, shown = await ran(MEDIA_NET, *SHOW)

    interfaces = {line.split()[0].split("@")[0]: line for line in shown.splitlines()}
    assert code == 0, shown
    assert interfaces.keys() == {"lo", "med0", "med1"}
    assert "127.0.1.1/32" in interfaces["med0"]


async def test_the_exit_code_of_the_command_is_passed_on() -> None:
    assert (await ran(MEDIA_NET, "sh", "-c", "exit 7"))[0] == 7


async def test_a_signal_reaches_the_command() -> None:
    script = "trap 'exit 9' TERM; echo ready; while :; do read line; done"
    child = await asyncio.create_subprocess_exec(
        MEDIA_NET, "sh", "-c", script, stdin=PIPE, stdout=PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"ready\n"

    child.send_signal(signal.SIGTERM)

    async with asyncio.timeout(CEILING_SECONDS):
        assert await child.wait() == 9


async def test_inside_such_a_network_it_makes_no_second_one() -> None:
    network = ("readlink", "/proc/self/ns/net")
    both = 'readlink /proc/self/ns/net; exec "$0" readlink /proc/self/ns/net'

    code, inside = await ran(MEDIA_NET, "sh", "-c", both, MEDIA_NET)

    first, second = inside.split()
    assert code == 0
    assert first == second != (await ran(*network))[1].strip()


async def test_the_command_may_shape_its_network() -> None:
    code, shown = await ran(
        MEDIA_NET, "sh", "-c", "ip link set med1 down && ip -brief link show med1"
    )

    assert code == 0, shown
    assert "DOWN" in shown
